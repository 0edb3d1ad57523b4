/// No two codes have the same observed output.
[<RequireQualifiedAccess>]
module Inversion.Verify.Claims.Uniqueness

open System
open Inversion.Randomness
open Inversion.Verify
open LocalRank
open CodePairs
open UniquenessSearch

let private id = UniquenessCandidates.claimId

let private statement = "A G is one-to-one: A G(z) ≠ A G(z') for z ≠ z'"

let private source = "MAK Corollary 2 and Theorem 4; PKLDH for single layers"

/// The layers of which this was decided.
let private layersThat decided (found: DirectedSpanning.LayerSpanning option) =
    match found with
    | Some found ->
        found.Decided
        |> List.filter (fun (_, spanning) -> decided spanning)
        |> List.map (fun (layer, _) -> float layer)
        |> Quantity.Numbers
    | None -> Quantity.Absent

let private judge
    (settings: Settings)
    (key: RandomKey)
    (cancellation: Threading.CancellationToken)
    (subject: Subject)
    (blank: Finding)
    =
    let risk = Codes.observer subject
    let trials = randomTrials risk settings (key.Child "trials") risk.LatentDimension

    let evidence =
        if settings.Starts > 0 then
            search subject risk settings (key.Child "search") cancellation trials
        else
            {
                Trials = trials
                Locals = Array.map fst trials
                Pairs = Array.map snd trials
                Meetings = [||]
                Spanning = None
            }

    if evidence.Locals.Length = 0 then
        blank
    else
        let typical = evidence.Locals |> Array.map (fun local -> local.Largest) |> Array.max
        let found = UniquenessCandidates.candidates subject risk settings typical evidence
        let verdicts = found |> List.map (Claim.confirm UniquenessProofs.replay subject)

        let smallest =
            Seq.append
                (evidence.Locals |> Seq.map (fun local -> local.Smallest))
                (evidence.Pairs |> Seq.map (fun pair -> pair.Ratio))
            |> Seq.min

        // A float64 code that has the smallest singular value or is one of the nearest pair, whichever is smaller.
        let smallestAt =
            Seq.append
                (evidence.Locals |> Seq.map (fun local -> local.Smallest, Theory.norm local.Code))
                (evidence.Pairs
                 |> Seq.map (fun pair -> pair.Ratio, max (Theory.norm pair.First) (Theory.norm pair.Second)))
            |> Seq.minBy fst
            |> snd

        let ofTrials value =
            if trials.Length = 0 then
                Quantity.Absent
            else
                trials |> Array.map value |> Array.min |> Quantity.Number

        let verdict =
            match verdicts |> List.tryFind (fun verdict -> verdict.IsRefuted) with
            | Some refuted -> refuted
            | None when
                not subject.Network.IsPiecewiseLinear
                && evidence.Locals |> Array.exists (fun local -> local.Rank < risk.LatentDimension)
                ->
                Verdict.Undecided
                    "precision: where units saturate the derivative has directions without effect in float64, and for smooth units no exact statement follows"
            | None when verdicts.IsEmpty && not (smallest > suspicious * typical) ->
                Verdict.Undecided
                    $"precision: the smallest ratio found, {smallest:G3}, is lost in the rounding of outputs that typically move by {typical:G3}"
            | None -> verdicts |> List.tryHead |> Option.defaultValue Verdict.Supported

        let ratio =
            match verdict with
            | Verdict.Refuted _ -> 0.0
            | _ -> smallest

        let rank =
            let floating = evidence.Locals |> Array.map (fun local -> local.Rank) |> Array.min

            match verdict with
            | Verdict.Refuted witness when witness.Side = Side.AtLeast -> min floating (int witness.Measured.Upper)
            | _ -> floating

        let normalized =
            ratio
            * Math.ScaleB(1.0, subject.Network.Depth / 2)
            * (if subject.Network.Depth % 2 = 1 then sqrt 2.0 else 1.0)
            / (Subject.layerScales subject |> Array.fold (*) 1.0)

        let isBroken (local, pair: Pair) =
            isFlat local || not (pair.Ratio > suspicious * typical)

        let failures = trials |> Array.filter isBroken |> Array.length

        { blank with
            Verdict = verdict
            Reason =
                if subject.Network.IsPiecewiseLinear then
                    match evidence.Spanning with
                    | Some found -> DirectedSpanning.describe found
                    | None -> ""
                else
                    "with a smooth activation, ranks of the derivative are float64 evidence and refute nothing"
            Arithmetic =
                match verdict with
                | Verdict.Refuted witness when witness.Kind = "meeting" -> Arithmetic.Interval
                | Verdict.Refuted _ -> Arithmetic.Exact
                | _ -> Arithmetic.Float64
            Measured =
                [
                    "smallestRatio", Quantity.Number ratio
                    "smallestRatioNormalized",
                    (if Double.IsFinite normalized then
                         Quantity.Number normalized
                     else
                         Quantity.Absent)
                    "smallestRatioNorm", Quantity.Number smallestAt
                    "randomSingularValue", ofTrials (fun (local, _) -> local.Smallest)
                    "randomPairRatio", ofTrials (fun (_, pair) -> pair.Ratio)
                    "smallestRank", Quantity.Number(float rank)
                    "directedSpanning",
                    (match evidence.Spanning with
                     | Some found -> Quantity.Numbers found.Margins
                     | None -> Quantity.Absent)
                    "spanningLayers", layersThat (fun s -> s.IsEverywhere) evidence.Spanning
                    "notSpanningLayers", layersThat (fun s -> s.IsFails) evidence.Spanning
                    "collisions", Quantity.Number(float (verdicts |> List.filter (fun v -> v.IsRefuted) |> List.length))
                ]
            Allowed = [ "smallestRatio", 0.0; "smallestRank", float risk.LatentDimension ]
            Method =
                $"{settings.Trials} random codes (singular values of A DG) and pairs; codes with small output, or none, along the first layer's worst directions, on single positions and axes; from the {settings.Starts} flattest codes {settings.Steps / 10} and from the {settings.Starts} nearest pairs {settings.Steps / 5} random steps; Gauss–Newton on A G(z) = A G(z') where there are at most 4 n0 observations. directedSpanning: for each layer, the fewest rows with ⟨w, v⟩ ≥ 0 found, less the columns; spanningLayers and notSpanningLayers: the layers decided exactly, over all cones of their rows (up to 6 columns) or in one direction"
            Trials = trials.Length
            Failures = failures
            FailureRateUpper = Statistics.rateUpper failures trials.Length settings.Confidence
        }

let private check settings key (cancellation: Threading.CancellationToken) subject =
    cancellation.ThrowIfCancellationRequested()

    Claim.blank id Role.Conclusion statement source settings key subject
    |> Claim.unlessDefect subject (judge settings key cancellation subject)
    |> List.singleton

/// The claim.
let claim: Claim =
    {
        Id = id
        Role = Role.Conclusion
        Statement = statement
        Source = source
        Check = check
        Replay = UniquenessProofs.replay
    }
