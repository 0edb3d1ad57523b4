/// One-dimensional searches for likelihoods that rise to their maximum and fall behind it.
module internal Inversion.Verify.Profile

open System
open MathNet.Numerics.Distributions
open MathNet.Numerics.RootFinding

/// Doublings of a step before a limit counts as absent: 2⁴⁰ steps.
[<Literal>]
let private MaximumDoublings = 40

/// Half the chi-square quantile with one degree of freedom: how far below its maximum a log-likelihood may be.
let drop confidence =
    if not (confidence > 0.0 && confidence < 1.0) then
        invalidArg (nameof confidence) $"a confidence lies between 0 and 1, not {confidence}"

    0.5 * Normal.InvCDF(0.0, 1.0, 0.5 + 0.5 * confidence) ** 2.0

/// The root of a decreasing function in a bracket: Newton's steps, and halving where one leaves the bracket or is not a number.
let decreasingRoot (valueAndSlope: float -> struct (float * float)) lower upper start =
    let mutable lo = lower
    let mutable hi = upper
    let mutable x = start
    let mutable searching = true
    let mutable steps = 0

    while searching && steps < 200 do
        let struct (value, slope) = valueAndSlope x

        if value > 0.0 then lo <- x else hi <- x

        let step = x - value / slope
        let next = if step > lo && step < hi then step else 0.5 * (lo + hi)
        let tolerance = 1e-13 * (1.0 + abs x)
        searching <- value <> 0.0 && abs (next - x) > tolerance && hi - lo > tolerance
        steps <- steps + 1
        x <- if value = 0.0 then x else next

    x

/// Where f changes its sign between two points; a jump over 0 counts. Brent's method, and halving where that gives up.
let crossing (f: float -> float) inside outside =
    let rec halve a b steps =
        let middle = 0.5 * (a + b)

        if steps = 0 then middle
        elif f middle >= 0.0 then halve middle b (steps - 1)
        else halve a middle (steps - 1)

    let accuracy = 1e-11 * max (abs inside) (abs outside)

    match Brent.TryFindRoot(Func<float, float> f, min inside outside, max inside outside, accuracy, 100) with
    | true, root -> root
    | _ -> halve inside outside 60

/// The first of start, 2 start, 4 start, … with the property.
let doubled property start =
    Seq.init MaximumDoublings (fun k -> Math.ScaleB(start, k))
    |> Seq.tryFind property

/// The end of the set profile ≥ threshold that one meets from `inside`, which is in it, by steps step, 2 step, 4 step, …; None where there is
/// no end.
let outward (profile: float -> float) threshold inside step =
    let f x = profile x - threshold

    doubled (fun distance -> f (inside + distance) < 0.0) step
    |> Option.map (fun distance ->
        let last = if distance = step then inside else inside + 0.5 * distance
        crossing f last (inside + distance))
