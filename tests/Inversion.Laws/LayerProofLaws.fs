module Inversion.Laws.LayerProofLaws

open System
open System.IO
open System.Threading
open Expecto
open Inversion.Certificates
open Inversion.Networks
open Inversion.Networks.Formats
open Inversion.Verify
open Inversion.Verify.Claims
open Inversion.Verify.Proofs
open Inversion.Laws.ConeProofCases
open Inversion.Laws.Subjects

/// The decision on layer `number`, with the network in network.safetensors and the certificate in layer.json.
let private decide (folder: Folder) number epsilon budget (subject: Subject) =
    let weights = folder.File "network.safetensors"
    NetworkFile.Write(subject.Network, weights)

    Prover.decideLayer
        "weight-concentration"
        {
            Subject = subject
            Truth = None
            Epsilon = epsilon
            Budget = budget
            Weights = weights
            Sha256 = hashOf weights
            Progress = ignore
            Cancellation = CancellationToken.None
        }
        number
        (folder.File "layer.json")

let private accepts (folder: Folder) (certificate: string) (part: string) text =
    match verdictOn (folder.File "network.safetensors") certificate with
    | Ok statement -> Expect.stringContains statement part text
    | Error why -> failtest $"{text}: {why}"

let private rejects (folder: Folder) (certificate: string) (part: string) text =
    match verdictOn (folder.File "network.safetensors") certificate with
    | Ok statement -> failtest $"{text}: accepted: {statement}"
    | Error why -> Expect.stringContains why part text

let private replaced (old: string) (fresh: string) (text: string) =
    Expect.stringContains text old "what is replaced is there"
    text.Replace(old, fresh)

let private upper number subject =
    judge WeightConcentration.claim Settings.Default subject
    |> List.find (fun finding -> finding.Layer = Some number)
    |> fun finding -> finding.Number "supremumUpper"

/// A dense layer whose rows are spread evenly over half-circles: its deviation is small.
let private even count change =
    dense
        [
            for j in 0 .. count - 1 do
                let t = 2.0 * Math.PI * float j / float count
                yield change j [ cos t; sin t ]
        ]

[<Tests>]
let tests =
    testList
        "proofs of layers"
        [
            testCase "the checker reads the same blocks from the file as the claim judges"
            <| fun () ->
                for input, layers, mask in
                    [
                        "1x2", "8k2,4k2", "all"
                        "2x2", "6k3,5k2", "random:0.5"
                        "2x2", "6k3,5k2", "block:0"
                        "3x4", "6k5s3p2", "random:0.7"
                        "3x4", "6k3s2p1,4k4s2p1", "all"
                        "3x2x2", "4k2s2,3k3s1p1", "random:0.6"
                        "2x3", "6k3,dense5", "random:0.6"
                    ] do
                    use folder = new Folder()
                    let subject = drawn input layers 3UL |> masked mask
                    let file = folder.File "network.safetensors"
                    NetworkFile.Write(subject.Network, file)

                    for layer in BlockedLayer.ofSubject subject do
                        let observed = AngleMaps.observed subject

                        let k, blocks, struct (some, all) = Blocks.read file layer.Number (Some observed)
                        let text = $"{input} {layers} {mask}, layer {layer.Number}"
                        Expect.equal k layer.Input.Channels $"{text}: channels"
                        Expect.equal (float some / float all) layer.Rate $"{text}: rate"

                        Expect.equal
                            (blocks |> Array.map (fun (struct (_, rows)) -> rows))
                            (ConcentrationProof.blocks layer)
                            $"{text}: rows"

            testCase "a dense layer behind a reshape has one block, an upsampling above takes the mask away"
            <| fun () ->
                use folder = new Folder()
                let file = folder.File "network.safetensors"
                let linear = LinearLayer(2, 4, [| 1.0; 0.0; 0.0; 1.0; -1.0; 0.0; 0.0; -2.0 |])

                let network =
                    GenerativeNetwork(
                        Shape.Flat 2,
                        [
                            linear :> Layer
                            ActivationLayer Activation.Relu
                            ReshapeLayer(Shape.Sequence(2, 2))
                            UpsampleLayer(1, 2)
                        ],
                        "up"
                    )

                NetworkFile.Write(network, file)
                let k, blocks, struct (some, all) = Blocks.read file 1 (Some [| 0 |])
                Expect.equal (k, some, all) (2, 4, 4) "whole"

                Expect.equal
                    blocks
                    [|
                        struct (0, [| [| -1.0; 0.0 |]; [| 0.0; -2.0 |]; [| 0.0; 1.0 |]; [| 1.0; 0.0 |] |])
                    |]
                    "rows"

                Expect.throwsT<Rejected> (fun () -> Blocks.read file 2 None |> ignore) "no second layer"

            testCase "weight-concentration is proved just above its supremum, and the file's own rows bear it"
            <| fun () ->
                for input, layers, mask, number in
                    [
                        "1x2", "8k2,4k2", "all", 1
                        "2x1", "128k2,4k2", "all", 1
                        "1x1", "2k1,24k4", "random:0.5", 2
                        "2x2", "20k3", "random:0.5", 1
                        "3x1", "12k1", "all", 1
                    ] do
                    use folder = new Folder()
                    let subject = drawn input layers 3UL |> masked mask
                    let text = $"{input} {layers} {mask}"

                    match decide folder number (1.1 * upper number subject) 30000 subject with
                    | Decision.Proved statement ->
                        let certificate = File.ReadAllText(folder.File "layer.json")
                        accepts folder certificate statement text
                        Expect.stringContains statement $"layer {number}" text

                        Expect.equal
                            (statement.Contains "observed weights")
                            (mask <> "all")
                            $"{text}: says what is measured"

                        // Another network of the same shape, by its own hash.
                        let hash = hashOf (folder.File "network.safetensors")
                        let other = drawn input layers 4UL
                        NetworkFile.Write(other, folder.File "network.safetensors")
                        rejects folder certificate "other weights" $"{text}: other weights"

                        NetworkFile.Write(
                            rewritten (fun _ -> Array.map ((*) 2.0)) subject.Network,
                            folder.File "network.safetensors"
                        )

                        let renamed = replaced hash (hashOf (folder.File "network.safetensors")) certificate
                        rejects folder renamed "may deviate" $"{text}: rows doubled"
                    | other -> failtest $"{text}: {word other}"

            testCase "every changed node and number is noticed"
            <| fun () ->
                use folder = new Folder()
                let subject = Subject.ofNetwork (even 16 (fun _ w -> w))
                let epsilon = 1.2 * upper 1 subject
                Expect.stringStarts (word (decide folder 1 epsilon 30000 subject)) "proved" "proved"
                let certificate = File.ReadAllText(folder.File "layer.json")
                let lines = certificate.Split '\n'

                for at in 1 .. lines.Length - 3 do
                    let flipped = if lines[at].StartsWith '0' then "1" else "0"

                    let changed =
                        lines
                        |> Array.mapi (fun i line -> if i = at then flipped + line.Substring 1 else line)
                        |> String.concat "\n"

                    rejects folder changed "node" $"node {at}"

                rejects folder (replaced "\"layer\":1" "\"layer\":2" certificate) "no layer 2" "another layer"
                rejects folder (replaced "\"scale\":" "\"scale\":0.5e0,\"s\":" certificate) "may deviate" "scale"
                rejects folder (replaced "\"epsilon\":[" "\"epsilon\":[1,1000],\"e\":[" certificate) "may deviate" "ε"
                rejects folder (replaced "\"observed\":[0,1,2,3," "\"observed\":[" certificate) "may deviate" "a mask"
                rejects folder (replaced "proved" "supported" certificate) "not covered" "the verdict"

            testCase "a layer broken in the condition is refuted, in codes that the checker tries itself"
            <| fun () ->
                use folder = new Folder()
                let good = Subject.ofNetwork (even 64 (fun _ w -> w))
                let epsilon = 0.08
                Expect.stringStarts (word (decide folder 1 epsilon 30000 good)) "proved" "spread evenly"

                // Rows of the right half doubled: no scale repairs it.
                let bad =
                    Subject.ofNetwork (even 64 (fun j w -> if j < 16 then List.map ((*) 2.0) w else w))

                match decide folder 1 epsilon 30000 bad with
                | Decision.Refuted statement ->
                    Expect.stringContains statement "‖F₊ₓᵀF₊ᵧ − Q‖ > 8/100" "what is refuted"
                | other -> failtest $"the mutant survived: {word other}"

                let certificate = File.ReadAllText(folder.File "layer.json")
                accepts folder certificate "input position 0" "as written"
                // The scale that the good layer has would hide nothing either; a large ε does.
                rejects folder (replaced "\"epsilon\":[8,100]" "\"epsilon\":[8,10]" certificate) "no block deviates" "ε"
                rejects folder (replaced "\"u\":[" "\"u\":[0,0],\"v\":[" certificate) "not all 0" "no direction"
                rejects folder (replaced "\"x\":[" "\"x\":[1],\"w\":[" certificate) "not all 0" "a code too short"

                let opposite =
                    (replaced "\"y\":[" "\"y\":[-1,0],\"w\":[" certificate)
                    |> replaced "\"x\":[" "\"x\":[1,0],\"t\":["

                rejects folder opposite "no block deviates" "codes that do not deviate"
                rejects folder (replaced "refuted" "proved" certificate) "the nodes end" "a proof without nodes"

                // Any number of channels can be refuted.
                match decide folder 1 0.1 30000 (drawn "6x2" "24k2" 3UL |> masked "random:0.5") with
                | Decision.Refuted statement -> Expect.stringContains statement "observed weights" "a masked layer"
                | other -> failtest $"the mutant survived: {word other}"

            testCase "what is not decided says why and leaves no file"
            <| fun () ->
                use folder = new Folder()

                let undecided part epsilon budget subject =
                    match decide folder 1 epsilon budget subject with
                    | Decision.Undecided why -> Expect.stringContains why part "the reason"
                    | other -> failtest $"decided: {word other}"

                    Expect.isFalse (File.Exists(folder.File "layer.json")) "no file"

                undecided "20 pairs of cells do not prove layer 1" 0.3 20 (Subject.ofNetwork (even 64 (fun _ w -> w)))
                undecided "blocks of 4 columns" 3.9 30000 (Subject.ofNetwork (drawn "4x1" "256k4" 3UL))
        ]
