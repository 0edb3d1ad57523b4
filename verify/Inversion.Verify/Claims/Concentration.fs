namespace Inversion.Verify.Claims

open System
open System.Runtime.CompilerServices
open System.Runtime.Intrinsics
open MathNet.Numerics.LinearAlgebra
open MathNet.Numerics.LinearAlgebra.Double
open Inversion.Randomness
open Inversion.Verify

/// A pair of codes and the direction along which the block's Gram matrix leaves its mean most: |uᵀ(F₊ₓᵀF₊ᵧ − Q)u| = Value, ‖u‖ = 1.
type Extreme =
    {
        X: float[]
        Y: float[]
        U: float[]
        Value: float
    }

[<RequireQualifiedAccess>]
module internal Smoothed =
    /// The derivatives of σ(s) σ(t) u² by s and by t, σ(t) = ½(1 + t/√(1+t²)), entry by entry, at s = sharpness·x and t = sharpness·y.
    [<MethodImpl(MethodImplOptions.AggressiveOptimization)>]
    let slopes (x: float[], y: float[], u: float[], sharpness: float, byX: float[], byY: float[]) =
        let one, half = Vector512.Create 1.0, Vector512.Create 0.5
        let sharp = Vector512.Create sharpness
        let mutable j = 0

        while j < x.Length do
            let s = Vector512.Multiply(sharp, Vector512.Create(x, j))
            let t = Vector512.Multiply(sharp, Vector512.Create(y, j))
            let power = Vector512.Create(u, j)
            let power = Vector512.Multiply(half, Vector512.Multiply(power, power))

            let rootS =
                Vector512.Divide(one, Vector512.Sqrt(Vector512.FusedMultiplyAdd(s, s, one)))

            let rootT =
                Vector512.Divide(one, Vector512.Sqrt(Vector512.FusedMultiplyAdd(t, t, one)))

            let sigmaS = Vector512.FusedMultiplyAdd(Vector512.Multiply(s, rootS), half, half)
            let sigmaT = Vector512.FusedMultiplyAdd(Vector512.Multiply(t, rootT), half, half)
            let cubeS = Vector512.Multiply(rootS, Vector512.Multiply(rootS, rootS))
            let cubeT = Vector512.Multiply(rootT, Vector512.Multiply(rootT, rootT))
            Vector512.Multiply(power, Vector512.Multiply(cubeS, sigmaT)).CopyTo(byX, j)
            Vector512.Multiply(power, Vector512.Multiply(cubeT, sigmaS)).CopyTo(byY, j)
            j <- j + 8

/// D(x, y) = F₊ₓᵀF₊ᵧ − Q_{x,y} of one block and its extreme eigenvectors. Holds scratch memory: one for each thread.
type Concentration(rows: Rows) =
    let n = rows.Padded
    let k = rows.Inputs
    let explicitUpTo = 16

    let atX, atY, atU, mask =
        Array.zeroCreate n, Array.zeroCreate n, Array.zeroCreate n, Array.zeroCreate n

    let weighted, scratch = Array.zeroCreate n, Array.zeroCreate n
    let gram = Array.zeroCreate (if k <= explicitUpTo then k * k else 0)
    let middle, across = Array.zeroCreate k, Array.zeroCreate k
    let mutable diagonal = 0.0
    let mutable reflected = 0.0

    /// Q = diagonal·I + reflected·(m mᵀ − a aᵀ), m ∝ x̂ + ŷ, a ∝ x̂ − ŷ, for unit x and y.
    let setMean (x: float[]) (y: float[]) =
        let mutable s, d = 0.0, 0.0

        for i in 0 .. k - 1 do
            middle[i] <- x[i] + y[i]
            across[i] <- x[i] - y[i]
            s <- s + middle[i] * middle[i]
            d <- d + across[i] * across[i]

        let theta = 2.0 * Math.Atan2(sqrt d, sqrt s)
        diagonal <- (Math.PI - theta) / (2.0 * Math.PI)
        reflected <- Math.Sin theta / (2.0 * Math.PI)

        let s, d =
            (if s > 0.0 then 1.0 / sqrt s else 0.0), (if d > 0.0 then 1.0 / sqrt d else 0.0)

        for i in 0 .. k - 1 do
            middle[i] <- middle[i] * s
            across[i] <- across[i] * d

    /// Sets D to that of the unit vectors x and y.
    let set (x: float[]) (y: float[]) =
        setMean x y
        rows.Apply(x, atX)
        rows.Apply(y, atY)

        for j in 0 .. n - 1 do
            mask[j] <- if atX[j] > 0.0 && atY[j] > 0.0 then 1.0 else 0.0

    /// into ← D v.
    let multiply (v: float[]) (into: float[]) =
        rows.Apply(v, weighted)

        for j in 0 .. n - 1 do
            weighted[j] <- weighted[j] * mask[j]

        rows.ApplyTransposed(weighted, into, k)
        let along, beside = reflected * Theory.dot middle v, reflected * Theory.dot across v

        for i in 0 .. k - 1 do
            into[i] <- into[i] - diagonal * v[i] - along * middle[i] + beside * across[i]

    let eigen (matrix: Matrix<float>) =
        let found = matrix.Evd Symmetricity.Symmetric
        found.EigenValues |> Seq.map (fun value -> value.Real) |> Seq.toArray, found.EigenVectors

    /// The most negative and the most positive eigenvalue, with eigenvectors, from the whole matrix.
    let extremesOfMatrix () =
        rows.Gram(mask, gram, scratch)

        let matrix =
            DenseMatrix.OfArray(
                Array2D.init k k (fun i j ->
                    gram[i * k + j]
                    - (if i = j then diagonal else 0.0)
                    - reflected * (middle[i] * middle[j] - across[i] * across[j]))
            )

        let values, vectors = eigen matrix

        let lowest, highest =
            Array.IndexOf(values, Array.min values), Array.IndexOf(values, Array.max values)

        struct (values[lowest], vectors.Column(lowest).ToArray(), values[highest], vectors.Column(highest).ToArray())

    /// The same by Lanczos' method with full reorthogonalization (Golub and Van Loan, Matrix Computations, section 10.1): eigenvalues of D
    /// compressed to a Krylov space, so they never overshoot.
    let extremesByLanczos steps (start: float[]) =
        let basis = Array.zeroCreate steps
        let alphas, betas = Array.zeroCreate steps, Array.zeroCreate steps
        let length = Theory.norm start
        let mutable current = start |> Array.map (fun value -> value / length)
        let mutable count = 0
        let mutable go = true

        while go do
            basis[count] <- current
            let next = Array.zeroCreate k
            multiply current next
            alphas[count] <- Theory.dot next current

            for b in 0..count do
                let part = Theory.dot next basis[b]
                let against: float[] = basis[b]

                for i in 0 .. k - 1 do
                    next[i] <- next[i] - part * against[i]

            let beta = Theory.norm next
            count <- count + 1

            if count = steps || not (beta > 1e-13) then
                go <- false
            else
                betas[count - 1] <- beta
                current <- next |> Array.map (fun value -> value / beta)

        let values, vectors =
            eigen (
                DenseMatrix.OfArray(
                    Array2D.init count count (fun i j ->
                        if i = j then alphas[i]
                        elif abs (i - j) = 1 then betas[min i j]
                        else 0.0)
                )
            )

        let lift column =
            let u = Array.zeroCreate k

            for b in 0 .. count - 1 do
                let share = vectors[b, column]
                let against: float[] = basis[b]

                for i in 0 .. k - 1 do
                    u[i] <- u[i] + share * against[i]

            u

        let lowest, highest =
            Array.IndexOf(values, Array.min values), Array.IndexOf(values, Array.max values)

        struct (values[lowest], lift lowest, values[highest], lift highest)

    let unit (v: float[]) =
        let length = Theory.norm v
        v |> Array.map (fun value -> value / length)

    /// k.
    member _.Inputs = k

    /// The most negative and most positive eigenvalue of D(x, y), x and y of unit length, with eigenvectors; for k > 16 from `steps` Lanczos
    /// steps begun at `start`, whose values lie between the true ones.
    member _.Extremes(x: float[], y: float[], steps: int, start: float[]) =
        set x y

        if k <= explicitUpTo then
            extremesOfMatrix ()
        else
            extremesByLanczos (min k steps) start

    /// The pair (x, y) with the eigenvector that leaves the mean most, whichever its sign.
    member this.Judge(x: float[], y: float[], steps: int, start: float[]) =
        let struct (low, below, high, above) = this.Extremes(x, y, steps, start)

        if -low > high then
            {
                X = x
                Y = y
                U = below
                Value = -low
            }
        else
            {
                X = x
                Y = y
                U = above
                Value = high
            }

    /// Climbs ±(Σ_j σ(⟨w_j,x⟩/τ) σ(⟨w_j,y⟩/τ) ⟨w_j,u⟩² − uᵀQu) over unit x and y (x = y when tied): the Gram matrix is constant between
    /// hyperplanes, so its unit steps are smoothed by σ(t) = ½(1 + t/√(1+t²)) with a width τ that shrinks from stage to stage. u is the
    /// extreme eigenvector of the true D and is renewed at each stage. Keeps the best true value of all stages.
    member this.Climb
        (sign: float, tied: bool, stages: int, stepsPerStage: int, lanczos: int, x0: float[], y0: float[])
        =
        let mutable x = unit x0
        let mutable y = if tied then x else unit y0
        let mutable u = x
        let mutable best = None
        let typical = rows.TypicalEntry

        let slopeX, slopeY, pull =
            Array.zeroCreate n, Array.zeroCreate n, Array.zeroCreate k

        let visit () =
            let struct (low, below, high, above) =
                this.Extremes(x, y, lanczos, Array.map2 (fun a b -> a + 1e-3 * b) u x)

            let value, direction = if sign < 0.0 then -low, below else high, above
            u <- direction

            match best with
            | Some extreme when extreme.Value >= value -> ()
            | _ ->
                best <-
                    Some
                        {
                            X = x
                            Y = y
                            U = direction
                            Value = value
                        }

        /// v ← unit(v + length · (gradient across v)/‖…‖), where the gradient is ±(Wᵀ slope − ∇uᵀQu).
        let step length sharpness (v: float[]) (slope: float[]) (meanPull: float[]) =
            rows.ApplyTransposed(slope, pull, k)

            for i in 0 .. k - 1 do
                pull[i] <- sign * (sharpness * pull[i] - meanPull[i])

            let radial = Theory.dot pull v

            for i in 0 .. k - 1 do
                pull[i] <- pull[i] - radial * v[i]

            let size = Theory.norm pull

            if size > 0.0 && Double.IsFinite size then
                unit (Array.map2 (fun a b -> a + length / size * b) v pull)
            else
                v

        visit ()

        for stage in 0 .. stages - 1 do
            let progress = float stage / float (max 1 (stages - 1))
            let tau = typical * 0.5 * Math.Pow(0.02, progress)
            let length = 0.2 * Math.Pow(0.05, progress)
            rows.Apply(u, atU)

            for _ in 1..stepsPerStage do
                rows.Apply(x, atX)

                if tied then
                    Smoothed.slopes (atX, atX, atU, 1.0 / tau, slopeX, slopeY)
                    x <- step length (1.0 / tau) x slopeX (Array.zeroCreate k)
                    y <- x
                else
                    rows.Apply(y, atY)
                    Smoothed.slopes (atX, atY, atU, 1.0 / tau, slopeX, slopeY)
                    let struct (pullX, pullY) = Concentration.MeanGradient(x, y, u)
                    let nextX = step length (1.0 / tau) x slopeX pullX
                    y <- step length (1.0 / tau) y slopeY pullY
                    x <- nextX

            visit ()

        best.Value

    /// ∇_x and ∇_y of uᵀQu for unit x and y, from 2π uᵀQu = (π − θ)‖u‖² + (2ab − c(a² + b²))/sin θ, a = ⟨u,x⟩, b = ⟨u,y⟩, c = cos θ
    /// [ours]. Zero within 1e-4 of parallel, where the formula cancels and the gradient is bounded.
    static member MeanGradient(x: float[], y: float[], u: float[]) =
        let a, b, c = Theory.dot u x, Theory.dot u y, Theory.dot x y
        let s = sqrt (max 0.0 ((1.0 - c) * (1.0 + c)))

        if not (s > 1e-4) then
            struct (Array.zeroCreate x.Length, Array.zeroCreate x.Length)
        else
            let swapped = 2.0 * a * b - c * (a * a + b * b)
            let dc = (Theory.dot u u - a * a - b * b + swapped * c / (s * s)) / s
            let da, db = 2.0 * (b - c * a) / s, 2.0 * (a - c * b) / s
            let scale = 1.0 / (2.0 * Math.PI)

            struct (Array.map2 (fun yi ui -> scale * (dc * yi + da * ui)) y u,
                    Array.map2 (fun xi ui -> scale * (dc * xi + db * ui)) x u)
