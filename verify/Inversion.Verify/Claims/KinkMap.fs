namespace Inversion.Verify.Claims

open System
open Inversion.Measurements
open Inversion.Networks
open Inversion.Networks.Engine

/// A unit where G bends: an activation layer (its index among the network's layers) and the unit's flattened index in it.
[<Struct>]
type KinkUnit = { Layer: int; Index: int }

/// The kinks of a piecewise linear G near one code: on which side every unit is, the gradient b of a unit's pre-activation,
/// and the jump δ of J's slope across the unit: D_v J = g·v + Σ δ max(b·v, 0) for units at zero in one layer, g taken on their inactive side.
/// Float64, for searches only. One thread at a time.
type KinkMap(engine: NetworkEngine<float>, measurement: Measurement) =
    let network = engine.Network
    let workspace = NetworkWorkspace<float>()
    let output = Array.zeroCreate<float> network.OutputDimension

    let layers =
        [|
            for i in 0 .. network.Layers.Length - 1 do
                match network.Layers[i] with
                | :? ActivationLayer as activation when activation.IsPiecewiseLinear -> i, activation.Slope
                | _ -> ()
        |]

    /// The layers from..upto as a network of their own; the identity in front lets the part be empty.
    let part from upto =
        let input = network.Shapes[from]

        let inside =
            [ for i in from .. upto - 1 -> network.Layers[i] ]
            |> List.append [ ReshapeLayer input :> Layer ]

        lazy (NetworkEngine<float>(GenerativeNetwork(input, inside)))

    let below = dict [ for i, _ in layers -> i, part 0 i ]
    let above = dict [ for i, _ in layers -> i, part (i + 1) network.Layers.Length ]
    let slopes = dict layers

    let copy layer =
        let values = Array.zeroCreate network.Shapes[layer].Length
        engine.CopyLayerInput(workspace, layer, 0, Span values)
        values

    let forward (code: float[]) =
        engine.Forward(workspace, ReadOnlySpan code, Span output, 1)

    /// Pre-activations of every bending unit, one array a layer.
    member _.PreActivations(code: float[]) =
        forward code
        layers |> Array.map (fun (i, _) -> copy i)

    /// The pre-activation of one unit.
    member _.PreActivation (code: float[]) (unit: KinkUnit) =
        forward code
        (copy unit.Layer)[unit.Index]

    /// The units that lie on different sides, those of `except` left out; at most `limit` of them.
    member _.Flipped (except: Set<struct (int * int)>) limit (first: float[][]) (second: float[][]) =
        let found = ResizeArray()

        for l in 0 .. layers.Length - 1 do
            let a, b = first[l], second[l]
            let layer = fst layers[l]

            for i in 0 .. a.Length - 1 do
                if
                    (a[i] > 0.0) <> (b[i] > 0.0)
                    && found.Count < limit
                    && not (except.Contains(struct (layer, i)))
                then
                    found.Add struct ({ Layer = layer; Index = i }, a[i], b[i])

        found.ToArray()

    /// b: the gradient of a unit's pre-activation at a code, relu'(0) = 0 below it.
    member _.Normal (code: float[]) (unit: KinkUnit) =
        let engine = below[unit.Layer].Value
        let space = NetworkWorkspace<float>()
        let values = Array.zeroCreate engine.Network.OutputDimension
        engine.Forward(space, ReadOnlySpan code, Span values, 1)
        let cotangent = Array.zeroCreate values.Length
        cotangent[unit.Index] <- 1.0
        let gradient = Array.zeroCreate code.Length
        engine.Backward(space, ReadOnlySpan cotangent, Span gradient)
        gradient

    /// δ of a unit at a code, given the residual A G(z) − y there; times 1 − slope for a leaky ReLU.
    member _.Jump (code: float[]) (residual: float[]) (unit: KinkUnit) =
        forward code

        let activations =
            if unit.Layer + 1 < network.Layers.Length then
                copy (unit.Layer + 1)
            else
                output

        let engine = above[unit.Layer].Value
        let space = NetworkWorkspace<float>()
        let signal = Array.zeroCreate engine.Network.OutputDimension
        engine.Forward(space, ReadOnlySpan activations, Span signal, 1)
        measurement.ApplyAdjoint<float>(ReadOnlySpan residual, Span signal)
        let sensitivities = Array.zeroCreate activations.Length
        engine.Backward(space, ReadOnlySpan signal, Span sensitivities)
        (1.0 - slopes[unit.Layer]) * sensitivities[unit.Index]

    /// Bending units of the first activation layer; none for a smooth network.
    member _.FirstLayer =
        match layers with
        | [||] -> [||]
        | _ ->
            let layer = fst layers[0]

            [|
                for i in 0 .. network.Shapes[layer].Length - 1 -> { Layer = layer; Index = i }
            |]
