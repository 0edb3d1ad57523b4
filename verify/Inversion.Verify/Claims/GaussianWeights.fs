/// The weights of each layer look like draws from a normal law: how far from it they are, not whether a test notices.
[<RequireQualifiedAccess>]
module Inversion.Verify.Claims.GaussianWeights

open System
open System.Threading
open Inversion.Networks
open Inversion.Randomness
open Inversion.Verify
open Inversion.Verify.Exact

let private id = "gaussian-weights"

/// The largest Kolmogorov distance that is still called Gaussian: at most 2 in 100 weights are on another side of any value than a normal law
/// has them. Of the suite's other laws the nearest to a normal one is Laplace's, 0.028 away, then the uniform's, 0.048, and ±1, 0.25: none of
/// them passes. The logistic law, which few tell from a normal one in a histogram, is 0.009 away.
let tolerance = 0.02

let private statement =
    $"some normal law differs by at most {tolerance} in distribution (Kolmogorov distance) from the law that the layer's weights are drawn from"

let private source = "MAK §4.1, Figure 3"

let private witnessOf layer level (bend: NormalBands.Bend) =
    {
        Claim = id
        Kind = "bend"
        Layer = Some layer
        Vectors = [ "weights", [| bend.First; bend.Middle; bend.Last |] ]
        Scalars = [ "level", level; "above", (if bend.IsAbove then 1.0 else 0.0) ]
        Measured = Enclosure.Point nan
        Side = Side.AtMost
        Allowed = tolerance
        Fact =
            if bend.First = bend.Last then
                $"layer {layer}: so many weights are {bend.Middle:G6} that every normal law is farther away than chance explains"
            else
                $"layer {layer}: on normal paper the distribution bends so far at {bend.Middle:G6}, between {bend.First:G6} and {bend.Last:G6}, that every normal law is farther away than chance explains"
    }

/// Judges the three weights again: counts of the layer's weights and Φ in intervals.
let private replay (subject: Subject) (witness: Witness) : Replay =
    let unconfirmed note =
        {
            Confirmed = false
            Measured = Enclosure.Point nan
            Note = note
        }

    let layer =
        AssumptionLayers.layers subject.Network
        |> List.tryFind (fun (number, _, _, _) -> Some number = witness.Layer)

    match Subject.defect subject, layer with
    | Some reason, _ -> unconfirmed reason
    | None, _ when witness.Claim <> id || witness.Kind <> "bend" -> unconfirmed "the witness is of another claim"
    | None, None -> unconfirmed "the network has no such layer"
    | None, Some _ when witness.Allowed <> tolerance || witness.Side <> Side.AtMost ->
        unconfirmed "the limit is not the claim's"
    | None, Some(_, layer, _, _) ->
        match witness.Vector "weights", witness.Scalar "level" with
        | [| first; middle; last |], level when level > 0.0 && level < 1.0 ->
            let bend: NormalBands.Bend =
                {
                    First = first
                    Middle = middle
                    Last = last
                    IsAbove = witness.Scalar "above" <> 0.0
                }

            let distance =
                NormalBend.distance layer.Weight bend
                - NormalBend.margin level layer.Weight.Length

            let measured =
                {
                    Lower = distance.Lower
                    Upper = distance.Upper
                }

            {
                Confirmed = Verdict.breaks witness.Side witness.Allowed measured
                Measured = measured
                Note =
                    $"at the three weights every normal law is at least {distance.Lower:G6} from the law of the weights, or chance played a part of {level:G3}"
            }
        | _ -> unconfirmed "the witness lacks three weights or a level between 0 and 1"

let private judge level (number: int) (layer: AffineLayer) subject (blank: Finding) =
    let weights = layer.Weight
    let n = weights.Length
    let fit = NormalFit.nearest (NormalFit.steps weights)
    let margin = (NormalBend.margin level n).Upper

    let lower, upper =
        max 0.0 (fit.LowerBound - margin), min 1.0 (fit.Distance + margin)

    let m = WeightStatistics.moments weights
    let effects = WeightShape.effects weights
    let needed = ceil (log (2.0 / level) / (2.0 * tolerance * tolerance))

    let verdict =
        match fit.Bend with
        | Some bend when lower > tolerance -> Claim.confirm replay subject (witnessOf number level bend)
        | _ when upper <= tolerance -> Verdict.Supported
        | _ ->
            Verdict.Undecided(
                $"budget: the distance is between {lower:G3} and {upper:G3}, the limit {tolerance}"
                + (if margin > tolerance then
                       $"; {n} weights tell no distance below {margin:G3}, {needed:F0} or more would be needed"
                   else
                       "")
            )

    let orAbsent value =
        if Double.IsNaN value then
            Quantity.Absent
        else
            Quantity.Number value

    { blank with
        Layer = Some number
        Verdict = verdict
        Reason =
            match verdict with
            | Verdict.Undecided reason -> reason
            | _ -> "the limits take the weights for independent draws from one law"
        Arithmetic =
            match verdict with
            | Verdict.Refuted _ -> Arithmetic.Interval
            | _ -> Arithmetic.Float64
        Measured =
            [
                "distance", orAbsent fit.Distance
                "distanceLower", orAbsent lower
                "distanceUpper", orAbsent upper
                "resolution", orAbsent margin
                "andersonDarling",
                orAbsent (
                    if n < 8 then
                        nan
                    else
                        WeightStatistics.andersonDarling weights
                )
                "excessKurtosis", orAbsent m.ExcessKurtosis
                "kurtosisZ", orAbsent (if n < 20 then nan else WeightStatistics.kurtosisZ m)
                "skewness", orAbsent effects.Skewness
                "wasserstein", orAbsent effects.Wasserstein
                "quantileCorrelation", orAbsent effects.QuantileCorrelation
                "mean", orAbsent m.Mean
                "deviation", orAbsent (sqrt m.Variance)
                "weights", Quantity.Number(float n)
            ]
        Allowed = [ "distance", tolerance ]
        Method =
            $"all {n} weights; the least distance from any normal law by exchange, plus and minus {margin:G3} (Dvoretzky, Kiefer and Wolfowitz with Massart's constant, level {level:G3})"
        Trials = n
    }

let private check (settings: Settings) (key: RandomKey) (cancellation: CancellationToken) (subject: Subject) =
    cancellation.ThrowIfCancellationRequested()

    let blank = Claim.blank id Role.Hypothesis statement source settings key subject

    match AssumptionLayers.layers subject.Network with
    | [] -> [ Claim.notApplicable "the network has no layer with weights" blank ]
    | layers ->
        // All layers' limits hold together at the finding's confidence.
        let level = 1.0 - Statistics.split settings.Confidence layers.Length

        [
            for number, layer, _, _ in layers ->
                { blank with Layer = Some number }
                |> Claim.unlessDefect subject (judge level number layer subject)
        ]

/// The claim.
let claim: Claim =
    {
        Id = id
        Role = Role.Hypothesis
        Statement = statement
        Source = source
        Check = check
        Replay = replay
    }
