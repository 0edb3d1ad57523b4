/// Branch and bound over the angle θ_0 and the ratio r: float64 with slack. The checker is the judge of what it finds.
module internal Inversion.Verify.Claims.LandscapeProof

open System
open System.Threading
open Inversion.Verify
open LandscapeSlope

/// One step of the angle, up to `To`, with bounds on θ_1 … θ_d and the ends of the boxes of r.
type Node =
    {
        Depth: int
        To: float
        Low: float[]
        High: float[]
        R: float[]
    }

/// One depth, proved by its nodes.
type Proof =
    {
        Depth: int
        Margin: decimal
        Nodes: Node list
    }

// The error of `contract`, of a cosine and of their differences, several times over: the checker's own numbers are far sharper.
[<Literal>]
let private Slack = 4e-15

/// Bounds on θ_0 … θ_d, by the monotony of g.
let bounds depth (first: float) (last: float) =
    let lows = List.scan (fun t _ -> max 0.0 (contract t - Slack)) first [ 1..depth ]

    let highs = List.scan (fun t _ -> contract t + Slack) last [ 1..depth ]
    Array.ofList lows, Array.ofList highs

/// The ends of the boxes between a and b, each of which `isDone`; None where bisection does not get there.
let rec private boxes isDone level a b =
    if isDone a b then
        Some [ b ]
    elif level = 0 then
        None
    else
        let middle = 0.5 * (a + b)

        match boxes isDone (level - 1) a middle with
        | None -> None
        | Some first -> boxes isDone (level - 1) middle b |> Option.map (fun second -> first @ second)

/// The node from θ_0 = from to θ_0 = until, if the margin can be shown there.
let private tryNode depth epsilon rho margin from until =
    let lows, highs = bounds depth from until
    let cLow, cHigh = cos highs[depth], cos lows[depth]

    let xi =
        highs[.. depth - 1]
        |> Array.fold (fun product t -> product * max 0.0 (Math.PI - t) / Math.PI) 1.0

    let s = 0.999999999 * xi * max 0.0 (min (sin from) (sin until))
    let last = min until Math.PI

    let isSteep gap r =
        let gap, limit = max 0.0 (gap - Slack), margin * max r 1.0
        gap * gap + s * s >= 1.000000001 * limit * limit

    let isInside a b =
        let limit = 0.999999 * epsilon * epsilon

        (nearSquared last a < limit && nearSquared last b < limit)
        || (oppositeSquared rho from a < limit && oppositeSquared rho from b < limit)

    // r below which, and above which, the slope exceeds the margin whatever the angle in the step.
    let most = 1.000001 * margin
    let rest = sqrt (max 0.0 (most * most - s * s))
    let a = max 0.0 (cLow - rest - 2.0 * Slack)

    let b =
        // The larger root of (r − cHigh)² + s² = most² max(r, 1)².
        let level = 1.0 - most * most

        if cHigh + rest <= 1.0 then
            cHigh + rest
        else
            (cHigh + sqrt (max 0.0 (most * most * cHigh * cHigh - level * s * s))) / level

    let b = max (b + 2.0 * Slack) (1.000000001 * cHigh / (1.0 - margin * margin))

    let isDone a b =
        isInside a b || isSteep (max 0.0 (max (cLow - b) (a - cHigh))) b

    if (a > 0.0 && not (isSteep (cLow - a) a)) || not (isSteep (b - cHigh) b) then
        None
    else
        boxes isDone 8 a b
        |> Option.map (fun ends ->
            {
                Depth = depth
                To = until
                Low = lows[1..]
                High = highs[1..]
                R = Array.ofList (a :: ends)
            })

/// The steps from 0 to π for one margin. None where a step would have to be too small.
let private tryNodes depth epsilon margin (cancellation: CancellationToken) =
    let rho = Theory.rho depth
    let least = 1e-4 * epsilon

    let rec next from width nodes =
        cancellation.ThrowIfCancellationRequested()

        // A little past π, so that the number cannot be mistaken for one below it.
        let until =
            if from + width >= Math.PI - least then
                Math.BitIncrement Math.PI
            else
                from + width

        match tryNode depth epsilon rho margin from until with
        | Some node when until > Math.PI -> Some(List.rev (node :: nodes))
        | Some node -> next until (min 0.1 (1.4 * width)) (node :: nodes)
        | None when width < least -> None
        | None -> next from (0.5 * width) nodes

    next 0.0 0.1 []

/// x rounded down to four digits.
let private roundedDown (x: float) =
    let decimals = 3 - int (Math.Floor(Math.Log10(max x 1e-300)))

    if decimals > 27 then
        0M
    else
        decimal (Math.Floor(x * Math.Pow(10.0, float decimals)))
        / Seq.fold (fun power _ -> power * 10M) 1M (seq { 1..decimals })

/// The proof with the largest margin that was found, beside the smallest slope on the grid; Error says what failed.
let prove depth epsilon cancellation : Result<Proof * float, string> =
    let smallest = gridMinimum depth epsilon

    [ 0.97; 0.9; 0.75; 0.5 ]
    |> List.tryPick (fun share ->
        let margin = roundedDown (share * smallest)

        if margin <= 0M then
            None
        else
            tryNodes depth epsilon (float margin) cancellation
            |> Option.map (fun nodes ->
                {
                    Depth = depth
                    Margin = margin
                    Nodes = nodes
                },
                smallest))
    |> function
        | Some found -> Ok found
        | None ->
            Error
                $"precision: no margin could be shown for d = {depth}, ε = {epsilon:R}; the smallest slope on a grid is {smallest:R}"
