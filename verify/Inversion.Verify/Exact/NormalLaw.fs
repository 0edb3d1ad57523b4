/// The standard normal distribution function and its inverse, enclosed in intervals.
[<RequireQualifiedAccess>]
module Inversion.Verify.Exact.NormalLaw

open System
open MathNet.Numerics.Distributions

/// Past it Φ is within 2⁻⁵³ of 1: 1 − Φ(9) < 1.2 · 10⁻¹⁹.
let private far = 9.0

/// Φ(x) − ½ for 0 ≤ x ≤ far: φ(x) Σ x²ᵏ⁺¹/(1·3·5⋯(2k+1)), all terms positive. Source: Abramowitz and Stegun, 26.2.11.
let private excess (x: float) =
    let square = Interval.sqr (Interval.ofFloat x)
    let mutable term = Interval.ofFloat x
    let mutable sum = term
    let mutable k = 1

    // From the last term on each is less than half of the one before it, so that what is left out is below that term.
    while square.Upper >= float (2 * k + 1) || term.Upper > 1e-18 * sum.Lower do
        term <- square * term / Interval.ofInt (2 * k + 1)
        sum <- sum + term
        k <- k + 1

    let tail = Interval.between 0.0 (2.0 * term.Upper)

    Elementary.exp (-0.5 * square) / sqrt (2.0 * Elementary.pi) * (sum + tail)

/// Φ(x) of a number, to within about 10⁻¹⁵. [0, 1] for NaN.
let below (x: float) =
    let upperHalf (x: float) =
        if x > far then
            Interval.between (Math.BitDecrement 1.0) 1.0
        elif x = 0.0 then
            Interval.ofFloat 0.5
        else
            let value = Interval.ofFloat 0.5 + excess x
            Interval.between (min 1.0 value.Lower) (min 1.0 value.Upper)

    if Double.IsNaN x then
        Interval.between 0.0 1.0
    elif x >= 0.0 then
        upperHalf x
    else
        let rest = Interval.one - upperHalf -x
        Interval.between (max 0.0 rest.Lower) rest.Upper

/// The first number away from the start, in steps that double, that passes; infinite when 70 steps have not reached one.
let private step (start: float) direction passes =
    let rec next at tries =
        if passes at then
            at
        elif tries = 0 then
            direction * infinity
        else
            next (start + direction * Math.ScaleB(1e-15 * (1.0 + abs start), 70 - tries)) (tries - 1)

    next start 70

/// The numbers at which Φ takes the values p. An end is infinite where p reaches 0 or 1, or where float64 cannot tell them from it.
let quantile (p: Interval) =
    let lower =
        if not (p.Lower > 0.0) then
            -infinity
        else
            step (Normal.InvCDF(0.0, 1.0, min p.Lower (Math.BitDecrement 1.0))) -1.0 (fun x ->
                Double.IsNegativeInfinity x || (below x).Upper <= p.Lower)

    let upper =
        if not (p.Upper < 1.0) then
            infinity
        else
            step (Normal.InvCDF(0.0, 1.0, max p.Upper 1e-300)) 1.0 (fun x ->
                Double.IsPositiveInfinity x || (below x).Lower >= p.Upper)

    if Double.IsInfinity lower && Double.IsInfinity upper then
        Interval.whole
    else
        Interval.between lower upper
