/// The gradient stays near its expectation.
[<RequireQualifiedAccess>]
module Inversion.Verify.Claims.GradientNearMean

open System
open Inversion.Randomness
open Inversion.Verify
open MeanSetting
open MeanDeviation
open MeanSearch

let private id = "gradient-near-mean"

let private statement =
    "‖2ᵈ ∇J(z)/(r Π s_i²) − 2ᵈ h(z, z°)‖ ≤ ε max(‖z‖, ‖z°‖) for all z, z° ≠ 0: h the expected gradient of each latent position's code, r the rate at which that position's outputs are observed, s_i the layers' scales"

let private source = "HV Lemma 8; HHHV Lemma 5.1; certificate ours (docs/proofs.md)"

/// Whether z lies outside every ball around a zero of h: at each position, h is zero at z°_p and at −ρ_d z°_p, in any combination.
let private isOutside setting epsilon (code: float[]) (truth: float[]) =
    let rho = Theory.rho setting.Depth

    let squared =
        Seq.sum (
            seq {
                for p in 0 .. setting.Positions - 1 do
                    let z, t = blockOf setting.Positions p code, blockOf setting.Positions p truth
                    let near = Theory.norm (Array.map2 (-) z t)
                    let opposite = Theory.norm (Array.map2 (fun a b -> a + rho * b) z t)
                    let least = min near opposite
                    least * least
            }
        )

    sqrt squared > epsilon * Theory.norm truth

/// Of the pairs outside the balls, the share at which 2ᵈ‖h‖/max(‖z‖, ‖z°‖) exceeds beta. None where all lie inside.
let private covered setting (settings: Settings) beta (pairs: (float[] * float[])[]) =
    let outside =
        pairs
        |> Array.filter (fun (code, truth) -> isOutside setting settings.Epsilon code truth)

    let certified =
        outside
        |> Array.filter (fun (code, truth) ->
            Theory.norm (expected setting code truth)
            / max (Theory.norm code) (Theory.norm truth)
                >
                beta)

    if outside.Length = 0 then
        None
    else
        Some(float certified.Length / float outside.Length)

let private witness (settings: Settings) (pair: Pair) : Witness =
    {
        Claim = id
        Kind = "deviation"
        Layer = None
        Vectors = [ "code", pair.Code; "truth", pair.Truth ]
        Scalars = []
        Measured = Enclosure.Point pair.Deviation
        Side = Side.AtMost
        Allowed = settings.Epsilon
        Fact = $"2ᵈ‖∇J/(r Π s²) − h‖/max(‖z‖, ‖z°‖) = {pair.Deviation:R}, above {settings.Epsilon:R}"
    }

let private judge setting (settings: Settings) (key: RandomKey) (blank: Finding) =
    let deviations = Deviations setting
    let n = setting.Subject.Network.LatentDimension
    let pairs = randomPairs (key.Child "trials") settings.Trials n
    let trials = pairs |> Array.map deviations.Pair

    let all =
        Array.append
            trials
            (if settings.Starts > 0 then
                 search setting deviations settings (key.Child "search")
             else
                 [||])

    if all.Length = 0 then
        blank
    else
        let worst = all |> Array.reduce larger

        let failures =
            trials
            |> Array.filter (fun pair -> not (pair.Deviation <= settings.Epsilon))
            |> Array.length

        let verdict =
            if worst.Deviation <= settings.Epsilon then
                Verdict.Supported
            else
                Claim.confirm MeanEnclosure.replay setting.Subject (witness settings worst)

        { blank with
            Verdict = verdict
            Arithmetic =
                match verdict with
                | Verdict.Refuted _ -> Arithmetic.Interval
                | _ -> Arithmetic.Float64
            Measured =
                [
                    "beta", Quantity.Number worst.Deviation
                    "coveredShare",
                    (match covered setting settings worst.Deviation pairs with
                     | Some share -> Quantity.Number share
                     | None -> Quantity.Absent)
                ]
            Allowed = [ "beta", settings.Epsilon ]
            Method =
                $"{settings.Trials} random pairs (z, z°), lengths from a tenth to ten; starts at random, opposite, far, near 0 and on axes, from the {settings.Starts} worst of them {settings.Steps / 10} power steps and {settings.Steps / 5} random steps each; coveredShare: of the random pairs outside the balls of radius ε‖z°‖ around every combination of z°_p and −ρ_d z°_p, those with 2ᵈ‖h‖/max > beta (beta is a lower bound, so this is evidence, not proof)"
            Trials = trials.Length
            Failures = failures
            FailureRateUpper = Statistics.rateUpper failures trials.Length settings.Confidence
        }

let private check settings key (cancellation: Threading.CancellationToken) subject =
    cancellation.ThrowIfCancellationRequested()
    let blank = Claim.blank id Role.Hypothesis statement source settings key subject

    match Subject.defect subject with
    | Some reason ->
        { blank with
            Verdict = Verdict.Undecided reason
        }
        |> Finding.guarded
    | None ->
        match settle subject with
        | Error why -> Claim.notApplicable why blank
        | Ok setting -> judge setting settings key blank |> Finding.guarded
    |> List.singleton

/// The claim.
let claim: Claim =
    {
        Id = id
        Role = Role.Hypothesis
        Statement = statement
        Source = source
        Check = check
        Replay = MeanEnclosure.replay
    }
