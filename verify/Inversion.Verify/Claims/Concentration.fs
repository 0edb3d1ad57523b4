namespace Inversion.Verify.Claims

open System
open Inversion.Numerics
open Inversion.Verify

/// A pair of codes and the direction along which the block's Gram matrix leaves its mean most: |uᵀ(F₊ₓᵀF₊ᵧ − Q)u| = Value, ‖u‖ = 1.
type Extreme =
    {
        X: float[]
        Y: float[]
        U: float[]
        Value: float
    }

/// Judges D(x, y) = F₊ₓᵀF₊ᵧ − Q_{x,y} of one block, many pairs a call. Holds scratch memory: one for each thread. Where a block has more
/// than `GramDeviation.DirectUpTo` columns, values come from `steps` Lanczos steps and lie between the true eigenvalues.
type Concentration(rows: Rows, steps: int) =
    let k = rows.Inputs
    let deviation = GramDeviation(rows.Gram, steps)
    let mutable low, high, sides = [||], [||], [||]
    let mutable vectors: float[] = [||]

    let judge (xs: float[]) (ys: float[]) (starts: float[]) count side =
        if low.Length < count then
            low <- Array.zeroCreate (max 16 (2 * count))
            high <- Array.zeroCreate low.Length
            sides <- Array.zeroCreate low.Length
            vectors <- Array.zeroCreate (low.Length * k)

        for p in 0 .. count - 1 do
            sides[p] <- side p

        let size = count * k

        deviation.Extremes(
            ReadOnlySpan(xs, 0, size),
            ReadOnlySpan(ys, 0, size),
            ReadOnlySpan(starts, 0, size),
            ReadOnlySpan(sides, 0, count),
            Span(low, 0, count),
            Span(high, 0, count),
            Span(vectors, 0, size)
        )

    // A NaN of one end is one of both.
    let value p =
        if sides[p] > 0.0 then high[p]
        elif sides[p] < 0.0 then -low[p]
        else Math.Max(-low[p], high[p])

    let extreme (xs: float[]) (ys: float[]) p =
        let at = p * k

        {
            X = xs[at .. at + k - 1]
            Y = ys[at .. at + k - 1]
            U = vectors[at .. at + k - 1]
            Value = value p
        }

    /// k.
    member _.Inputs = k

    /// Judges the first `count` pairs of row-major arrays, each by its own side: 1 for the most positive eigenvalue, −1 for the most negative,
    /// 0 for the one farther from zero. `visit` sees each pair's number, value and the array that holds its direction at k times its number.
    member _.Each
        (xs: float[], ys: float[], starts: float[], count, side: int -> float, visit: int -> float -> float[] -> unit)
        =
        judge xs ys starts count side

        for p in 0 .. count - 1 do
            visit p (value p) vectors

    /// The first `count` pairs with the eigenvectors that leave the mean most, whichever their sign.
    member _.All(xs: float[], ys: float[], starts: float[], count) =
        judge xs ys starts count (fun _ -> 0.0)
        Array.init count (extreme xs ys)

    /// The first of the best of the first `count` pairs if it is better than `than`; a NaN never is.
    member _.Better(xs: float[], ys: float[], starts: float[], count, than: float) =
        judge xs ys starts count (fun _ -> 0.0)
        let mutable best, most = -1, than

        for p in 0 .. count - 1 do
            if value p > most then
                best <- p
                most <- value p

        if best < 0 then None else Some(extreme xs ys best)

    /// One pair, Lanczos' method begun at `start`.
    member this.Judge(x: float[], y: float[], start: float[]) = this.All(x, y, start, 1)[0]

    /// Writes ∇_x and ∇_y of uᵀQu, for unit x, y and u that begin at `at`, to the same places: from
    /// 2π uᵀQu = (π − θ)‖u‖² + (2ab − c(a² + b²))/sin θ, a = ⟨u,x⟩, b = ⟨u,y⟩, c = cos θ [ours]. Zero within 1e-4 of parallel, where the
    /// formula cancels and the gradient is bounded.
    static member MeanGradient(x: float[], y: float[], u: float[], at: int, k: int, byX: float[], byY: float[]) =
        let mutable a, b, c, uu = 0.0, 0.0, 0.0, 0.0

        for i in at .. at + k - 1 do
            a <- a + u[i] * x[i]
            b <- b + u[i] * y[i]
            c <- c + x[i] * y[i]
            uu <- uu + u[i] * u[i]

        let s = sqrt (max 0.0 ((1.0 - c) * (1.0 + c)))

        if not (s > 1e-4) then
            Array.Clear(byX, at, k)
            Array.Clear(byY, at, k)
        else
            let swapped = 2.0 * a * b - c * (a * a + b * b)
            let dc = (uu - a * a - b * b + swapped * c / (s * s)) / s
            let da, db = 2.0 * (b - c * a) / s, 2.0 * (a - c * b) / s
            let scale = 1.0 / (2.0 * Math.PI)

            for i in at .. at + k - 1 do
                byX[i] <- scale * (dc * y[i] + da * u[i])
                byY[i] <- scale * (dc * x[i] + db * u[i])
