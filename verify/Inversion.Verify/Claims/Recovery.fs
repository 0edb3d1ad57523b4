/// Codes are recovered from their measurements: how often, how closely, and how well the output is completed.
[<RequireQualifiedAccess>]
module Inversion.Verify.Claims.Recovery

open System
open System.Threading
open Inversion.Randomness
open Inversion.Verify
open RecoveryRuns

let private statement =
    $"a Gaussian code is recovered from its measurements to within {radius:G1} of its length, in {budget:G4} gradient evaluations of the default search, with a probability of at least {RecoveryCounts.rate}"

let private source = "MAK §4.2, Figures 5 and 6"

let private judge
    (settings: Settings)
    (key: RandomKey)
    (cancellation: CancellationToken)
    (subject: Subject)
    (blank: Finding)
    =
    let n = settings.Trials

    if n <= 0 then
        blank
    else
        let runs = runs subject key n cancellation
        let recovered = runs |> Array.filter isRecovered |> Array.length
        let lower = Statistics.rateLower recovered n settings.Confidence
        let upper = Statistics.rateUpper recovered n settings.Confidence
        let level = 1.0 - settings.Confidence

        let verdict =
            if runs |> Array.exists (fun run -> Double.IsNaN run.Error) then
                Verdict.Undecided "numerics: a code that was found is no number"
            elif lower >= RecoveryCounts.rate then
                Verdict.Supported
            elif upper < RecoveryCounts.rate then
                // The runs are those of the witness: its replay repeats them, the counts are judged here.
                Verdict.ofWitness (RecoveryCounts.witnessOf level key runs)
            else
                let few =
                    match RecoveryCounts.leastTrials settings.Confidence with
                    | least when n < least ->
                        $"; at this confidence it takes at least {least} trials to support the claim"
                    | _ -> ""

                Verdict.Undecided
                    $"budget: {recovered} of {n} codes were recovered, which leaves a rate between {lower:G3} and {upper:G3}{few}"

        let truths = outputs subject (runs |> Array.map _.Truth)
        let completed = outputs subject (runs |> Array.map _.Found)
        let peaks = truths |> Array.map (peak subject.Network)

        let quality measure =
            Array.init n (fun i -> measure peaks[i] truths[i] completed[i]) |> median

        let orAbsent value =
            if Double.IsNaN value then
                Quantity.Absent
            else
                Quantity.Number value

        let elsewhere =
            runs |> Array.filter (fun run -> run.IsSolved && not (isRecovered run))

        { blank with
            Verdict = verdict
            Reason =
                match verdict with
                | Verdict.Undecided reason -> reason
                | _ when elsewhere.Length > 0 ->
                    $"for {elsewhere.Length} codes another code was found that has their measurements to within rounding: see uniqueness"
                | _ -> ""
            Arithmetic =
                match verdict with
                | Verdict.Refuted _ -> Arithmetic.Interval
                | _ -> Arithmetic.Float64
            Measured =
                [
                    "successRate", Quantity.Number(float recovered / float n)
                    "successRateLower", Quantity.Number lower
                    "successRateUpper", Quantity.Number upper
                    "unrecovered", Quantity.Number(float (n - recovered))
                    "solvedElsewhere", Quantity.Number(float elsewhere.Length)
                    "medianLatentError", orAbsent (runs |> Array.map _.Error |> median)
                    "psnr", orAbsent (quality ImageQuality.psnr)
                    "ssim", orAbsent (quality (similarity subject.Network))
                    "medianEvaluations", orAbsent (runs |> Array.map _.Evaluations |> median)
                ]
            Allowed =
                [
                    "successRate", RecoveryCounts.rate
                    "latentError", radius
                    "evaluations", budget
                ]
            Method =
                $"{n} Gaussian codes, each searched for by restarts of Gauss and Newton's method; PSNR and SSIM are medians over the whole output"
            Trials = n
            // No single code breaks a rate: those that were missed are `unrecovered`.
            Failures = 0
            FailureRateUpper = 1.0 - lower
        }

let private check settings key (cancellation: CancellationToken) subject =
    cancellation.ThrowIfCancellationRequested()

    Claim.blank RecoveryCounts.claimId Role.Empirical statement source settings key subject
    |> Claim.unlessDefect subject (judge settings key cancellation subject)
    |> List.singleton

/// The claim.
let claim: Claim =
    {
        Id = RecoveryCounts.claimId
        Role = Role.Empirical
        Statement = statement
        Source = source
        Check = check
        Replay = RecoveryCounts.replay
    }
