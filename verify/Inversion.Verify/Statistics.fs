/// Confidence limits on rates.
[<RequireQualifiedAccess>]
module Inversion.Verify.Statistics

open MathNet.Numerics.Distributions

let private check failures trials confidence =
    if trials < 0 || failures < 0 || failures > trials then
        invalidArg (nameof failures) $"{failures} failures in {trials} trials"

    if not (confidence > 0.0 && confidence < 1.0) then
        invalidArg (nameof confidence) $"a confidence lies between 0 and 1, not {confidence}"

/// Upper end of the one-sided Clopper–Pearson interval: the largest rate at which `failures` or fewer in `trials` still has
/// probability 1 − confidence. NaN without trials. Source: Clopper and Pearson, Biometrika 26 (1934).
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

/// Lower end of the one-sided Clopper–Pearson interval. NaN without trials.
let rateLower failures trials confidence =
    check failures trials confidence

    if trials = 0 then nan
    elif failures = 0 then 0.0
    else 1.0 - rateUpper (trials - failures) trials confidence

/// The confidence of each of `parts` statements that together hold with `confidence` (Bonferroni: the error budget is split evenly).
let split confidence parts =
    1.0 - (1.0 - confidence) / float (max 1 parts)
