/// J along segments between two codes, in float64: where it rises above both ends.
module Inversion.Verify.Claims.Segments

open System
open Inversion.Randomness
open Inversion.Risk
open Inversion.Verify

/// A code z° and a point (1 − t) z₁ + t z₂ of a segment.
type Segment =
    {
        Truth: float[]
        First: float[]
        Second: float[]
        At: float
        /// 1 − max(J(z₁), J(z₂))/J there: positive where J is above both ends. NaN where J is no number.
        Excess: float
        /// The same with a millionth of ½‖A G(z°)‖² added to the denominator, so that rounding near z° does not lead the search.
        Score: float
        /// True when J is above both ends by more than float64 rounds off.
        IsHigh: bool
    }

/// Parts that a segment is divided into.
let private parts = 8

let private point t (first: float[]) (second: float[]) =
    Array.map2 (fun a b -> (1.0 - t) * a + t * b) first second

let private riskOf (subject: Subject) (truth: float[]) =
    EmpiricalRisk<float>.OfCode(subject.Engine, subject.Measurement, ReadOnlySpan<float> truth)

/// J at each code.
let private values (risk: EmpiricalRisk<float>) (codes: float[][]) =
    let found = Array.zeroCreate codes.Length
    risk.Values(ReadOnlySpan(Array.concat codes), Span found, codes.Length)
    found

/// ½‖A G(z°)‖², what J is measured against.
let private scale (risk: EmpiricalRisk<float>) =
    let mutable sum = 0.0

    for y in risk.Observed do
        sum <- sum + y * y

    0.5 * sum

/// The highest of the given points on the segment.
let private highest (risk: EmpiricalRisk<float>) truth (first: float[]) (second: float[]) (places: float[]) =
    let found =
        values risk [| first; second; yield! places |> Array.map (fun t -> point t first second) |]

    let ends = Math.Max(found[0], found[1])

    let best =
        places
        |> Array.mapi (fun i t -> t, found[i + 2])
        |> Array.maxBy (fun (_, value) -> if Double.IsNaN value then infinity else value)

    let value = snd best
    let excess = if value = 0.0 then 0.0 else 1.0 - ends / value

    {
        Truth = truth
        First = first
        Second = second
        At = fst best
        Excess = excess
        Score =
            if value = 0.0 then
                0.0
            else
                (value - ends) / (value + 1e-6 * scale risk)
        IsHigh = excess > 1e-9 && value - ends > 1e-11 * (value + scale risk)
    }

/// J at the ends and at seven places between them: the segment with the highest of these.
let look subject truth first second =
    highest (riskOf subject truth) truth first second [| for i in 1 .. parts - 1 -> float i / float parts |]

/// The same segment with the place found to within a hundredth.
let refine subject segment =
    let width = 1.0 / float parts

    let places =
        [|
            segment.At
            for i in -12 .. 12 do
                let t = segment.At + float i / 12.0 * width

                if t > 0.0 && t < 1.0 then
                    t
        |]

    highest (riskOf subject segment.Truth) segment.Truth segment.First segment.Second places

let private gradientAt (risk: EmpiricalRisk<float>) (code: float[]) =
    let gradient = Array.zeroCreate code.Length
    let value = risk.ValueAndGradient(ReadOnlySpan code, Span gradient)
    struct (value, gradient)

/// The ends moved apart from their middle to this distance, if they are nearer: on a segment that shrinks to a point, J is as high between the
/// ends as at them, and no search should end there.
let private stretched least (first: float[]) (second: float[]) =
    let apart = Codes.distance first second

    if not (apart > 0.0 && apart < least) then
        struct (first, second)
    else
        let grow (near: float[]) (far: float[]) =
            Array.map2 (fun a b -> 0.5 * ((1.0 + least / apart) * a + (1.0 - least / apart) * b)) near far

        struct (grow first second, grow second first)

/// Steps of z₁ and z₂ up the gradient of ln J((1 − t) z₁ + t z₂) − ln max(J(z₁), J(z₂)), of adapted length; z° stays, and the ends come no
/// nearer to each other.
let ascend (subject: Subject) steps (start: Segment) =
    let risk = riskOf subject start.Truth
    let places = [| for i in 1 .. parts - 1 -> float i / float parts |]
    let mutable best = start
    let least = Codes.distance start.First start.Second
    let mutable length = 0.3
    let mutable turn = 0

    while turn < steps && length > 1e-6 do
        turn <- turn + 1
        let n = best.First.Length

        let struct (value, gradient) =
            gradientAt risk (point best.At best.First best.Second)

        let struct (one, gradientOne) = gradientAt risk best.First
        let struct (two, gradientTwo) = gradientAt risk best.Second

        // The derivative of ln J, where J is not 0.
        let per value g = if value > 0.0 then g / value else 0.0

        let along =
            Array.init (2 * n) (fun i ->
                let at = i % n
                let middle = per value gradient[at]

                if i < n then
                    (1.0 - best.At) * middle - (if one >= two then per one gradientOne[at] else 0.0)
                else
                    best.At * middle - (if two >= one then per two gradientTwo[at] else 0.0))

        let size =
            sqrt (Theory.dot best.First best.First + Theory.dot best.Second best.Second)

        let steep = Theory.norm along

        if not (steep > 0.0 && Double.IsFinite steep && size > 0.0) then
            turn <- steps
        else
            let move first (code: float[]) =
                code
                |> Array.mapi (fun i x -> x + length * size / steep * along[(if first then i else n + i)])

            let struct (first, second) =
                stretched least (move true best.First) (move false best.Second)

            let next = highest risk best.Truth first second places

            if next.Score > best.Score then
                best <- next
                length <- min 1.0 (1.5 * length)
            else
                length <- 0.4 * length

    best

/// A random triple of Gaussian codes.
let random subject (stream: RandomStream) =
    let n = (subject: Subject).Network.LatentDimension
    let truth = Search.gaussian stream n
    let first = Search.gaussian stream n
    let second = Search.gaussian stream n
    look subject truth first second

/// The k-th of a series of segments on which J may be high: from z° through 0 to the other side, between opposite codes, from far to near, and
/// between two codes around z°.
let chosen subject k (stream: RandomStream) =
    let n = (subject: Subject).Network.LatentDimension
    let truth = Search.gaussian stream n
    let other = Search.gaussian stream n
    let scaled factor = Array.map (fun x -> factor * x)

    let far = scaled (10.0 ** stream.NextUniform()) other

    match k % 4 with
    | 0 -> look subject truth truth (scaled -(0.1 + 0.5 * stream.NextUniform()) truth)
    | 1 -> look subject truth far (scaled -1.0 far)
    | 2 -> look subject truth far (scaled (0.5 * stream.NextUniform()) truth)
    | _ -> look subject truth (Array.map2 (+) truth other) (Array.map2 (-) truth other)
