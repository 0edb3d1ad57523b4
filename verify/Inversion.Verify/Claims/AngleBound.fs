/// Proven bounds of sup |∠(F₊ₓx, F₊ᵧy) − g(∠(x, y))| over all x, y whose outputs are not zero, for blocks of up to three columns: best-first branch
/// and bound over pairs of cells of directions.
[<RequireQualifiedAccess>]
module Inversion.Verify.Claims.AngleBound

open System
open System.Collections.Generic
open System.Threading
open Inversion.Verify.Exact

/// Blocks with more columns have no bound.
let mostInputs = 3

/// The supremum is at most Upper, rounding included.
type Bound =
    {
        /// What the pairs of centers come to, or what was known: floats, proven by nothing.
        Lower: float
        Upper: float
        /// Pairs of cells judged.
        Pairs: int
    }

let private quarter = Math.BitIncrement(Math.PI / 2.0)

/// The angle whose tangent is opposite/adjacent, both at least 0; NaN gives NaN.
let private arc opposite adjacent =
    if opposite <= adjacent then
        if adjacent > 0.0 then
            Interval.midpoint (Elementary.atan (Interval.ofFloat (opposite / adjacent)))
        else
            0.0
    else
        Math.PI / 2.0
        - Interval.midpoint (Elementary.atan (Interval.ofFloat (adjacent / opposite)))

/// ∠(u, v) of unit vectors.
let private between (u: float[]) (v: float[]) =
    let mutable difference, sum = 0.0, 0.0

    for i in 0 .. u.Length - 1 do
        let d, s = u[i] - v[i], u[i] + v[i]
        difference <- difference + d * d
        sum <- sum + s * s

    2.0 * arc (sqrt difference) (sqrt sum)

/// Steps of θ in the table of g.
let private steps = 8192

let private step = Math.PI / float steps

/// Lower and upper bounds of g at step · i, in intervals.
let private table =
    lazy
        (Array.init (steps + 1) (fun i ->
            let g =
                Elementary.acos (BlockEnclosure.cosContracted (Interval.ofFloat (step * float i)))

            struct (max 0.0 g.Lower, g.Upper)))

/// Bounds of g(θ), 0 ≤ θ ≤ π: g rises, and no faster than θ.
let private contracted (theta: float) =
    let at = Math.Clamp(int (theta / step), 0, steps - 1)
    let struct (low, high) = table.Value[at]
    let struct (nextLow, nextHigh) = table.Value[at + 1]
    let past, left = theta - step * float at, step * float (at + 1) - theta

    // The division may have put θ a rounding beyond its step.
    struct (max 0.0 (max low (nextLow - left)) - 1e-14, min theta (min (high + past) nextHigh) + 1e-14)

/// Lower and upper bounds of ∠(p(x), p(y)), y within `radius` of the direction q, where p(x) is a combination of the axes `rows` without negative
/// factors: its cosine with q is at most ‖q on these axes‖, and at least q's smallest entry there.
let private ofCone (rows: int[]) (q: float[]) radius =
    let mutable inside, outside, least = 0.0, 0.0, infinity
    let mutable next = 0

    for j in 0 .. q.Length - 1 do
        if next < rows.Length && rows[next] = j then
            next <- next + 1
            inside <- inside + q[j] * q[j]
            least <- min least q[j]
        else
            outside <- outside + q[j] * q[j]

    struct (arc (sqrt outside) (sqrt inside) - radius,
            arc (sqrt (max 0.0 (inside + outside - least * least))) least + radius)

let private ofCones (a: int[]) (b: int[]) =
    if not (Array.exists (fun j -> Array.BinarySearch(b, j) >= 0) a) then
        struct (Math.PI / 2.0, quarter)
    elif a.Length = 1 && b.Length = 1 then
        struct (0.0, 0.0)
    else
        struct (0.0, quarter)

/// Larger than |g''| for θ ≥ 0.1, where it stays below 0.45.
let curvature = 0.5

/// The least sine with which `expand` works.
let private steep = 0.02

/// Both bounds of second order: how far ∠(p(x), p(y)) is from the centers' `output` at most, and how far ∠(p(x), p(y)) − g(∠(x, y)) is from
/// theirs, for the centers' ∠(x, y) = `theta`; ∞ where there is none. While u and v move along geodesics by lengths a and b, their angle f has
/// f'(0) = −⟨s, u'⟩ − ⟨t, v'⟩, s and t the unit tangents towards each other, and |f''| ≤ (a + b)²/sin f (second variation on the sphere). This holds for
/// outputs and for codes, and both first-order parts are linear in the same d: where the angle follows g they cancel.
let private expand (theta: float) (output: float) (x: AngleImage, p: float[]) (y: AngleImage, q: float[]) =
    let least f by =
        if f - by > 0.0 && f + by < Math.PI then
            min (sin (f - by)) (sin (f + by))
        else
            0.0

    let moved, turned = x.Radius + y.Radius, x.Turn + y.Turn
    let sine = least output moved

    if not (sine > steep && x.Bend + y.Bend < infinity) then
        struct (infinity, infinity)
    else
        let off = 100.0 * (x.Off + y.Off)
        let cosine, size = cos output, sin output

        let away =
            0.5 * moved * moved / sine
            + x.Bend
            + y.Bend
            + x.Unsure(q, cosine, size)
            + y.Unsure(p, cosine, size)

        let lambda (a: AngleImage) (other: float[]) =
            let into = Array.zeroCreate 3
            a.Pull(other, into)
            Array.map2 (fun toward own -> (cosine * own - toward) / size) into a.PullOfOutput

        let ofX, ofY = lambda x q, lambda y p
        let loose = x.Loose off + y.Loose off + 1e-10
        let alone = (x.Reach ofX + y.Reach ofY + away + loose) * (1.0 + 1e-12)
        let sine = least theta turned

        if not (sine > steep && theta - turned > 0.1 && x.TurnBend + y.TurnBend < infinity) then
            struct (alone, infinity)
        else
            let contracted = Inversion.Verify.Theory.contract theta
            let slope = (Math.PI - theta) * sin theta / (Math.PI * sin contracted)
            let cosine, size = cos theta, sin theta

            let joint (a: AngleImage) (b: AngleImage) (ofA: float[]) =
                Array.init 3 (fun i -> ofA[i] - slope * (cosine * a.Center[i] - b.Center[i]) / (size * a.Distance))
                |> a.Reach

            let bent = 0.5 * turned * turned / sine + x.TurnBend + y.TurnBend

            struct (alone,
                    (joint x y ofX
                     + joint y x ofY
                     + away
                     + slope * bent
                     + 0.5 * curvature * turned * turned
                     + loose)
                    * (1.0 + 1e-12))

/// An upper bound over the pair, and the deviation of the centers, 0 where they have none. Angles between directions obey the triangle inequality on
/// either side: ∠(p(x), p(y)) is within both radii of the centers', ∠(x, y) within both turns, and no arccos is steep in this. Where no angle
/// is near 0 or π, `expand` is nearer.
let private judge (error: float) (x: AngleImage) (y: AngleImage) =
    if x.IsZero || y.IsZero then
        struct (0.0, 0.0)
    else
        let theta = between x.Center y.Center
        let turn = x.Turn + y.Turn + 1e-13
        let struct (least, _) = contracted (max 0.0 (theta - turn))
        let struct (_, most) = contracted (min Math.PI (theta + turn))
        let mutable low, high, deviation, anyhow = 0.0, quarter, 0.0, infinity

        let narrow (struct (l, h)) =
            low <- max low (l - 2.0 * error)
            high <- min high (h + 2.0 * error)

        match x.Output, y.Output with
        | Some p, Some q ->
            let center = between p q
            deviation <- abs (center - Inversion.Verify.Theory.contract theta)
            narrow (struct (center - x.Radius - y.Radius, center + x.Radius + y.Radius))
            let struct (alone, together) = expand theta center (x, p) (y, q)
            narrow (struct (center - alone, center + alone))
            anyhow <- deviation + together + 2.0 * error
        | _ -> ()

        match x.Possible, y.Possible with
        | Some a, Some b -> narrow (ofCones a b)
        | _ -> ()

        for a, b in [ x, y; y, x ] do
            match a.Possible, b.Output with
            | Some rows, Some q -> narrow (ofCone rows q b.Radius)
            | _ -> ()

        let upper = min anyhow (max 0.0 (max (high - least) (most - low)))
        struct (upper * (1.0 + 1e-15), deviation)

/// Pairs that cover a pair, one of two mirrored ones.
let private split (x: AngleImage) (y: AngleImage) =
    if obj.ReferenceEquals(x, y) then
        [|
            for i in 0 .. x.Parts.Length - 1 do
                for j in i .. x.Parts.Length - 1 do
                    struct (x.Parts[i], x.Parts[j])
        |]
    elif
        (x.Radius + x.Turn >= y.Radius + y.Turn && x.Cell.Half > DirectionCell.smallest)
        || y.Cell.Half <= DirectionCell.smallest
    then
        x.Parts |> Array.map (fun part -> struct (part, y))
    else
        y.Parts |> Array.map (fun part -> struct (x, part))

/// An upper bound over the codes of one pair of cells, 0 where no pair of them has outputs; None as of `run`.
let ofCells (inputs: int) (weights: float[]) (x: DirectionCell) (y: DirectionCell) =
    let rays = AngleRays.Of(inputs, weights)

    if not rays.IsUsable || rays.Rows.Length = 0 then
        None
    else
        let image = AngleImage(rays, x)

        let struct (upper, _) =
            judge rays.Error image (if x = y then image else AngleImage(rays, y))

        Some upper

/// The bound for these rows (row-major, `inputs` ≤ 3 entries each), until Upper ≤ (1 + tolerance) Lower or `budget` pairs are judged; None where the
/// rows leave the range of floats, or all are zero. `known` is a deviation that was found, here or in another block.
let run (inputs: int) (weights: float[]) known tolerance budget (cancellation: CancellationToken) =
    if inputs < 1 || inputs > mostInputs then
        invalidArg (nameof inputs) $"{inputs} columns; 1 to {mostInputs} are possible"

    let rays = AngleRays.Of(inputs, weights)

    if not rays.IsUsable || rays.Rows.Length = 0 then
        None
    else
        let queue = PriorityQueue<struct (AngleImage * AngleImage), float>()
        let mutable settled, lower, pairs = 0.0, known, 0

        let visit (x: AngleImage) (y: AngleImage) =
            let struct (upper, center) = judge rays.Error x y
            pairs <- pairs + 1

            if center > lower then
                lower <- center

            // No comparison with a NaN holds.
            if
                upper <= (1.0 + tolerance) * lower
                || inputs = 1
                || max x.Cell.Half y.Cell.Half <= DirectionCell.smallest
            then
                settled <- max settled upper
            else
                queue.Enqueue(struct (x, y), -upper)

        let faces =
            DirectionCell.faces inputs |> Array.map (fun cell -> AngleImage(rays, cell))

        for i in 0 .. faces.Length - 1 do
            for j in i .. faces.Length - 1 do
                visit faces[i] faces[j]

        let top () =
            match queue.TryPeek() with
            | true, _, priority -> -priority
            | _ -> 0.0

        while top () > (1.0 + tolerance) * lower && pairs < budget do
            cancellation.ThrowIfCancellationRequested()
            let struct (x, y) = queue.Dequeue()

            for struct (x, y) in split x y do
                visit x y

        Some
            {
                Lower = lower
                Upper = max settled (top ())
                Pairs = pairs
            }
