/// Probabilities of a binomial count, enclosed in intervals: what a refutation by counts rests on.
[<RequireQualifiedAccess>]
module Inversion.Verify.Exact.BinomialTail

open System

/// An interval times 2^Exponent: powers and sums that would leave the range of float64.
[<Struct>]
type private Scaled = { Value: Interval; Exponent: int64 }

let private scaled exponent (value: Interval) =
    let magnitude = Interval.magnitude value

    if magnitude = 0.0 || not (Double.IsFinite magnitude) then
        { Value = value; Exponent = exponent }
    else
        // A power of two multiplies without rounding.
        let shift = Math.ILogB magnitude

        {
            Value = Math.ScaleB(1.0, -shift / 2) * (Math.ScaleB(1.0, -(shift - shift / 2)) * value)
            Exponent = exponent + int64 shift
        }

let private times x y =
    scaled (x.Exponent + y.Exponent) (x.Value * y.Value)

let rec private power (x: Scaled) n =
    if n = 0 then
        { Value = Interval.one; Exponent = 0L }
    else
        let half = power x (n / 2)
        let square = times half half
        if n % 2 = 0 then square else times square x

let private value x =
    // Below the least float64 the lower end is 0 and the upper end that least number; the sums here are at most 1 but for rounding.
    if x.Exponent < -1000L then
        Interval.between 0.0 (Math.ScaleB(1.0, -998))
    else
        Math.ScaleB(1.0, int x.Exponent) * x.Value

/// Pr(X = k) and Pr(X ≤ k) for k successes in n trials, each with probability p in (0, 1).
let private probabilities k n (p: float) =
    let rate = Interval.ofFloat p
    let rest = Interval.one - rate
    let odds = rate / rest
    let mutable term = Interval.one
    let mutable sum = Interval.one
    let mutable exponent = 0L

    for j in 1..k do
        term <- (Interval.ofInt (n - j + 1) / Interval.ofInt j) * (odds * term)
        sum <- sum + term

        if sum.Upper > 1e200 then
            term <- Math.ScaleB(1.0, -600) * term
            sum <- Math.ScaleB(1.0, -600) * sum
            exponent <- exponent + 600L

    let none = power (scaled 0L rest) n
    struct (times none (scaled exponent term) |> value, times none (scaled exponent sum) |> value)

let private check count trials p =
    if trials < 0 || count < 0 || count > trials then
        invalidArg (nameof count) $"{count} of {trials} trials"

    if not (p >= 0.0 && p <= 1.0) then
        invalidArg (nameof p) $"a probability lies between 0 and 1, not {p}"

let private probability (x: Interval) =
    Interval.between (max 0.0 x.Lower) (min 1.0 x.Upper)

/// Pr(X ≤ count) for X successes in `trials` independent trials of probability p, outward rounded. Cost: `count` steps.
/// ArgumentException: counts that do not fit, a p outside [0, 1], NaN included.
let atMost count trials p =
    check count trials p

    if count = trials || p = 0.0 then
        Interval.one
    elif p = 1.0 then
        Interval.zero
    else
        let struct (_, sum) = probabilities count trials p
        probability sum

/// Pr(X = count), outward rounded. As `atMost`.
let exactly count trials p =
    check count trials p

    if p = 0.0 || p = 1.0 then
        if float count = p * float trials then
            Interval.one
        else
            Interval.zero
    else
        let struct (term, _) = probabilities count trials p
        probability term

/// Pr(X ≥ count), outward rounded. As `atMost`; accurate where Pr(X < count) is near 1, but for a
/// p below 2⁻⁵³, for which it is the tail at 2⁻⁵³ that bounds it. Cost: trials − count steps.
let atLeast count trials p =
    check count trials p

    if count = 0 || p = 1.0 then
        Interval.one
    elif p = 0.0 then
        Interval.zero
    else
        // Failures are binomial with 1 − p, which is a float64 only between two neighbours: the tail rises with it.
        let rest = Interval.one - Interval.ofFloat p
        let tail q = atMost (trials - count) trials q
        // Pr(failures ≤ m) falls with their probability.
        Interval.between (tail rest.Upper).Lower (tail rest.Lower).Upper
