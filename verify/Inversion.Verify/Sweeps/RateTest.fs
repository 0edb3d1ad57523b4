/// Is a rate another one than asked? P-values that go with confidence limits: one is at most α exactly where the limits at confidence 1 − α leave
/// the rate out.
[<RequireQualifiedAccess>]
module Inversion.Verify.RateTest

open MathNet.Numerics

let private check successes undecided trials rate =
    if
        successes < 0
        || undecided < 0
        || trials < 0
        || int64 successes + int64 undecided > int64 trials
    then
        invalidArg (nameof successes) $"{successes} successes and {undecided} undecided in {trials} trials"

    if not (rate > 0.0 && rate < 1.0) then
        invalidArg (nameof rate) $"a rate to test lies between 0 and 1, not {rate}"

/// P(X ≥ successes), X binomial: the regularized incomplete beta function.
let private atLeast successes trials rate =
    if successes = 0 then
        1.0
    else
        SpecialFunctions.BetaRegularized(float successes, float (trials - successes + 1), rate)

/// For a number of trials that was fixed beforehand, as Clopper and Pearson's limits with α/2 on each side: twice the smaller tail, at most 1. Undecided trials count as failures in the tail above and as successes
/// in the one below. NaN without trials. ArgumentException: counts that do not fit, a rate outside (0, 1). Source: the exact binomial test, doubled.
let fixedSize (successes: int) (undecided: int) (trials: int) (rate: float) =
    check successes undecided trials rate

    if trials = 0 then
        nan
    else
        let above = atLeast successes trials rate
        let below = atLeast (trials - successes - undecided) trials (1.0 - rate)
        min 1.0 (2.0 * min above below)

/// For a number of trials that may depend on what was seen, as the limits of `ConfidenceSequence`: holds whenever one stops. Undecided trials as in
/// `fixedSize`; what they would have been is no further test, for the ends of the sequence rise with the successes.
/// NaN without trials. ArgumentException as there.
let sequential (successes: int) (undecided: int) (trials: int) (rate: float) =
    check successes undecided trials rate
    let asked = rate * float trials

    let side count isBeyond =
        if isBeyond (float count) then
            ConfidenceSequence.pValue count trials rate
        else
            1.0

    if trials = 0 then
        nan
    else
        let above = side successes (fun count -> count > asked)
        let below = side (successes + undecided) (fun count -> count < asked)
        min above below
