/// Where the function g describes a layer, and where not.
module internal Inversion.Verify.Claims.AngleObstacles

open Inversion.Networks
open Inversion.Verify

/// What stands between the weights at `index` and the next layer with weights.
let private above (network: GenerativeNetwork) index =
    network.Layers
    |> Seq.skip (index + 1)
    |> Seq.takeWhile (fun layer -> not (layer :? AffineLayer))
    |> Seq.toList

let private hasBias (layer: AffineLayer) =
    match layer.Bias with
    | null -> false
    | bias -> Array.exists (fun b -> b <> 0.0) bias

/// Why g does not describe a layer; None when it does.
let obstacle (network: GenerativeNetwork) (layer: BlockedLayer) =
    let next =
        above network layer.Index
        |> List.tryFind (fun other -> not (other :? ReshapeLayer || other :? UpsampleLayer))

    match next with
    | _ when hasBias layer.Affine -> Some $"layer {layer.Number} has a bias"
    | Some(:? ActivationLayer as activation) when activation.Activation = Activation.Relu -> None
    | Some other -> Some $"layer {layer.Number} is followed by {other.Kind}; g describes ReLU alone"
    | None -> Some $"layer {layer.Number} is followed by no ReLU"

/// True when the next layer reads this layer's output position by position.
let feedsPositions (network: GenerativeNetwork) (layer: BlockedLayer) =
    let between = above network layer.Index
    let next = layer.Index + 1 + between.Length

    next < network.Layers.Length
    && network.Layers[next] :? ConvolutionLayer
    && between
       |> List.forall (fun other -> other :? ActivationLayer || other :? UpsampleLayer)
