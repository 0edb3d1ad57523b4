/// Pictures of layers: angles, deviations against width, weights against a normal law.
[<RequireQualifiedAccess>]
module Inversion.Report.LayerFigures

open System
open Inversion.Figures
open Inversion.Networks
open Inversion.Networks.Engine
open Inversion.Randomness
open Inversion.Verify
open Inversion.Verify.Claims

let private pairs = 150

/// Angles of random pairs of codes before and after the whole network, beside the expected ones.
let angles (subject: Subject) (key: RandomKey) isRefuted name =
    let network = subject.Network
    let length, depth = network.LatentDimension, network.Depth
    let stream = key.Child("report-angles").Open()
    let workspace = NetworkWorkspace<float>()
    let output = Array.zeroCreate (2 * network.OutputDimension)

    let draw () =
        Array.init length (fun _ -> stream.NextGaussian())

    let points =
        [|
            for _ in 1..pairs do
                let x = draw ()
                let other = draw ()
                let theta = Math.PI * stream.NextUniform()
                let along = Theory.dot other x / Theory.dot x x
                let side = Array.map2 (fun o x -> o - along * x) other x
                let scale = Theory.norm x / Theory.norm side
                let y = Array.map2 (fun x s -> cos theta * x + sin theta * scale * s) x side
                subject.Engine.Forward(workspace, ReadOnlySpan<float>(Array.append x y), Span<float>(output), 2)

                let after =
                    Theory.angle output[.. network.OutputDimension - 1] output[network.OutputDimension ..]

                // A zero output has no angle, and a code of one entry only the angles 0 and π.
                if Double.IsFinite after && Double.IsFinite theta && Double.IsFinite scale then
                    theta, after
        |]

    let curve = Drawn.spaced 181 0.0 Math.PI

    let witness =
        if isRefuted then
            " The counterexample below is not among them: the search found it."
        else
            ""

    Drawn.scatter
        $"Angles through the network: {subject.Name}"
        "angle of two codes (radians)"
        "angle of their outputs (radians)"
        (LineSeries("random pairs", Array.map fst points, Array.map snd points))
        (LineSeries("expected", curve, curve |> Array.map (fun theta -> List.last (Theory.angles depth theta))))
        []
    |> Drawn.picture
        name
        $"Angles of {points.Length} pairs of codes before and after {subject.Name}, beside the expected curve."
        $"{points.Length} random pairs; the expected angle is that of wide Gaussian ReLU layers with one latent position.{witness}"

/// Observed rows for each column of a network's layers with weights, in their order: of a layer's blocks the least.
let widths (subject: Subject) =
    match Subject.defect subject with
    | Some _ -> []
    | None ->
        BlockedLayer.ofSubject subject
        |> List.map (fun layer ->
            layer.Blocks
            |> List.map (fun block -> float block.Rows / float block.Inputs)
            |> List.min)

/// A claim's headline number against the width of the layers, for every finding about a layer.
let againstWidth (subjectOf: string -> Subject option) (entries: Entry list) epsilon name =
    let widthsOf =
        entries
        |> List.map _.Network
        |> List.distinct
        |> List.choose (fun network -> subjectOf network |> Option.map (fun subject -> network, widths subject))
        |> Map.ofList

    let told =
        [|
            for entry in entries do
                match entry.Layer, widthsOf.TryFind entry.Network with
                | Some layer, Some widths ->
                    let width = widths |> List.tryItem (layer - 1) |> Option.defaultValue nan
                    width, entry.Value(Catalogue.headline entry.Claim)
                | _ -> ()
        |]

    let points =
        told
        |> Array.filter (fun (width, value) ->
            width > 0.0 && Double.IsFinite width && value > 0.0 && Double.IsFinite value)

    if points.Length < 3 then
        None
    else
        let words = ClaimWords.ofClaim entries.Head.Claim

        let above =
            points |> Array.filter (fun (_, value) -> value > epsilon) |> Array.length

        let left =
            if told.Length > points.Length then
                $" {told.Length - points.Length} layers have no rows or no positive number and are not drawn."
            else
                ""

        Drawn.logScatter
            $"{Char.ToUpperInvariant words.Headline[0]}{words.Headline.Substring 1}, against the width of the layer"
            "observed rows for each column"
            "largest deviation found"
            points
            "layers"
            epsilon
            $"ε = {Numbers.short epsilon}"
        |> Drawn.picture
            name
            $"Largest deviations found in {points.Length} layers against their observed rows for each column: {above} lie above ε, {points.Length - above} at or below it."
            $"Each point is a layer of a network; of an ensemble, the worst network. Rows are counted in the block where the mask leaves the fewest. A network below the line may still break the condition: what is plotted is the largest deviation found.{left}"
        |> Some

/// Points of a Q–Q plot that are drawn.
let private quantiles = 120

/// The Q–Q plot of a layer's weights, with 95 % limits of each order statistic.
let weights (subject: Subject) number (layer: AffineLayer) name =
    let values = layer.Weight
    let n = values.Length
    let points = WeightShape.quantiles quantiles values

    // The k-th smallest of n uniform draws has the Beta law of Clopper and Pearson's limits.
    let limit side (point: WeightShape.QuantilePoint) =
        let rank =
            Math.Clamp(
                int (
                    Math.Round(
                        float n * MathNet.Numerics.Distributions.Normal.CDF(0.0, 1.0, point.Normal)
                        + 0.5
                    )
                ),
                1,
                n
            )

        let share =
            if side < 0 then
                Statistics.rateLower rank n 0.975
            else
                Statistics.rateUpper (rank - 1) n 0.975

        MathNet.Numerics.Distributions.Normal.InvCDF(0.0, 1.0, share)

    QuantilePlot(
        Title = $"Weights of {subject.Name}, layer {number}",
        XLabel = "quantile of the standard normal law",
        YLabel = "weight (standard deviations)",
        Normal = (points |> Array.map _.Normal),
        Values = (points |> Array.map _.Value),
        Lower = (points |> Array.map (limit -1)),
        Upper = (points |> Array.map (limit 1)),
        BandName = "95 % limits of each order statistic",
        Width = 520,
        Height = 420
    )
    |> Drawn.picture
        name
        $"Q–Q plot of the weights of {subject.Name}, layer {number}, against the normal law."
        $"{n} weights; on the line they would be normal."
