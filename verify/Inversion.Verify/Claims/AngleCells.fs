namespace Inversion.Verify.Claims

open System
open Inversion.Verify
open Inversion.Verify.Exact

/// The rows of a block without those that do not matter to angles: rows on one ray from the origin joined in one row of the same total square, since
/// ReLU(aw·x) = a ReLU(w·x) for a > 0; all times one power of two. An angle between outputs of these rows is that of the block's own,
/// but for the rounding that `Error` covers. k ≤ 3.
[<Sealed>]
type internal AngleRays private (inputs: int, rows: float[][], fellOut: bool) =
    let size = rows |> Array.sumBy (fun w -> w[0] * w[0] + w[1] * w[1] + w[2] * w[2])

    /// Rows of three entries, those from k on zero.
    member _.Rows = rows

    member _.Inputs = inputs

    /// Σ‖w‖².
    member _.Size = size

    /// False where the squares of some rows leave the range of floats: nothing is bounded then.
    member _.IsUsable = not fellOut && size < 1e100

    /// More than the rounding of an angle between unit vectors of these outputs: each entry is off by some roundings of its own size, a square by as
    /// many as there are rows, a length by half of that.
    member _.Error = 1e-15 * float (rows.Length + 100)

    /// Of a block's rows (row-major, `inputs` ≤ 3 entries each).
    static member Of(inputs: int, weights: float[]) =
        let largest = weights |> Array.fold (fun most w -> max most (abs w)) 0.0

        if not (largest < infinity) then
            AngleRays(inputs, [||], true)
        else
            let factor = Math.ScaleB(1.0, (if largest > 0.0 then -(Math.ILogB largest) else 0))
            let lines = ConcentrationLines(inputs, weights, factor)

            let rows =
                [|
                    for line in 0 .. lines.Count - 1 do
                        let w = lines.Direction[line] |> Array.map (fun value -> factor * value)
                        let square = w[0] * w[0] + w[1] * w[1] + w[2] * w[2]

                        for sign, (sum: float[]) in [ 1.0, lines.Plus[line]; -1.0, lines.Minus[line] ] do
                            let total = sum[0] + sum[3] + sum[5]

                            if total > 0.0 then
                                let times = sign * sqrt (total / square)
                                w |> Array.map (fun value -> times * value)
                |]

            // A square below this has lost digits.
            let isSmall j =
                let w = Array.init inputs (fun i -> factor * weights[j * inputs + i])

                Array.exists ((<>) 0.0) w
                && not (Array.sumBy (fun value -> value * value) w > 1e-250)

            AngleRays(inputs, rows, Seq.exists isSmall (seq { 0 .. weights.Length / inputs - 1 }))

/// The outputs p(x) = ReLU(Wx) of a cell of directions, as far as their direction is known.
[<Sealed>]
type internal AngleImage(rays: AngleRays, cell: DirectionCell) =
    let k, rows = rays.Inputs, rays.Rows
    let center = Array.zeroCreate 3
    do DirectionCell.center k cell center
    let half = if k = 1 then 0.0 else cell.Half
    let output = Array.zeroCreate rows.Length
    // Σ wwᵀ and Σ p_w(c) w over the rows that are active throughout.
    let gram, along = Array.zeroCreate 9, Array.zeroCreate 3
    let possible = Collections.Generic.List<int>()
    // Rows of unknown sign, and what ReLU can move each at most.
    let unsure, moves =
        Collections.Generic.List<int>(), Collections.Generic.List<float>()

    let actives = Collections.Generic.List<int>()
    let mutable moved, unsureSquare, square = 0.0, 0.0, 0.0

    do
        for j in 0 .. rows.Length - 1 do
            let w = rows[j]
            let value = w[0] * center[0] + w[1] * center[1] + w[2] * center[2]
            let whole = abs w[0] + abs w[1] + abs w[2]
            let spread = half * (whole - abs w[cell.Axis]) + 4e-15 * whole

            if value > -spread then
                possible.Add j
                output[j] <- max 0.0 value
                square <- square + output[j] * output[j]

                if value > spread then
                    actives.Add j

                    for i in 0..2 do
                        along[i] <- along[i] + output[j] * w[i]

                    for i in 0..8 do
                        gram[i] <- gram[i] + w[i / 3] * w[i % 3]
                else
                    let most = spread + min 0.0 value
                    moved <- moved + most * most
                    unsureSquare <- unsureSquare + output[j] * output[j]
                    unsure.Add j
                    moves.Add most

    let length, size = sqrt square, sqrt rays.Size
    // False where squares may have lost digits.
    let isSeen = square > 1e-240

    do
        if isSeen then
            for j in possible do
                output[j] <- output[j] / length

    // How far the computed û may be off, and with it what depends on it.
    let off = rays.Error + 1e-14 * size / length
    let others = [| 0 .. k - 1 |] |> Array.filter ((<>) cell.Axis)

    let reachOf (v: float[]) =
        half * (others |> Array.sumBy (fun i -> abs v[i]))

    // b = W_Aᵀû.
    let b = along |> Array.map (fun value -> value / length)

    // tan of the radius; ∞ where nothing less than a right angle bounds it. And how far the logarithm of p(x)/‖p(x)‖ at û is from W_A d/‖p(c)‖ across û.
    let struct (tangent, bend) =
        let mutable form = 16.0 * off * rays.Size

        for i in others do
            for j in others do
                let entry = gram[3 * i + j] - b[i] * b[j]
                form <- form + (if i = j then entry else abs entry)

        // ‖û on the rows of unknown sign‖ ‖e‖
        let leaning = sqrt (unsureSquare * moved) / length
        let rounding = 1e-14 * size + 4.0 * half * off * size

        let across = sqrt (half * half * max 0.0 form + moved + 2.0 * reachOf b * leaning)

        let gone = reachOf b + leaning + rounding
        let least = (length - gone) * (1.0 - 1e-12) - rounding

        if not (isSeen && least > 0.0) then
            struct (infinity, infinity)
        else
            let tangent = (across + rounding) / least * (1.0 + 1e-12)

            struct (tangent,
                    (tangent * gone + rounding) / (length - rounding)
                    + tangent * tangent * tangent / 3.0)

    let radius =
        if tangent < infinity then
            min (Math.PI / 2.0) ((Elementary.atan (Interval.ofFloat tangent)).Upper + rays.Error)
        else
            Math.PI / 2.0

    let distance = Theory.norm center
    let unit = center |> Array.map (fun c -> c / distance)

    // The same for x itself, whose rows are the axes.
    let turnBend =
        let gone = reachOf unit

        if gone < 0.9 * distance then
            let tangent = half * sqrt (float others.Length) / (distance - gone)
            tangent * gone / distance + tangent * tangent * tangent / 3.0 + 1e-13
        else
            infinity

    let parts =
        lazy (DirectionCell.parts k cell |> Array.map (fun part -> AngleImage(rays, part)))

    member _.Cell = cell

    /// The center, of length 1.
    member _.Center = unit

    member _.Distance = distance

    /// More than ∠(x, center).
    member val Turn = if k = 1 then 0.0 else DirectionCell.radius k cell

    /// True when p(x) = 0 for every x of the cell: no angle.
    member _.IsZero = possible.Count = 0

    /// p(center)/‖p(center)‖; None where p(center) is 0 or nearly so.
    member val Output = if isSeen then Some output else None

    /// More than ∠(p(x), p(center)) for every x of the cell with p(x) ≠ 0. p(x) = p(c) + v, v = W_A d + e, d = x − c, A the rows that are active throughout;
    /// e has entries on the rows of unknown sign alone, each at most what ReLU can move there, and is orthogonal to W_A d. With û = p(c)/‖p(c)‖,
    /// v moves across û by the root of ‖v‖² − ⟨û, v⟩² ≤ ‖W_A d‖² − ⟨û, W_A d⟩² + ‖e‖² + 2|⟨û, W_A d⟩⟨û, e⟩|, and ⟨û, p(x)⟩ ≥ ‖p(c)‖ − |⟨û, W_A d⟩| − |⟨û, e⟩|:
    /// a tangent. All are convex in d, so that corners decide. Outputs have no negative entries: never more than π/2.
    member _.Radius = radius

    /// More than ‖log p(x)/‖p(x)‖ − (v − ⟨û, v⟩û)/‖p(c)‖‖, the logarithm being the tangent vector at û whose geodesic leads to p(x)/‖p(x)‖. The tangent
    /// vector (v − ⟨û, v⟩û)/⟨û, p(x)⟩ has its direction; its length, tan φ for φ, is too large by at most (tan³φ)/3; ‖p(c)‖ in place of
    /// ⟨û, p(x)⟩ gives the rest. ∞ where the radius is a right angle.
    member _.Bend = bend

    /// More than ‖log x/‖x‖ − (I − ĉĉᵀ)d/‖c‖‖, alike.
    member _.TurnBend = turnBend

    /// d_i/‖p(c)‖ ⟨w_i, s⟩ summed over the entries that move, w_i the columns of W_A: the factors of d for s in R^rows, W_Aᵀs/‖p(c)‖.
    member _.Pull(s: float[], into: float[]) =
        Array.Clear into

        for j in actives do
            let w = rows[j]

            for i in 0..2 do
                into[i] <- into[i] + s[j] * w[i]

        for i in 0..2 do
            into[i] <- into[i] / length

    /// The largest |⟨s, e⟩|/‖p(c)‖, s_j = (other_j − cosine û_j)/sine.
    member _.Unsure(other: float[], cosine: float, sine: float) =
        let mutable sum = 0.0

        for at in 0 .. unsure.Count - 1 do
            let j = unsure[at]
            sum <- sum + moves[at] * abs (other[j] - cosine * output[j])

        sum / (sine * length)

    /// W_Aᵀû/‖p(c)‖.
    member val PullOfOutput = b |> Array.map (fun value -> value / length)

    /// The largest |Σ λ_i d_i| over the cell.
    member _.Reach(lambda: float[]) = reachOf lambda

    /// More than what rounding does to the largest |Σ λ_i d_i|, λ = W_Aᵀs/‖p(c)‖, and |⟨s, e⟩|/‖p(c)‖, where s has an error of `off`.
    member _.Loose(off: float) =
        (6.0 * half * size + sqrt moved) * off / length

    /// More than the error of the computed û.
    member _.Off = off

    /// The rows that may be active, where the radius is large; else None. p(x) is a combination of their axes without negative factors.
    member val Possible =
        if actives.Count = 0 || radius > 0.2 then
            Some(possible.ToArray())
        else
            None

    /// The images of the cells that cover this one.
    member _.Parts = parts.Value
