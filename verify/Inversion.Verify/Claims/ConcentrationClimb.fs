namespace Inversion.Verify.Claims

open System
open System.Runtime.CompilerServices
open System.Runtime.Intrinsics
open System.Threading
open Inversion.Verify

[<RequireQualifiedAccess>]
module internal Smoothed =
    /// The derivative of σ(s) σ(t) u² by s, σ(t) = ½(1 + t/√(1+t²)), entry by entry, at s = t = sharpness·x: half of the sum of both.
    [<MethodImpl(MethodImplOptions.AggressiveOptimization)>]
    let tied (x: float[], u: float[], at: int, count: int, sharpness: float, byX: float[]) =
        let one, half = Vector512.Create 1.0, Vector512.Create 0.5
        let sharp = Vector512.Create sharpness
        let mutable j = at

        while j < at + count do
            let s = Vector512.Multiply(sharp, Vector512.Create(x, j))
            let power = Vector512.Create(u, j)
            let power = Vector512.Multiply(half, Vector512.Multiply(power, power))

            let root =
                Vector512.Divide(one, Vector512.Sqrt(Vector512.FusedMultiplyAdd(s, s, one)))

            let sigma = Vector512.FusedMultiplyAdd(Vector512.Multiply(s, root), half, half)
            let cube = Vector512.Multiply(root, Vector512.Multiply(root, root))
            Vector512.Multiply(power, Vector512.Multiply(cube, sigma)).CopyTo(byX, j)
            j <- j + 8

    /// The derivatives of σ(s) σ(t) u² by s and by t at s = sharpness·x and t = sharpness·y.
    [<MethodImpl(MethodImplOptions.AggressiveOptimization)>]
    let apart (x: float[], y: float[], u: float[], at: int, count: int, sharpness: float, byX: float[], byY: float[]) =
        let one, half = Vector512.Create 1.0, Vector512.Create 0.5
        let sharp = Vector512.Create sharpness
        let mutable j = at

        while j < at + count do
            let s = Vector512.Multiply(sharp, Vector512.Create(x, j))
            let t = Vector512.Multiply(sharp, Vector512.Create(y, j))
            let power = Vector512.Create(u, j)
            let power = Vector512.Multiply(half, Vector512.Multiply(power, power))
            let lengthS = Vector512.Sqrt(Vector512.FusedMultiplyAdd(s, s, one))
            let lengthT = Vector512.Sqrt(Vector512.FusedMultiplyAdd(t, t, one))

            // One division serves both reciprocals.
            let both = Vector512.Divide(one, Vector512.Multiply(lengthS, lengthT))

            let rootS, rootT =
                Vector512.Multiply(both, lengthT), Vector512.Multiply(both, lengthS)

            let sigmaS = Vector512.FusedMultiplyAdd(Vector512.Multiply(s, rootS), half, half)
            let sigmaT = Vector512.FusedMultiplyAdd(Vector512.Multiply(t, rootT), half, half)
            let cubeS = Vector512.Multiply(rootS, Vector512.Multiply(rootS, rootS))
            let cubeT = Vector512.Multiply(rootT, Vector512.Multiply(rootT, rootT))
            Vector512.Multiply(power, Vector512.Multiply(cubeS, sigmaT)).CopyTo(byX, j)
            Vector512.Multiply(power, Vector512.Multiply(cubeT, sigmaS)).CopyTo(byY, j)
            j <- j + 8

/// Where a climb begins: a pair, or x = y throughout, and the sign of the deviation that it raises.
[<Struct>]
type ClimbStart =
    {
        X: float[]
        Y: float[]
        Tied: bool
        Sign: float
    }

/// Many climbs in step. Each climbs ±(Σ_j σ(⟨w_j,x⟩/τ) σ(⟨w_j,y⟩/τ) ⟨w_j,u⟩² − uᵀQu) over unit x and y (x = y when tied): the Gram matrix
/// is constant between hyperplanes, so its unit steps are smoothed by σ(t) = ½(1 + t/√(1+t²)) with a width τ that shrinks from stage to
/// stage. u is the extreme eigenvector of the true D and is renewed at each stage.
[<RequireQualifiedAccess>]
module ConcentrationClimb =
    /// v ← unit(v + length · g/‖g‖), g the part of sign·(sharpness·pull − mean) across v.
    let private step (k: int) length sharpness sign (v: float[]) at (pull: float[]) (mean: float[]) =
        let mutable radial = 0.0

        for i in 0 .. k - 1 do
            let slope = sign * (sharpness * pull[at + i] - mean[at + i])
            pull[at + i] <- slope
            radial <- radial + slope * v[at + i]

        let mutable squared = 0.0

        for i in 0 .. k - 1 do
            let slope = pull[at + i] - radial * v[at + i]
            pull[at + i] <- slope
            squared <- squared + slope * slope

        if squared > 0.0 && Double.IsFinite squared then
            let share = length / sqrt squared
            let mutable size = 0.0

            for i in 0 .. k - 1 do
                let next = v[at + i] + share * pull[at + i]
                v[at + i] <- next
                size <- size + next * next

            let factor = 1.0 / sqrt size

            for i in 0 .. k - 1 do
                v[at + i] <- v[at + i] * factor

    let private together (rows: Rows) (form: Concentration) stages stepsPerStage apart (starts: ClimbStart[]) =
        let k, count, height = rows.Inputs, starts.Length, rows.HeightStride

        let flat (part: ClimbStart -> float[]) = starts |> Array.collect part
        let x = flat (fun start -> start.X)
        let y = flat (fun start -> if start.Tied then start.X else start.Y)
        let u = Array.copy x
        let guess = Array.zeroCreate x.Length

        let atX, atY, atU =
            Array.zeroCreate (count * height), Array.zeroCreate (count * height), Array.zeroCreate (count * height)

        let slopeX, slopeY =
            Array.zeroCreate (count * height), Array.zeroCreate (count * height)

        let pullX, pullY = Array.zeroCreate x.Length, Array.zeroCreate x.Length
        let meanX, meanY = Array.zeroCreate x.Length, Array.zeroCreate x.Length
        let best: Extreme option[] = Array.create count None

        let visit () =
            for i in 0 .. x.Length - 1 do
                guess[i] <- u[i] + 1e-3 * x[i]

            form.Each(
                x,
                y,
                guess,
                count,
                (fun p -> starts[p].Sign),
                fun p value directions ->
                    let at = p * k
                    Array.blit directions at u at k

                    match best[p] with
                    | Some extreme when not (value > extreme.Value) -> ()
                    | _ ->
                        best[p] <-
                            Some
                                {
                                    X = x[at .. at + k - 1]
                                    Y = y[at .. at + k - 1]
                                    U = u[at .. at + k - 1]
                                    Value = value
                                }
            )

        visit ()

        for stage in 0 .. stages - 1 do
            let progress = float stage / float (max 1 (stages - 1))
            let sharpness = 1.0 / (rows.TypicalEntry * 0.5 * Math.Pow(0.02, progress))
            let length = 0.2 * Math.Pow(0.05, progress)
            rows.Heights(count, u, atU)

            for _ in 1..stepsPerStage do
                rows.Heights(count, x, atX)
                rows.Heights(apart, y, atY)

                for p in 0 .. count - 1 do
                    if p >= apart then
                        Smoothed.tied (atX, atU, p * height, height, sharpness, slopeX)
                    else
                        Smoothed.apart (atX, atY, atU, p * height, height, sharpness, slopeX, slopeY)
                        Concentration.MeanGradient(x, y, u, p * k, k, meanX, meanY)

                rows.Pulls(count, slopeX, pullX)
                rows.Pulls(apart, slopeY, pullY)

                for p in 0 .. count - 1 do
                    step k length sharpness starts[p].Sign x (p * k) pullX meanX

                    if p >= apart then
                        Array.blit x (p * k) y (p * k) k
                    else
                        step k length sharpness starts[p].Sign y (p * k) pullY meanY

            visit ()

        best |> Array.map Option.get

    /// Climbs from unit vectors. For each start the best true value of all its stages, those with x = y last.
    let run
        (rows: Rows)
        (form: Concentration)
        stages
        stepsPerStage
        (cancellation: CancellationToken)
        (starts: ClimbStart[])
        =
        let tied, apart = starts |> Array.partition (fun start -> start.Tied)

        // As many as stay in the cache together.
        let atOnce = Math.Clamp(8192 / max 1 rows.HeightStride, 8, 64)

        let climb apart group =
            cancellation.ThrowIfCancellationRequested()
            together rows form stages stepsPerStage apart group

        Array.append
            (apart
             |> Array.chunkBySize atOnce
             |> Array.collect (fun group -> climb group.Length group))
            (tied |> Array.chunkBySize atOnce |> Array.collect (climb 0))
