/// The pictures of an audit's claims, computed anew from its networks: each is drawn from the run's seed, so that the same run gives the same pictures.
[<RequireQualifiedAccess>]
module Inversion.Report.AuditFigures

open System.Text.Json
open Inversion.Networks
open Inversion.Randomness
open Inversion.Verify

/// Networks that a claim is drawn for: a page stays readable and small.
let private mostNetworks = 6

/// Weights of these layers are drawn.
let private mostLayers = 8

let private epsilonOf (run: Run) =
    match run.Plan["epsilon"] with
    | null -> Settings.Default.Epsilon
    | node when node.GetValueKind() = JsonValueKind.Number -> node.GetValue<float>()
    | node ->
        match System.Double.TryParse(string node, System.Globalization.CultureInfo.InvariantCulture) with
        | true, value -> value
        | _ -> Settings.Default.Epsilon

let private fileName claim (network: string) = Page.anchor [ claim; network ]

/// The pictures of a claim. `subjectOf` gives the networks by name: of an ensemble the first; None where a network is not at hand.
let pictures (subjectOf: string -> Subject option) (run: Run) (claim: string) : Picture list =
    let entries = run.Findings |> List.filter (fun entry -> entry.Claim = claim)
    let epsilon = epsilonOf run
    let key = RandomKey.Parse(string run.Summary["seed"])

    let subjects =
        entries
        |> List.map _.Network
        |> List.distinct
        |> List.choose (fun network -> subjectOf network |> Option.map (fun subject -> network, subject))
        |> List.filter (fun (_, subject) -> (Subject.defect subject).IsNone)
        |> List.truncate mostNetworks

    match claim with
    | "weight-concentration"
    | "whitened-concentration" -> LayerFigures.againstWidth subjectOf entries epsilon claim |> Option.toList
    | "angle-contraction" ->
        [
            for network, subject in subjects do
                if subject.Network.LatentDimension > 1 then
                    let isRefuted =
                        entries
                        |> List.exists (fun entry -> entry.Network = network && entry.Verdict = "refuted")

                    LayerFigures.angles subject key isRefuted (fileName claim network)
        ]
    | "expected-landscape" ->
        subjects
        |> List.map (fun (_, subject) -> subject.Network.Depth)
        |> List.distinct
        |> List.map (fun depth -> LandscapeFigures.expected depth epsilon)
    | "descent" ->
        [
            for network, subject in subjects do
                let measured =
                    entries
                    |> List.find (fun entry -> entry.Network = network)
                    |> fun entry -> entry.Value "rho"

                let rho =
                    if measured > 0.0 then
                        measured
                    else
                        Theory.rho subject.Network.Depth

                let witness =
                    entries
                    |> List.tryPick (fun entry ->
                        match entry.Witness with
                        | Some witness when entry.Network = network && entry.Verdict = "refuted" ->
                            Some(witness, entry.WitnessSubject |> Option.defaultValue network)
                        | _ -> None)

                yield!
                    DescentFigures.ends subject key rho epsilon witness (fileName claim network)
                    |> Option.toList
        ]
    | "landscape-shape" ->
        [
            for network, subject in subjects do
                if subject.Network.LatentDimension = 2 then
                    yield! LandscapeFigures.plane subject key (fileName "plane" network) |> Option.toList

            for entry in entries |> List.truncate mostNetworks do
                match entry.Witness, entry.WitnessSubject |> Option.bind subjectOf with
                | Some witness, Some subject when witness.Kind = "segment" ->
                    yield LandscapeFigures.segment subject witness (fileName "segment" entry.Network)
                | _ -> ()
        ]
    | "gaussian-weights" ->
        // A mask leaves the weights as they are: each network's are drawn once.
        [
            for network, subject in
                subjects
                |> List.distinctBy (fun (_, subject) -> Fingerprint.ofNetwork subject.Network) do
                let layers =
                    subject.Network.Layers
                    |> Seq.choose (fun layer ->
                        match layer with
                        | :? AffineLayer as affine -> Some affine
                        | _ -> None)

                for number, layer in Seq.indexed layers do
                    if layer.Weight.Length > 1 then
                        LayerFigures.weights subject (number + 1) layer (fileName $"weights-{number + 1}" network)
        ]
        |> List.truncate mostLayers
    | _ -> []
