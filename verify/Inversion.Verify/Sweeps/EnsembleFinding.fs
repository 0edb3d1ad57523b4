/// Any claim over the networks that a cell of a sweep drew.
[<RequireQualifiedAccess>]
module Inversion.Verify.EnsembleFinding

/// The finding on "every drawn network", from the counts of networks on which the claim was refuted (`Hits`) or undecided, and from the finding
/// on one of them, searched again: a refuted one where there is any, else an undecided one, else the worst. The verdict is that network's,
/// but a search over drawn networks proves nothing about the others. `FailureRateUpper` counts undecided networks as failures.
let judge (evidence: SweepEvidence) name (counts: CellCounts) (worst: Finding) =
    let limit =
        (CellCounts.limits evidence.IsStopped (1.0 - evidence.Confidence) counts).Upper

    let told =
        $"{counts.Hits} of {counts.Trials} networks refuted, {counts.Undecided} undecided"

    { worst with
        Network = name
        Scope =
            (match worst.Scope with
             | Scope.ExpectedLandscape -> Scope.ExpectedLandscape
             | _ -> Scope.Ensemble counts.Trials)
        Measured =
            worst.Measured
            @ [
                "networks", Quantity.Number(float counts.Trials)
                "networksRefuted", Quantity.Number(float counts.Hits)
                "networksUndecided", Quantity.Number(float counts.Undecided)
                "trialsPerNetwork", Quantity.Number(float worst.Trials)
            ]
        Reason =
            [ worst.Reason; (if counts.Hits + counts.Undecided > 0 then told else "") ]
            |> List.filter (fun part -> part <> "")
            |> String.concat "; "
        Verdict =
            (match worst.Verdict with
             | Verdict.Proved _ when worst.Scope <> Scope.ExpectedLandscape -> Verdict.Supported
             | Verdict.Undecided reason -> Verdict.Undecided $"{reason} ({told})"
             | Verdict.Supported when counts.Undecided > 0 -> Verdict.Undecided $"some networks are undecided ({told})"
             | verdict -> verdict)
        Trials = counts.Trials
        Failures = counts.Hits
        FailureRateUpper = limit
        Confidence = evidence.Confidence
        Seconds = 0.0
    }
    |> Finding.guarded
