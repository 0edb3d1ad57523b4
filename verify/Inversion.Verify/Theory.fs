/// The formulas of the expected landscape, in float64. Letters are the papers': θ angle, ρ_d, ξ, ζ, h.
/// Sources: HV = Hand and Voroninski, arXiv 1705.07576; HHHV = Huang et al., arXiv 1812.04176; closed forms marked [ours] were derived for this project.
[<RequireQualifiedAccess>]
module Inversion.Verify.Theory

open System

/// C_iℓ/(C_{i−1} ln C_{i−1}), which Theorem 1 wants at least c_ε, of a block of so many rows and inputs; +∞ for one input, whose logarithm is 0.
/// Source: MAK Theorem 1.
let expansion (rows: int) (inputs: int) =
    float rows / (float inputs * log (float inputs))

/// ‖x‖₂.
let norm (x: float[]) =
    let largest = x |> Array.fold (fun most value -> Math.Max(most, abs value)) 0.0

    if largest = 0.0 || not (Double.IsFinite largest) then
        largest
    else
        largest
        * sqrt (x |> Array.sumBy (fun value -> (value / largest) * (value / largest)))

/// ⟨x, y⟩.
let dot (x: float[]) (y: float[]) =
    let mutable sum = 0.0

    for i in 0 .. x.Length - 1 do
        sum <- sum + x[i] * y[i]

    sum

/// ∠(x, y) in [0, π], from the chord and its complement, accurate near 0 and π. NaN for a zero vector, which has no angle.
let angle (x: float[]) (y: float[]) =
    let a, b = norm x, norm y

    if not (a > 0.0 && b > 0.0) then
        nan
    else
        let difference = Array.map2 (fun s t -> s / a - t / b) x y
        let sum = Array.map2 (fun s t -> s / a + t / b) x y
        2.0 * Math.Atan2(norm difference, norm sum)

/// cos g(θ) = ((π − θ) cos θ + sin θ)/π. HV (4).
let cosContracted theta =
    ((Math.PI - theta) * cos theta + sin theta) / Math.PI

/// g(θ) = arccos(cos g(θ)): the expected angle after one ReLU layer. HV (4). Loses accuracy below θ ≈ 1e-7, where g(θ) ≈ θ is returned.
let contract theta =
    if theta < 1e-7 then
        theta
    else
        Math.Acos(Math.Clamp(cosContracted theta, -1.0, 1.0))

/// θ̄_0 … θ̄_d: an angle sent through d expected layers.
let angles depth theta =
    List.scan (fun t _ -> contract t) theta [ 1..depth ]

/// ρ_d = cos θ̌_d with θ̌_0 = π [ours]; HV's sum gives the same: 0, 1/π, 0.4937…, for d = 1, 2, 3.
let rho depth =
    if depth = 1 then
        0.0
    else
        cos (List.last (angles depth Math.PI))

/// ξ = Π_{i<d} (π − θ̄_i)/π. HHHV.
let xi depth theta =
    angles (depth - 1) theta
    |> List.fold (fun product t -> product * (Math.PI - t) / Math.PI) 1.0

/// ζ = Σ_{i<d} (sin θ̄_i/π) Π_{i<j<d} (π − θ̄_j)/π. HHHV.
let zeta depth theta =
    let thetas = angles (depth - 1) theta |> List.toArray

    Seq.sum (
        seq {
            for i in 0 .. depth - 1 do
                let tail =
                    thetas[i + 1 ..]
                    |> Array.fold (fun product t -> product * (Math.PI - t) / Math.PI) 1.0

                sin thetas[i] / Math.PI * tail
        }
    )

/// h(x, x°) = 2⁻ᵈ (x − ξ x° − ζ (‖x°‖/‖x‖) x): the expected gradient for weights of variance 1/n_i. HHHV. NaN at x = 0.
let expectedGradient depth (x: float[]) (truth: float[]) =
    let theta = angle x truth
    let z = zeta depth theta * norm truth / norm x
    let k = xi depth theta
    let scale = Math.ScaleB(1.0, -depth)
    Array.map2 (fun a b -> scale * (a - k * b - z * a)) x truth

/// f^E(x) = 2^{−(d+1)} (‖x‖² + ‖x°‖² − 2‖x‖‖x°‖ cos θ̄_d) [ours]; its gradient is h.
let expectedRisk depth (x: float[]) (truth: float[]) =
    let a, b = norm x, norm truth
    let last = List.last (angles depth (angle x truth))
    Math.ScaleB(a * a + b * b - 2.0 * a * b * cos last, -(depth + 1))

/// 2ᵈ‖h‖/‖x°‖ = √((r − cos θ̄_d)² + ξ² sin² θ̄_0), r = ‖x‖/‖x°‖ [ours].
let expectedSlope depth ratio theta =
    let last = List.last (angles depth theta)
    let s = xi depth theta * sin theta
    sqrt ((ratio - cos last) * (ratio - cos last) + s * s)

/// uᵀ Q_{x,y} u for the matrix Q of the weight distribution condition (HV Definition 2):
/// Q = ((π−θ)/2π) I + (sin θ/2π) M, and M = m̂m̂ᵀ − n̂n̂ᵀ with m ∝ x̂ + ŷ, n ∝ x̂ − ŷ [ours: M is the reflection that swaps x̂ and ŷ].
let quadraticQ (x: float[]) (y: float[]) (u: float[]) =
    let a, b = norm x, norm y
    let sum = Array.map2 (fun s t -> s / a + t / b) x y
    let difference = Array.map2 (fun s t -> s / a - t / b) x y
    let s, d = norm sum, norm difference
    let theta = 2.0 * Math.Atan2(d, s)
    let along = if s > 0.0 then dot u sum / s else 0.0
    let across = if d > 0.0 then dot u difference / d else 0.0

    ((Math.PI - theta) * dot u u + sin theta * (along * along - across * across))
    / (2.0 * Math.PI)

/// Q_{x,y} as a matrix.
let matrixQ (x: float[]) (y: float[]) =
    let a, b = norm x, norm y
    let sum = Array.map2 (fun s t -> s / a + t / b) x y
    let difference = Array.map2 (fun s t -> s / a - t / b) x y
    let s, d = norm sum, norm difference
    let theta = 2.0 * Math.Atan2(d, s)

    let unitize length (vector: float[]) =
        if length > 0.0 then
            vector |> Array.map (fun v -> v / length)
        else
            Array.zeroCreate vector.Length

    let m, n = unitize s sum, unitize d difference

    Array2D.init x.Length x.Length (fun i j ->
        let identity = if i = j then Math.PI - theta else 0.0
        (identity + sin theta * (m[i] * m[j] - n[i] * n[j])) / (2.0 * Math.PI))
