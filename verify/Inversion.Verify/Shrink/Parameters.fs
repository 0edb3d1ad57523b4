/// The numbers of a network as arrays that can be changed.
[<RequireQualifiedAccess>]
module internal Inversion.Verify.Shrinking.Parameters

open Inversion.Networks

/// Every array of parameters, in order: weights, then the bias, of each layer that has them.
let read (network: GenerativeNetwork) =
    [|
        for layer in network.Layers do
            match layer with
            | :? AffineLayer as affine ->
                affine.Weight

                match affine.Bias with
                | null -> ()
                | bias -> bias
            | :? ChannelAffineLayer as channel ->
                channel.Scale
                channel.Shift
            | _ -> ()
    |]

/// The network with these arrays, in the order of `read`; a bias of zeros is left out. Nothing in it is drawn any more: it has no origin
/// and no nominal scales.
let write (network: GenerativeNetwork) (arrays: float[][]) =
    let mutable next = 0

    let take () =
        next <- next + 1
        arrays[next - 1]

    let bias (layer: AffineLayer) : float[] | null =
        match layer.Bias with
        | null -> null
        | _ ->
            let values = take ()

            if Array.forall (fun b -> b = 0.0) values then
                null
            else
                values

    let layers =
        [
            for layer in network.Layers do
                match layer with
                | :? ConvolutionLayer as c ->
                    let weight = take ()

                    ConvolutionLayer(
                        c.Transposed,
                        c.InputChannels,
                        c.OutputChannels,
                        c.Geometry,
                        weight,
                        bias c,
                        c.Groups
                    )
                    :> Layer
                | :? LinearLayer as linear ->
                    let weight = take ()
                    LinearLayer(linear.InputChannels, linear.OutputChannels, weight, bias linear)
                | :? ChannelAffineLayer ->
                    let scale = take ()
                    ChannelAffineLayer(scale, take ())
                | other -> other
        ]

    GenerativeNetwork(network.InputShape, layers, network.Name)
