/// Proven bounds of sup ‖F₊ₓᵀF₊ᵧ − Q_{x,y}‖₂ over all nonzero x, y for blocks of up to three columns: best-first branch and bound over pairs
/// of cells of directions.
[<RequireQualifiedAccess>]
module Inversion.Verify.Claims.ConcentrationBound

open System
open System.Collections.Generic
open System.Threading

/// Lower ≤ sup ≤ Upper, rounding included; Upper is +∞ where the block's entries are too large for a bound.
type Bound =
    {
        Lower: float
        Upper: float
        /// Pairs of cells judged.
        Pairs: int
    }

/// Blocks with more columns have no bound.
let mostInputs = 3

/// How far Q moves, in norm, with each radian of x or of y; above √5/(2π) = 0.35588…, and for k = 2 above 1/π = 0.31830… [ours]. While x
/// turns in the plane of x and y, 2π dQ/dt = −I + cos θ M + sin θ M', M' the reflection at 45° to M: −2ppᵀ in the plane and −1 across it.
/// While x leaves the plane along n, 2π dQ/dt = nvᵀ + vnᵀ with a unit v in the plane. A turn with cosine a and sine b between both moves
/// 2πQ by 2a + b ≤ √5. Q is continuous, so parallel codes make no exception.
let private slope k =
    match k with
    | 1 -> 0.0
    | 2 -> 0.318310
    | _ -> 0.355882

/// A pair of cells, the lines that are active for both codes throughout, and those of which that is not known.
type private Node =
    {
        X: DirectionCell
        Y: DirectionCell
        Fixed: float[]
        Open: int[]
    }

let private add (into: float[]) (term: float[]) =
    for i in 0..5 do
        into[i] <- into[i] + term[i]

/// Judges pairs of cells. With A ≤ B in the order of symmetric matrices, a pair's Gram matrix lies between the sum over the lines that are
/// certainly active and that sum with all open lines added; at the hyperplane of a line none of its rows is active, which lies between.
type private Judge(lines: ConcentrationLines, k: int) =
    let slope = slope k
    let error = lines.Error + 2.0 * ConcentrationEigen.meanError
    let centerX, centerY = Array.zeroCreate 3, Array.zeroCreate 3
    let certain, possible = Array.zeroCreate 6, Array.zeroCreate 6
    let certainAt, possibleAt = Array.zeroCreate 6, Array.zeroCreate 6
    let mean, sum = Array.zeroCreate 6, Array.zeroCreate 6
    let left = Array.zeroCreate lines.Count

    // 00, 11 and 22 where the space has them.
    let diagonal = [| 0; 3; 5 |][.. k - 1]

    let isZero (m: float[]) = m[0] + m[3] + m[5] = 0.0
    let plusZero, minusZero = Array.map isZero lines.Plus, Array.map isZero lines.Minus

    /// What of a line is active where x and y have these signs.
    let sort line x y (certain: float[]) (possible: float[]) =
        if
            x * y < 0
            || ((x > 0 || y > 0) && plusZero[line])
            || ((x < 0 || y < 0) && minusZero[line])
        then
            false
        elif x > 0 && y > 0 then
            add certain lines.Plus[line]
            false
        elif x < 0 && y < 0 then
            add certain lines.Minus[line]
            false
        else
            add
                possible
                (if x > 0 || y > 0 then lines.Plus[line]
                 elif x < 0 || y < 0 then lines.Minus[line]
                 else lines.Either[line])

            true

    /// The pair of cells with the lines that its parent leaves open, an upper bound over the pair and a lower bound at the centers; 0 for
    /// the latter where the upper one comes to no more than `enough` at no cost.
    member _.Pair(x: DirectionCell, y: DirectionCell, above: float[], openAbove: int[], enough: float) =
        DirectionCell.center k x centerX
        DirectionCell.center k y centerY
        Array.Copy(above, certain, 6)
        Array.Clear possible
        Array.Clear certainAt
        Array.Clear possibleAt
        let mutable count = 0

        for line in openAbove do
            let signX, signY =
                lines.Sign line centerX x.Axis x.Half, lines.Sign line centerY y.Axis y.Half

            if sort line signX signY certain possible then
                left[count] <- line
                count <- count + 1

                sort line (lines.Sign line centerX x.Axis 0.0) (lines.Sign line centerY y.Axis 0.0) certainAt possibleAt
                |> ignore

        // 0 ≤ Q ≤ I/2, with equality at opposite and at equal codes.
        for i in 0..5 do
            sum[i] <- certain[i] + possible[i]

        let upwardAnyhow = ConcentrationEigen.largest sum

        for i in 0..5 do
            sum[i] <- -certain[i]

        for i in diagonal do
            sum[i] <- sum[i] + 0.5

        let downwardAnyhow = ConcentrationEigen.largest sum
        let anyhow = (max upwardAnyhow downwardAnyhow + error) * (1.0 + 1e-15)

        let node =
            {
                X = x
                Y = y
                Fixed = Array.copy certain
                Open = left[.. count - 1]
            }

        if anyhow <= enough then
            struct (node, anyhow, 0.0)
        else
            ConcentrationEigen.mean k centerX centerY mean

            let spread =
                slope * (DirectionCell.radius k x + DirectionCell.radius k y) * (1.0 + 1e-12)

            for i in 0..5 do
                sum[i] <- certain[i] + possible[i] - mean[i]

            let upward = min upwardAnyhow (ConcentrationEigen.largest sum + spread)

            for i in 0..5 do
                sum[i] <- mean[i] - certain[i]

            let downward = min downwardAnyhow (ConcentrationEigen.largest sum + spread)
            let upper = (max upward downward + error) * (1.0 + 1e-15)

            for i in 0..5 do
                sum[i] <- certain[i] + certainAt[i] - mean[i]

            let above = ConcentrationEigen.atLeast sum

            for i in 0..5 do
                sum[i] <- -sum[i] - possibleAt[i]

            struct (node, upper, max above (ConcentrationEigen.atLeast sum) - error)

/// The pairs that cover a pair. D_{y,x} is the transpose of D_{x,y}, so that of two mirrored pairs one is enough.
let private split k (node: Node) =
    if node.X = node.Y then
        let parts = DirectionCell.parts k node.X

        [|
            for i in 0 .. parts.Length - 1 do
                for j in i .. parts.Length - 1 do
                    struct (parts[i], parts[j])
        |]
    elif node.X.Half >= node.Y.Half then
        [|
            for part in DirectionCell.parts k node.X do
                struct (part, node.Y)
        |]
    else
        [|
            for part in DirectionCell.parts k node.Y do
                struct (node.X, part)
        |]

/// Bounds of the block with these rows (row-major, `inputs` ≤ 3 entries each), divided by 1/factor, until Upper ≤ (1 + tolerance) Lower or
/// `budget` pairs are judged. `known` is a proven lower bound of the supremum, 0 where there is none; a tighter one saves time and may come
/// from another block, where only values above it matter: Lower is never less.
let run (inputs: int) (weights: float[]) factor known tolerance budget (cancellation: CancellationToken) =
    if inputs < 1 || inputs > mostInputs then
        invalidArg (nameof inputs) $"{inputs} columns; 1 to {mostInputs} are possible"

    let lines = ConcentrationLines(inputs, weights, factor)
    let judge = Judge(lines, inputs)
    let queue = PriorityQueue<Node, float>()
    // Bounds of pairs that need no more work, or allow none.
    let mutable settled, lower, pairs = 0.0, known, 0

    let visit x y above openAbove =
        let struct (node, upper, least) =
            judge.Pair(x, y, above, openAbove, (1.0 + tolerance) * lower)

        pairs <- pairs + 1
        // No bound of a NaN.
        let upper = if Double.IsNaN upper then infinity else upper

        if least > lower then
            lower <- least

        if
            upper <= (1.0 + tolerance) * lower
            || inputs = 1
            || max x.Half y.Half <= DirectionCell.smallest
            || Double.IsInfinity upper
        then
            settled <- max settled upper
        else
            queue.Enqueue(node, -upper)

    let faces = DirectionCell.faces inputs

    for i in 0 .. faces.Length - 1 do
        for j in i .. faces.Length - 1 do
            visit faces[i] faces[j] (Array.zeroCreate 6) [| 0 .. lines.Count - 1 |]

    let top () =
        match queue.TryPeek() with
        | true, _, priority -> -priority
        | _ -> 0.0

    // What is settled cannot fall, but the lower bound may still rise to it.
    while top () > (1.0 + tolerance) * lower && pairs < budget do
        cancellation.ThrowIfCancellationRequested()
        let node = queue.Dequeue()

        for struct (x, y) in split inputs node do
            visit x y node.Fixed node.Open

    {
        Lower = lower
        Upper = max lower (max settled (top ()))
        Pairs = pairs
    }
