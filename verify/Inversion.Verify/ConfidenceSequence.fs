/// Confidence limits on a rate that hold at all sample sizes together, so that one may look after every trial and stop when one likes.
[<RequireQualifiedAccess>]
module Inversion.Verify.ConfidenceSequence

open MathNet.Numerics

/// ln of ∫ q^s (1 − q)^(n−s) dq on [0, 1].
let private logMixture successes trials =
    SpecialFunctions.GammaLn(float successes + 1.0)
    + SpecialFunctions.GammaLn(float (trials - successes) + 1.0)
    - SpecialFunctions.GammaLn(float trials + 2.0)

/// ln of the likelihood p^s (1 − p)^(n−s).
let private logLikelihood successes trials p =
    let part count q =
        if count = 0 then 0.0
        elif q <= 0.0 then -infinity
        else float count * log q

    part successes p + part (trials - successes) (1.0 - p)

/// The end between `inside`, which belongs to the set, and `outside`, which does not; rounded towards the outside.
let private boundary isInside inside outside =
    let rec halve a b steps =
        if steps = 0 then
            b
        else
            let middle = 0.5 * (a + b)

            if isInside middle then
                halve middle b (steps - 1)
            else
                halve a middle (steps - 1)

    halve inside outside 60

/// The rates p with (∫ q^s (1−q)^(n−s) dq)/(p^s (1−p)^(n−s)) < 1/(1 − confidence), s successes in n trials: an interval. For the true rate the
/// quotient is a martingale of mean 1 that starts at 1, and by Ville's inequality exceeds 1/α at any time with probability at most α. So
/// the true rate lies in all intervals of one run together with probability `confidence`. (0, 1) without trials. ArgumentException:
/// counts that do not fit, a confidence outside (0, 1). Source: Robbins, Annals of Mathematical Statistics 41 (1970), with a uniform mixture.
let rate (successes: int) (trials: int) (confidence: float) : struct (float * float) =
    if trials < 0 || successes < 0 || successes > trials then
        invalidArg (nameof successes) $"{successes} successes in {trials} trials"

    if not (confidence > 0.0 && confidence < 1.0) then
        invalidArg (nameof confidence) $"a confidence lies between 0 and 1, not {confidence}"

    if trials = 0 then
        struct (0.0, 1.0)
    else
        let limit = logMixture successes trials + log (1.0 - confidence)

        let isInside p =
            logLikelihood successes trials p > limit

        let best = float successes / float trials
        let lower = if successes = 0 then 0.0 else boundary isInside best 0.0

        let upper =
            if successes = trials then
                1.0
            else
                boundary isInside best 1.0

        struct (lower, upper)

/// The least error α at which the interval of `rate` leaves p out: min(1, p^s (1−p)^(n−s)/∫ q^s (1−q)^(n−s) dq). For the true rate it is at most α at any
/// time with probability at most α. 1 without trials. ArgumentException: counts that do not fit, p outside [0, 1].
let pValue (successes: int) (trials: int) (p: float) =
    if trials < 0 || successes < 0 || successes > trials then
        invalidArg (nameof successes) $"{successes} successes in {trials} trials"

    if not (p >= 0.0 && p <= 1.0) then
        invalidArg (nameof p) $"a rate lies between 0 and 1, not {p}"

    if trials = 0 then
        1.0
    else
        min 1.0 (exp (logLikelihood successes trials p - logMixture successes trials))
