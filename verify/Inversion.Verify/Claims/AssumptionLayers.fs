/// The layers with weights, as Theorem 1 counts them, and how they expand.
module internal Inversion.Verify.Claims.AssumptionLayers

open Inversion.Networks
open Inversion.Verify

/// The layers with weights: number from 1, the layer, and what stands between it and the next one.
let layers (network: GenerativeNetwork) =
    let indices =
        [
            for i in 0 .. network.Layers.Length - 1 do
                if network.Layers[i] :? AffineLayer then
                    i
        ]

    indices
    |> List.mapi (fun at index ->
        let next =
            if at + 1 < indices.Length then
                indices[at + 1]
            else
                network.Layers.Length

        let between = [ for i in index + 1 .. next - 1 -> network.Layers[i] ]

        let following =
            if next < network.Layers.Length then
                Some network.Layers[next]
            else
                None

        at + 1, network.Layers[index] :?> AffineLayer, between, following)

/// C_iℓ/(C_{i−1} log C_{i−1}); +∞ for one channel, whose logarithm is 0.
let expansion (layer: AffineLayer) =
    let rows =
        match layer with
        | :? ConvolutionLayer as convolution -> convolution.Geometry.Taps * layer.OutputChannels / convolution.Groups
        | _ -> layer.OutputChannels

    let inputs =
        match layer with
        | :? ConvolutionLayer as convolution -> layer.InputChannels / convolution.Groups
        | _ -> layer.InputChannels

    Theory.expansion rows inputs
