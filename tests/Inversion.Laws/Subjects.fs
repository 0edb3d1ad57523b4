/// Networks that the laws of the claims about layers are tried on.
module Inversion.Laws.Subjects

open System.Threading
open Inversion.Measurements
open Inversion.Networks
open Inversion.Randomness
open Inversion.Verify

/// A drawn network.
let drawn input layers (seed: uint64) =
    NetworkBuilder(Input = Shape.Parse input, Layers = layers).Draw(RandomKey seed)

/// A network drawn from another law.
let drawnFrom law input layers (seed: uint64) =
    NetworkBuilder(Input = Shape.Parse input, Layers = layers, Law = law).Draw(RandomKey seed)

/// One dense ReLU layer with these rows, as a caller would hand it over.
let dense (rows: float list list) =
    let inputs = rows.Head.Length

    GenerativeNetwork(
        Shape.Flat inputs,
        [
            LinearLayer(inputs, rows.Length, rows |> List.concat |> List.toArray) :> Layer
            ActivationLayer Activation.Relu
        ],
        "dense"
    )

/// A network with its layers with weights rewritten: number from 1, old weights, new weights.
let rewritten (change: int -> float[] -> float[]) (network: GenerativeNetwork) =
    let mutable number = 0

    let layers =
        [
            for layer in network.Layers do
                match layer with
                | :? ConvolutionLayer as c ->
                    number <- number + 1

                    ConvolutionLayer(
                        c.Transposed,
                        c.InputChannels,
                        c.OutputChannels,
                        c.Geometry,
                        change number c.Weight,
                        c.Bias,
                        c.Groups
                    )
                    :> Layer
                | :? LinearLayer as linear ->
                    number <- number + 1
                    LinearLayer(linear.InputChannels, linear.OutputChannels, change number linear.Weight, linear.Bias)
                | other -> other
        ]

    GenerativeNetwork(network.InputShape, layers, "rewritten")

/// The network seen through a mask.
let masked mask (network: GenerativeNetwork) =
    let measurement = MaskPattern.Parse(mask, network, RandomKey 77UL)
    let whole = Subject.ofNetwork network
    Subject.create network.Name network measurement whole.Provenance

/// Judges a subject.
let judge (claim: Claim) (settings: Settings) subject =
    claim.Check settings (RandomKey 5UL) CancellationToken.None subject

/// The witness of the first refuted finding.
let witnessOf findings =
    findings
    |> List.tryPick (fun (finding: Finding) ->
        match finding.Verdict with
        | Verdict.Refuted witness -> Some witness
        | _ -> None)

/// The findings as reports print them: what two runs must share.
let printed (findings: Finding list) =
    findings
    |> List.map (fun finding -> (Json.ofFinding None finding).ToJsonString())

/// The witness with one named vector changed.
let withVector name change (witness: Witness) =
    { witness with
        Vectors =
            witness.Vectors
            |> List.map (fun (key, values) -> key, (if key = name then change values else values))
    }

/// The witness with one named number changed.
let withScalar name value (witness: Witness) =
    { witness with
        Scalars =
            witness.Scalars
            |> List.map (fun (key, old) -> key, (if key = name then value else old))
    }
