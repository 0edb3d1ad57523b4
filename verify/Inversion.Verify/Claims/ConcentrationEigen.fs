/// Symmetric matrices of order up to 3, six numbers each (00, 01, 02, 11, 12, 22): proven bounds of their largest eigenvalue, and the mean
/// Q_{x,y} with a proven error.
[<RequireQualifiedAccess>]
module internal Inversion.Verify.Claims.ConcentrationEigen

open System
open Inversion.Verify.Exact

/// The largest eigenvalue by the trigonometric solution of the characteristic equation: near the true one, proven by nothing.
let approximate (a: float[]) =
    let middle = (a[0] + a[3] + a[5]) / 3.0
    let d0, d1, d2 = a[0] - middle, a[3] - middle, a[5] - middle

    let p =
        sqrt (
            (d0 * d0 + d1 * d1 + d2 * d2 + 2.0 * (a[1] * a[1] + a[2] * a[2] + a[4] * a[4]))
            / 6.0
        )

    if not (p > 0.0) then
        middle
    else
        let determinant =
            d0 * (d1 * d2 - a[4] * a[4]) - a[1] * (a[1] * d2 - a[4] * a[2])
            + a[2] * (a[1] * a[4] - d1 * a[2])

        let half = Math.Clamp(determinant / (2.0 * p * p * p), -1.0, 1.0)
        middle + 2.0 * p * Math.Cos(Math.Acos half / 3.0)

/// True when Cholesky's factorization of m·I − A runs to its end in floats.
let private factors (a: float[]) m =
    let d0 = m - a[0]

    if not (d0 > 0.0) then
        false
    else
        let l0 = sqrt d0
        let l1, l2 = -a[1] / l0, -a[2] / l0
        let d1 = m - a[3] - l1 * l1

        if not (d1 > 0.0) then
            false
        else
            let r1 = sqrt d1
            let l3 = (-a[4] - l2 * l1) / r1
            m - a[5] - l2 * l2 - l3 * l3 > 0.0

/// An upper bound of the largest eigenvalue, +∞ where an entry is no number. Where the factorization of a symmetric B runs to its end,
/// its smallest eigenvalue is no less than −γ tr B/(1 − γ), γ = 4·2⁻⁵³ (Rump, "Verification of positive definiteness", BIT 46, 2006,
/// Theorem 2.3), and forming B = m·I − A costs another 2⁻⁵³(|m| + |a_ii|).
let largest (a: float[]) =
    let size = abs a[0] + abs a[3] + abs a[5] + abs a[1] + abs a[2] + abs a[4]

    if not (size < 1e150) then
        infinity
    else
        let guess = approximate a
        let mutable more = 1e-14 * (size + 1e-280)

        while not (factors a (guess + more)) do
            more <- 16.0 * more

        guess + more + 1e-14 * (size + abs guess + more) + 1e-290

/// A lower bound of the largest eigenvalue: the Rayleigh quotient of a vector near its eigenvector, or a diagonal entry. A quotient of a
/// vector of unit length takes fewer than 40 operations on numbers below Σ|a_ij|.
let atLeast (a: float[]) =
    let size = abs a[0] + abs a[3] + abs a[5] + abs a[1] + abs a[2] + abs a[4]

    if not (size < 1e150) then
        0.0
    else
        let guess = approximate a
        let r0, r1, r2 = a[0] - guess, a[3] - guess, a[5] - guess

        // Two rows of A − λI span what is orthogonal to the eigenvector.
        let quotient x y z least =
            let length = x * x + y * y + z * z

            if length > 1e-200 && length < 1e200 then
                let value =
                    (a[0] * x * x
                     + a[3] * y * y
                     + a[5] * z * z
                     + 2.0 * (a[1] * x * y + a[2] * x * z + a[4] * y * z))
                    / length

                max least value
            else
                least

        let best =
            max a[0] (max a[3] a[5])
            |> quotient (a[1] * a[4] - a[2] * r1) (a[2] * a[1] - r0 * a[4]) (r0 * r1 - a[1] * a[1])
            |> quotient (a[1] * r2 - a[2] * a[4]) (a[2] * a[2] - r0 * r2) (r0 * a[4] - a[1] * a[2])
            |> quotient (r1 * r2 - a[4] * a[4]) (a[4] * a[2] - a[1] * r2) (a[1] * a[4] - r1 * a[2])

        best - 1e-14 * size - 1e-150

/// What `mean` writes is within this of Q in norm: coordinates of the unit vectors are off by less than 5·2⁻⁵³, those of their sum and
/// difference by less than 12·2⁻⁵³, all else depends on these with factors below 10, and the whole takes fewer than 100 operations on
/// numbers below 4. 1e-12 is more than ten times what this gives.
let meanError = 1e-12

/// into ← Q_{x,y} over the first k entries. With d = x̂ − ŷ and s = x̂ + ŷ, δ = ‖d‖ = 2 sin θ/2 and σ = ‖s‖ = 2 cos θ/2: M maps s to s and d
/// to −d, so that sin θ M = (δ ssᵀ/σ − σ ddᵀ/δ)/2. Sharp at parallel and at opposite codes.
let mean k (x: float[]) (y: float[]) (into: float[]) =
    let lengthX = sqrt (x[0] * x[0] + x[1] * x[1] + x[2] * x[2])
    let lengthY = sqrt (y[0] * y[0] + y[1] * y[1] + y[2] * y[2])
    let a0, a1, a2 = x[0] / lengthX, x[1] / lengthX, x[2] / lengthX
    let b0, b1, b2 = y[0] / lengthY, y[1] / lengthY, y[2] / lengthY
    let s0, s1, s2 = a0 + b0, a1 + b1, a2 + b2
    let d0, d1, d2 = a0 - b0, a1 - b1, a2 - b2
    let sigma = sqrt (s0 * s0 + s1 * s1 + s2 * s2)
    let delta = sqrt (d0 * d0 + d1 * d1 + d2 * d2)

    // θ/2 and its complement, one of them by a tangent of at most 1.
    let tangent = min sigma delta / max sigma delta
    let half = Interval.midpoint (Elementary.atan (Interval.ofFloat tangent))

    let rest = if delta <= sigma then Math.PI - 2.0 * half else 2.0 * half

    let scale = 1.0 / (2.0 * Math.PI)

    let even = if sigma > 0.0 then 0.5 * scale * delta / sigma else 0.0

    let odd = if delta > 0.0 then 0.5 * scale * sigma / delta else 0.0

    let identity = scale * rest
    into[0] <- identity + even * s0 * s0 - odd * d0 * d0
    into[1] <- even * s0 * s1 - odd * d0 * d1
    into[2] <- even * s0 * s2 - odd * d0 * d2
    into[3] <- (if k > 1 then identity else 0.0) + even * s1 * s1 - odd * d1 * d1
    into[4] <- even * s1 * s2 - odd * d1 * d2
    into[5] <- (if k > 2 then identity else 0.0) + even * s2 * s2 - odd * d2 * d2
