/// Findings about cells of a sweep.
[<RequireQualifiedAccess>]
module Inversion.Verify.SweepFinding

open Inversion.Randomness

/// A finding about an ensemble with nothing in it yet. Seconds stay 0: a sweep's summary has the same bytes however often it was interrupted.
let blank claim role statement source evidence (key: RandomKey) name (cells: CellCounts[]) : Finding =
    let trials = cells |> Array.sumBy _.Trials

    {
        Claim = claim
        Role = role
        Verdict = Verdict.Undecided "nothing was checked"
        Reason = ""
        Statement = statement
        Source = source
        Arithmetic = Arithmetic.Float64
        Scope = Scope.Ensemble trials
        Network = name
        Subject = name
        Layer = None
        Measured = []
        Allowed = []
        Method =
            (if evidence.IsStopped then
                 "independent trials, stopped by what they showed; limits of confidence sequences, all cells together"
             else
                 "independent trials, a fixed number; Clopper and Pearson's limits, all cells together")
        Trials = trials
        Failures = 0
        FailureRateUpper = nan
        Confidence = evidence.Confidence
        Key = key
        Seconds = 0.0
    }

/// A number that may not be known.
let quantity value =
    match value with
    | Some number -> Quantity.Number number
    | None -> Quantity.Absent

/// The three numbers of an estimate.
let estimate name (value: Estimate) =
    [
        name, quantity value.Value
        name + "Lower", quantity value.Lower
        name + "Upper", quantity value.Upper
    ]

/// The finding with the verdict of a witness; a refutation rests on interval arithmetic.
let refutedBy witness finding =
    let verdict = Verdict.ofWitness witness

    { finding with
        Verdict = verdict
        Failures = if verdict.IsRefuted then 1 else 0
        Arithmetic =
            if verdict.IsRefuted then
                Arithmetic.Interval
            else
                finding.Arithmetic
    }
    |> Finding.guarded
