/// Confidence limits on rates.
[<RequireQualifiedAccess>]
module Inversion.Verify.Statistics

open MathNet.Numerics
open MathNet.Numerics.Distributions

let private check failures trials confidence =
    if trials < 0 || failures < 0 || failures > trials then
        invalidArg (nameof failures) $"{failures} failures in {trials} trials"

    if not (confidence > 0.0 && confidence < 1.0) then
        invalidArg (nameof confidence) $"a confidence lies between 0 and 1, not {confidence}"

/// One Newton step for P(X ≤ failures) = error, X binomial with this rate. `Beta.InvCDF` stops at 10⁻¹² in the rate or in the probability, which is too
/// coarse where the error allowed is not far from that; the tail itself keeps its relative digits.
let private refined failures trials error (rate: float) =
    let a, b = float failures + 1.0, float (trials - failures)
    let tail = SpecialFunctions.BetaRegularized(b, a, 1.0 - rate)
    let next = rate + (tail - error) / Beta.PDF(a, b, rate)

    if next > 0.0 && next < 1.0 then next else rate

/// Upper end of the one-sided Clopper–Pearson interval: the largest rate at which `failures` or fewer in `trials` still has
/// probability 1 − confidence, which is met to a relative 10⁻⁶ for errors 1 − confidence down to 10⁻⁹, less the rounding of the rate.
/// NaN without trials. Source: Clopper and Pearson, Biometrika 26 (1934).
let rateUpper failures trials confidence =
    check failures trials confidence

    if trials = 0 then
        nan
    elif failures = trials then
        1.0
    elif failures = 0 then
        1.0 - (1.0 - confidence) ** (1.0 / float trials)
    else
        Beta.InvCDF(float failures + 1.0, float (trials - failures), confidence)
        |> refined failures trials (1.0 - confidence)
        |> refined failures trials (1.0 - confidence)

/// Lower end of the one-sided Clopper–Pearson interval. NaN without trials.
let rateLower failures trials confidence =
    check failures trials confidence

    if trials = 0 then nan
    elif failures = 0 then 0.0
    else 1.0 - rateUpper (trials - failures) trials confidence

/// The confidence of each of `parts` statements that together hold with `confidence` (Bonferroni: the error budget is split evenly).
let split confidence parts =
    1.0 - (1.0 - confidence) / float (max 1 parts)
