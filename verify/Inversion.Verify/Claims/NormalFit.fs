/// The normal law nearest to a sample: the least Kolmogorov distance sup |Fₙ − Φ((t − μ)/σ)| over all μ and σ.
[<RequireQualifiedAccess>]
module Inversion.Verify.Claims.NormalFit

open System
open System.Collections.Generic
open MathNet.Numerics
open NormalBands

/// The distribution function of a sample: its distinct values with the counts of entries below and up to each.
type Steps =
    {
        /// Distinct values, ascending.
        At: float[]
        Below: int[]
        UpTo: int[]
        Count: int
    }

/// The nearest normal law.
type Nearest =
    {
        Mean: float
        Deviation: float
        /// Its distance: the least is not larger.
        Distance: float
        /// No normal law is nearer than this, in float64.
        LowerBound: float
        /// The three values that say so; None where the sample does not hold any law off.
        Bend: Bend option
    }

/// The distribution function of the values, which must be numbers. Cost: n log n.
let steps (values: float[]) =
    let sorted = Array.sort values

    let starts =
        [|
            for i in 0 .. sorted.Length - 1 do
                if i = 0 || sorted[i] <> sorted[i - 1] then
                    i
        |]

    {
        At = starts |> Array.map (fun i -> sorted[i])
        Below = starts
        UpTo =
            Array.init starts.Length (fun j ->
                if j + 1 < starts.Length then
                    starts[j + 1]
                else
                    sorted.Length)
        Count = sorted.Length
    }

/// Φ(z).
let cumulative (z: float) =
    0.5 * SpecialFunctions.Erfc(-z / sqrt 2.0)

/// Halvings of the distance among the values kept.
let private halvings = 48

/// Exchanges of values before the best law so far is taken.
let private exchanges = 60

/// The nearest normal law, by exchange: the law that is nearest on a few values, joined by the values where the sample is farthest from it.
/// Sublevel sets are convex in (1/σ, μ/σ), so that the bound of the few values is one for all. Cost: n log n, and n for each exchange.
let nearest (sample: Steps) =
    let n = float sample.Count
    let size = sample.At |> Array.fold (fun most x -> max most (abs x)) 0.0
    let size = if size > 0.0 then size else 1.0

    let weighted f =
        let mutable sum = 0.0

        for i in 0 .. sample.At.Length - 1 do
            sum <- sum + float (sample.UpTo[i] - sample.Below[i]) / n * f (sample.At[i] / size)

        sum

    let mean = weighted id
    let spread = sqrt (weighted (fun x -> (x - mean) * (x - mean)))
    let spread = if spread > 0.0 then spread else 1.0
    let at i = (sample.At[i] / size - mean) / spread
    let last = sample.At.Length - 1

    let kept =
        SortedSet<int>(
            [ 0.01; 0.1; 0.25; 0.5; 0.75; 0.9; 0.99 ]
            |> List.map (fun share -> int (share * float last))
        )

    let bands d =
        kept
        |> Seq.map (fun i -> band d (at i) (float sample.Below[i] / n) (float sample.UpTo[i] / n))
        |> Seq.toArray

    let nearestOfKept () =
        let mutable no = 0.0
        let mutable yes = 0.5
        let mutable line = struct (0.0, 0.0)

        for _ in 1..halvings do
            let middle = 0.5 * (no + yes)

            match through (bands middle) with
            | Some found ->
                yes <- middle
                line <- found
            | None -> no <- middle

        struct (no, line)

    let farthest (struct (slope: float, offset)) =
        let mutable above, below = -infinity, -infinity
        let mutable atAbove, atBelow = 0, 0

        for i in 0..last do
            let p = cumulative (slope * at i - offset)
            let up = float sample.UpTo[i] / n - p
            let down = p - float sample.Below[i] / n

            if up > above then
                above <- up
                atAbove <- i

            if down > below then
                below <- down
                atBelow <- i

        struct (max above below, atAbove, atBelow)

    let rec exchange turn best bestLine bound =
        let struct (no, line) = nearestOfKept ()
        let struct (distance, atAbove, atBelow) = farthest line
        let bound = max bound no

        let best, bestLine = if distance < best then distance, line else best, bestLine

        let before = kept.Count
        kept.UnionWith [ atAbove; atBelow ]
        let isNew = kept.Count > before

        if turn < exchanges && isNew && best - bound > 1e-9 then
            exchange (turn + 1) best bestLine bound
        else
            struct (best, bestLine, bound)

    if sample.Count = 0 then
        {
            Mean = nan
            Deviation = nan
            Distance = nan
            LowerBound = nan
            Bend = None
        }
    else
        let struct (best, struct (slope, offset), bound) =
            exchange 1 infinity (struct (0.0, 0.0)) 0.0

        let value x =
            sample.At[kept |> Seq.find (fun i -> at i = x)]

        {
            Mean = size * (mean + spread * offset / slope)
            Deviation = size * spread / slope
            Distance = best
            LowerBound = bound
            Bend =
                widest (bands (bound - 1e-8))
                |> Option.map (fun bend ->
                    { bend with
                        First = value bend.First
                        Middle = value bend.Middle
                        Last = value bend.Last
                    })
        }
