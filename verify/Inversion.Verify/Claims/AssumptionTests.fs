/// What Theorem 1 assumes of the weights, tested by statistics where it is unknown how they were drawn.
module internal Inversion.Verify.Claims.AssumptionTests

open Inversion.Networks
open Inversion.Verify

/// The statistics of one layer; those for which it has too few weights are left out.
let private layerStatistics number (layer: AffineLayer) =
    let weights = layer.Weight
    let m = WeightStatistics.moments weights

    if weights.Length < 8 || m.Variance = 0.0 then
        []
    else
        let axes =
            match layer with
            | :? ConvolutionLayer as convolution ->
                let taps = convolution.Geometry.Taps

                let inner =
                    if convolution.Transposed then
                        layer.OutputChannels / convolution.Groups
                    else
                        layer.InputChannels / convolution.Groups

                [
                    "taps", taps, 1
                    "inner channels", inner, taps
                    "outer channels", weights.Length / (inner * taps), inner * taps
                ]
            | _ ->
                [
                    "inputs", layer.InputChannels, 1
                    "outputs", layer.OutputChannels, layer.InputChannels
                ]

        [
            "mean", abs (WeightStatistics.meanZ m), $"layer {number}: the mean of the weights is {m.Mean:G6}"
            "anderson-darling",
            WeightStatistics.andersonDarling weights,
            $"layer {number}: Anderson and Darling's statistic says the weights are not normal"
            if weights.Length >= 20 then
                "kurtosis", abs (WeightStatistics.kurtosisZ m), $"layer {number}: excess kurtosis {m.ExcessKurtosis:G6}"
            for name, size, stride in axes do
                let struct (z, pairs) = WeightStatistics.neighborZ m weights size stride

                if pairs >= 30 then
                    $"neighbors along {name}",
                    abs z,
                    $"layer {number}: weights next to each other along {name} are correlated"
        ]
        |> List.map (fun (kind, value, text) -> kind, Some number, value, text)

/// The statistics of all layers: kind, layer, value, and what it says when too large.
let allStatistics (subject: Subject) =
    AssumptionLayers.layers subject.Network
    |> List.collect (fun (number, layer, _, _) -> layerStatistics number layer)

/// The limit of a statistic of the kind at the level.
let limitOf kind level =
    if kind = "anderson-darling" then
        WeightStatistics.andersonDarlingLimit level
    else
        WeightStatistics.normalLimit level

/// The statistics as assumptions, each at the level that splits the error budget among them.
let tested level statistics : AssumptionParts.Part list =
    statistics
    |> List.map (fun (kind, layer, value, text) ->
        {
            Kind = kind
            Layer = layer
            Value = value
            Side = Side.AtMost
            Limit = limitOf kind level
            Exact = false
            Text = text
        })

/// The level of each test when the error budget is split evenly among them.
let levelOf (settings: Settings) statistics =
    1.0 - Statistics.split settings.Confidence (List.length statistics)
