/// J is quasi-convex: along no segment does it rise above both ends.
[<RequireQualifiedAccess>]
module Inversion.Verify.Claims.LandscapeShape

open System
open System.Threading
open Inversion.Randomness
open Inversion.Risk
open Inversion.Verify
open Segments

let private statement =
    "J(z) = ½‖A(G(z) − G(z°))‖² is quasi-convex for every z°: J((1 − t) z₁ + t z₂) ≤ max(J(z₁), J(z₂))"

let private source = "MAK §4.2, Figure 4"

/// Steps of each ascent for the steps that are asked for, each of which costs a dozen passes.
let private stepsOf (settings: Settings) = settings.Steps / 5

/// Tangents for the ranks at random z°, each z° taking as many as the code has entries; `Starts` of them at least.
let private mostTangents = 200

/// Around z° along the flattest direction: directions without effect, and how far along the flattest one J stays at 0 but for rounding,
/// in units of ‖z°‖.
let private flatAt (subject: Subject) (truth: float[]) =
    match LocalRank.localAt (Codes.observer subject) truth with
    | None -> struct (0, 0.0)
    | Some local when not (LocalRank.isFlat local) -> struct (0, 0.0)
    | Some local ->
        let risk =
            EmpiricalRisk<float>.OfCode(subject.Engine, subject.Measurement, ReadOnlySpan truth)

        let size = Theory.norm truth

        let isZero radius =
            [ radius; -radius ]
            |> List.forall (fun r ->
                let code = Array.map2 (fun z d -> z + r * size * d) truth local.Direction
                // J is a square: rounding of 10⁻¹³ in the outputs.
                risk.Value(ReadOnlySpan code)
                <= 1e-26 * Theory.dot (risk.Observed.ToArray()) (risk.Observed.ToArray()))

        let far =
            [ 1e-3; 1e-2; 0.1; 0.3; 1.0 ]
            |> List.takeWhile isZero
            |> List.tryLast
            |> Option.defaultValue 0.0

        struct (truth.Length - local.Rank, far)

let private judge
    (settings: Settings)
    (key: RandomKey)
    (cancellation: CancellationToken)
    (subject: Subject)
    (blank: Finding)
    =
    let trials =
        Array.init (max 0 settings.Trials) (fun i ->
            cancellation.ThrowIfCancellationRequested()
            Segments.random subject (key.Child("trial").Child(int64 i).Open()))

    if trials.Length = 0 then
        blank
    else
        let number value = Quantity.Number value
        let isNumber segment = not (Double.IsNaN segment.Excess)

        let chosen =
            Array.init settings.Starts (fun i ->
                cancellation.ThrowIfCancellationRequested()
                Segments.chosen subject i (key.Child("chosen").Child(int64 i).Open()))

        let ascended =
            Array.append trials chosen
            |> Array.filter isNumber
            |> Array.sortByDescending _.Score
            |> Array.truncate settings.Starts
            |> Array.append chosen
            |> Array.distinctBy (fun segment -> segment.Truth, segment.First)
            |> Array.filter isNumber
            |> Array.map (fun segment ->
                cancellation.ThrowIfCancellationRequested()
                Segments.ascend subject (stepsOf settings) segment |> Segments.refine subject)

        let all = Array.concat [ trials; chosen; ascended ]
        let high = all |> Array.filter _.IsHigh |> Array.sortByDescending _.Score
        let broken = trials |> Array.filter _.IsHigh

        let verdict =
            let tried =
                high
                |> Seq.truncate 3
                |> Seq.map (SegmentProof.witnessOf >> Claim.confirm SegmentProof.replay subject)
                |> Seq.toList

            match tried |> List.tryFind _.IsRefuted, tried with
            | Some refuted, _ -> refuted
            | None, first :: _ -> first
            | None, [] when all |> Array.forall isNumber -> Verdict.Supported
            | None, [] -> Verdict.Undecided "numerics: J is no number on some segment"

        let flat =
            trials
            |> Array.truncate (max settings.Starts (mostTangents / subject.Network.LatentDimension))
            |> Array.map (fun trial -> flatAt subject trial.Truth)

        let largest =
            if high.Length = 0 then
                0.0
            else
                high |> Array.map _.Excess |> Array.max

        { blank with
            Verdict = verdict
            Reason =
                match verdict with
                | Verdict.Undecided reason -> reason
                | _ -> "flat directions at z° are measured here and judged by mode-collapse"
            Arithmetic =
                match verdict with
                | Verdict.Refuted _ -> Arithmetic.Interval
                | _ -> Arithmetic.Float64
            Measured =
                [
                    "violations", number (float broken.Length / float trials.Length)
                    "violationsLower", number (Statistics.rateLower broken.Length trials.Length settings.Confidence)
                    "violationsUpper", number (Statistics.rateUpper broken.Length trials.Length settings.Confidence)
                    "largestViolation", number largest
                    if flat.Length > 0 then
                        "flatDirections",
                        number (flat |> Array.map (fun (struct (count, _)) -> float count) |> Array.max)

                        "flatRange", number (flat |> Array.map (fun (struct (_, far)) -> far) |> Array.max)
                ]
            Allowed = [ "violations", 0.0; "largestViolation", 0.0 ]
            Method =
                $"{trials.Length} segments between Gaussian codes for Gaussian z°, seven points on each; {chosen.Length} chosen ones (through z° and 0, between opposite codes, from far to near, around z°); from these and the {settings.Starts} highest at most {stepsOf settings} gradient steps of both ends each, which come no nearer to each other; the rank of A DG at {flat.Length} z°"
            Trials = trials.Length
            Failures = broken.Length
            FailureRateUpper = Statistics.rateUpper broken.Length trials.Length settings.Confidence
        }

let private check settings key (cancellation: CancellationToken) subject =
    cancellation.ThrowIfCancellationRequested()

    Claim.blank SegmentProof.claimId Role.Empirical statement source settings key subject
    |> Claim.unlessDefect subject (judge settings key cancellation subject)
    |> List.singleton

/// The claim.
let claim: Claim =
    {
        Id = SegmentProof.claimId
        Role = Role.Empirical
        Statement = statement
        Source = source
        Check = check
        Replay = SegmentProof.replay
    }
