/// Subjects and questions that the laws of several claims share.
module Inversion.Laws.ClaimCases

open System.Threading
open Expecto
open Inversion.Measurements
open Inversion.Networks
open Inversion.Randomness
open Inversion.Verify

let key (text: string) = RandomKey.Parse text

/// Few trials: the laws ask for the verdict, not for the sharpest number.
let quick =
    { Settings.Default with
        Trials = 12
        Starts = 4
        Steps = 60
    }

let drawn input layers =
    NetworkBuilder(Input = Shape.Parse input, Layers = layers).Draw(key "2a9")

let drawnWith (law: WeightLaw) activation input layers =
    NetworkBuilder(Input = Shape.Parse input, Layers = layers, Law = law, Activation = activation).Draw(key "2a9")

let masked pattern (network: GenerativeNetwork) =
    Subject.create network.Name network (MaskPattern.Parse(pattern, network, key "77")) Provenance.Given

let sensed count (network: GenerativeNetwork) =
    let measurement =
        GaussianSensing(Subsampling.All network.OutputDimension, count, key "78")

    Subject.create network.Name network measurement Provenance.Given

let relu () =
    ActivationLayer(Activation.Relu) :> Layer

/// One dense layer with these rows and a ReLU.
let dense (rows: float list list) =
    let inputs = rows.Head.Length
    let weights = rows |> List.concat |> List.toArray

    GenerativeNetwork(Shape.Flat inputs, [ LinearLayer(inputs, rows.Length, weights) :> Layer; relu () ], "dense")

/// The network with the weights of its first layer changed.
let withFirstWeights (change: float[] -> float[]) (network: GenerativeNetwork) =
    let layers =
        network.Layers
        |> Seq.mapi (fun i layer ->
            match layer with
            | :? ConvolutionLayer as convolution when i = 0 ->
                ConvolutionLayer(
                    convolution.Transposed,
                    convolution.InputChannels,
                    convolution.OutputChannels,
                    convolution.Geometry,
                    change convolution.Weight,
                    convolution.Bias,
                    convolution.Groups
                )
                :> Layer
            | :? LinearLayer as linear when i = 0 ->
                LinearLayer(linear.InputChannels, linear.OutputChannels, change linear.Weight, linear.Bias) :> Layer
            | other -> other)

    GenerativeNetwork(network.InputShape, layers, network.Name + " changed")

let checkWith settings (claim: Claim) subject =
    claim.Check settings (key "5eed") CancellationToken.None subject
    |> List.exactlyOne

let check claim subject = checkWith quick claim subject

let word (finding: Finding) = finding.Verdict.Word

let describe (finding: Finding) =
    $"%A{finding.Verdict} %A{finding.Measured} {finding.Reason}"

let isSupported (finding: Finding) =
    Expect.equal (word finding) "supported" (describe finding)

/// Undecided, for a reason that mentions the words.
let isUndecided (words: string) (finding: Finding) =
    match finding.Verdict with
    | Verdict.Undecided reason -> Expect.stringContains reason words "the reason"
    | _ -> failtest $"decided: {describe finding}"

/// The witness; also checks that it replays and that it breaks its own limit.
let isRefuted (claim: Claim) subject (finding: Finding) =
    match finding.Verdict with
    | Verdict.Refuted witness ->
        let again = claim.Replay subject witness
        Expect.isTrue again.Confirmed again.Note
        Expect.isTrue (Verdict.breaks witness.Side witness.Allowed witness.Measured) "the witness stands on its own"
        Expect.equal again.Measured witness.Measured "the replay measures the same"
        witness
    | _ -> failtest $"the broken subject survived: {describe finding}"

let withVector name (change: float[] -> float[]) (witness: Witness) =
    { witness with
        Vectors =
            witness.Vectors
            |> List.map (fun (n, values) -> n, (if n = name then change values else values))
    }

/// The same numbers but for the time they took.
let sameFinding (claim: Claim) subject =
    let first, second = check claim subject, check claim subject
    let print (finding: Finding) = $"%A{ { finding with Seconds = 0.0 } }"
    Expect.equal (print first) (print second) "same key, same finding"
