namespace Inversion.Verify

open Inversion.Randomness

/// A measured quantity as `summary.json` prints it.
[<RequireQualifiedAccess>]
type Quantity =
    | Number of float
    | Numbers of float list
    /// Not known: null.
    | Absent

/// What a finding is about.
[<RequireQualifiedAccess>]
type Scope =
    | Network
    | Ensemble of Networks: int
    | ExpectedLandscape

    /// The word in `summary.json`.
    member scope.Word =
        match scope with
        | Network -> "network"
        | Ensemble _ -> "ensemble"
        | ExpectedLandscape -> "expected-landscape"

/// One claim judged on one network (and one layer where the claim is about layers), with its evidence.
type Finding =
    {
        Claim: string
        Role: Role
        Verdict: Verdict
        /// Why it is undecided; otherwise what a reader should know beside the numbers. May be empty.
        Reason: string
        /// What was judged, in words and symbols.
        Statement: string
        /// The line of the paper that it audits.
        Source: string
        Arithmetic: Arithmetic
        Scope: Scope
        /// Name of the network, or of the ensemble that it is one of.
        Network: string
        /// Name of the subject that the numbers and the witness belong to: of an ensemble, the worst network.
        Subject: string
        /// Layer with weights, from 1.
        Layer: int option
        /// What was measured, by the names of the design.
        Measured: (string * Quantity) list
        /// The limits, by name.
        Allowed: (string * float) list
        /// How it was searched: random trials and worst-case search.
        Method: string
        /// Random trials judged.
        Trials: int
        /// Trials that broke the claim.
        Failures: int
        /// Upper confidence limit on the rate of such trials (Clopper–Pearson at this many trials); NaN without trials.
        FailureRateUpper: float
        Confidence: float
        /// Address of every random draw of this finding.
        Key: RandomKey
        Seconds: float
    }

    /// The number measured under this name; NaN if there is none.
    member finding.Number name =
        match finding.Measured |> List.tryFind (fun (key, _) -> key = name) with
        | Some(_, Quantity.Number value) -> value
        | _ -> nan

[<RequireQualifiedAccess>]
module Finding =
    /// The same finding with a verdict that is not stronger: `Supported` without a trial, or with a measured NaN, becomes undecided.
    let guarded (finding: Finding) =
        let hasNaN =
            finding.Measured
            |> List.exists (fun (_, quantity) ->
                match quantity with
                | Quantity.Number value -> System.Double.IsNaN value
                | Quantity.Numbers values -> List.exists System.Double.IsNaN values
                | Quantity.Absent -> false)

        match finding.Verdict with
        | Verdict.Supported when finding.Trials <= 0 ->
            { finding with
                Verdict = Verdict.Undecided "nothing was checked"
                Reason = "nothing was checked"
            }
        | Verdict.Supported when hasNaN ->
            { finding with
                Verdict = Verdict.Undecided "a measured number is NaN"
                Reason = "a measured number is NaN"
            }
        | Verdict.Supported when finding.Failures > 0 ->
            { finding with
                Verdict = Verdict.Undecided "some trials failed without a witness that replays"
                Reason = "some trials failed without a witness that replays"
            }
        | Verdict.Undecided reason -> { finding with Reason = reason }
        | _ -> finding
