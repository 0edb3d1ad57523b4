/// No set of codes of positive dimension has one measurement.
[<RequireQualifiedAccess>]
module Inversion.Verify.Claims.ModeCollapse

open System
open System.Threading
open Inversion.Randomness
open Inversion.Verify
open LocalRank

let private id = CollapseSearch.claimId

let private statement =
    "no set of codes of positive dimension has one and the same measurement: A Λ has full column rank on every linear region"

let private source = "MAK §4.2, Figure 4(d); beside Corollary 2"

/// The verdict on the numbers that were found: the first witness that replays, else what float64 leaves open, else support.
let private verdictOf (subject: Subject) risk settings (census: CollapseShare.Census option) (locals: Local[]) =
    let confirmed =
        CollapseSearch.candidates subject risk settings locals
        |> Seq.map (Claim.confirm CollapseProofs.replay subject)
        |> Seq.tryFind _.IsRefuted

    let isOpen =
        match census with
        | Some found -> found.Open > 0 || not found.Codes.IsEmpty
        | None -> locals |> Array.exists isFlat

    match confirmed with
    | Some refuted -> refuted
    | None when isOpen && subject.Network.IsPiecewiseLinear ->
        Verdict.Undecided
            "precision: float64 sees a direction without effect around some code, but no witness of it was confirmed"
    | None when isOpen ->
        Verdict.Undecided
            "precision: where units saturate the derivative has directions without effect in float64, and for smooth units no exact statement follows"
    | None -> Verdict.Supported

let private judge
    (settings: Settings)
    (key: RandomKey)
    (cancellation: CancellationToken)
    (subject: Subject)
    (blank: Finding)
    =
    let risk = Codes.observer subject
    let n = risk.LatentDimension
    let trials = CollapseSearch.randomTrials risk settings (key.Child "trials")

    if trials.Length = 0 then
        blank
    else
        let searched =
            if settings.Starts > 0 then
                CollapseSearch.search cancellation subject risk settings (key.Child "search") trials
            else
                trials

        let census = CollapseShare.count cancellation subject

        let locals =
            match census with
            | Some found -> Array.append (found.Codes |> Array.ofList |> Array.choose (localAt risk)) searched
            | None -> searched

        let verdict = verdictOf subject risk settings census locals

        // Where every cone was looked at exactly, no trial is left to float64.
        let isClear =
            match census with
            | Some found -> found.Codes.IsEmpty && found.Open = 0
            | None -> false

        let failures =
            if isClear then
                0
            else
                trials |> Array.filter isFlat |> Array.length

        let share, lower, upper =
            match census with
            | Some found when found.Open = 0 -> found.Share, found.Share, found.Share
            | _ ->
                float failures / float trials.Length,
                Statistics.rateLower failures trials.Length settings.Confidence,
                Statistics.rateUpper failures trials.Length settings.Confidence

        let dimension =
            let floating =
                if isClear then
                    0
                else
                    locals |> Array.map (fun local -> n - local.Rank) |> Array.max

            let exact =
                match verdict, census with
                | Verdict.Refuted witness, _ when witness.Side = Side.AtLeast -> n - int witness.Measured.Upper
                | _, Some found -> found.Dimension
                | _ -> 0

            max floating exact

        let number value = Quantity.Number(float value)

        let regions =
            match census with
            | Some found -> $"all {found.Cones} cones; "
            | None -> ""

        { blank with
            Verdict = verdict
            Reason =
                if subject.Network.IsPiecewiseLinear then
                    ""
                else
                    "with a smooth activation, ranks of the derivative are float64 evidence and refute nothing"
            Arithmetic =
                match verdict with
                | Verdict.Refuted _ -> Arithmetic.Exact
                | _ when isClear -> Arithmetic.Exact
                | _ -> Arithmetic.Float64
            Measured =
                [
                    "collapsedShare", number share
                    "collapsedShareLower", number lower
                    "collapsedShareUpper", number upper
                    "dimension", number dimension
                    "smallestFlatness", number (locals |> Array.map flatness |> Array.min)
                    "cones",
                    (match census with
                     | Some found -> number found.Cones
                     | None -> Quantity.Absent)
                ]
            Allowed = [ "collapsedShare", 0.0; "dimension", 0.0 ]
            Method =
                $"{regions}{trials.Length} Gaussian codes (singular values of A DG); codes with small output, along the first layer's worst directions, on single positions and axes; from the {settings.Starts} of these that light the fewest outputs {settings.Steps} random steps toward fewer, and from the {settings.Starts} flattest codes {settings.Steps / 10} toward a smaller smallest singular value"
            Trials = trials.Length
            Failures = failures
            FailureRateUpper = Statistics.rateUpper failures trials.Length settings.Confidence
        }

let private check settings key (cancellation: CancellationToken) subject =
    cancellation.ThrowIfCancellationRequested()

    Claim.blank id Role.Empirical statement source settings key subject
    |> Claim.unlessDefect subject (judge settings key cancellation subject)
    |> List.singleton

/// The claim.
let claim: Claim =
    {
        Id = id
        Role = Role.Empirical
        Statement = statement
        Source = source
        Check = check
        Replay = CollapseProofs.replay
    }
