module Inversion.Laws.AngleContractionLaws

open System
open Expecto
open Inversion.Networks
open Inversion.Randomness
open Inversion.Verify
open Inversion.Verify.Claims
open Inversion.Laws.Subjects

let private at epsilon =
    { Settings.Default with
        Epsilon = epsilon
    }

let private judge epsilon subject =
    Subjects.judge AngleContraction.claim (at epsilon) subject

let private replay subject witness =
    AngleContraction.claim.Replay subject witness

let private good = Subject.ofNetwork (drawn "2x1" "200k10" 3UL)

/// Every row a multiple of one: whatever the angle of two codes, their outputs are parallel or zero.
let private collapsed =
    drawn "2x1" "200k10" 3UL
    |> rewritten (fun _ weight ->
        let half = weight.Length / 2

        weight
        |> Array.mapi (fun i _ -> if i < half then weight[i] else 2.0 * weight[i - half]))
    |> Subject.ofNetwork

let private refuted findings =
    match witnessOf findings with
    | Some witness ->
        Expect.isTrue (Verdict.breaks witness.Side witness.Allowed witness.Measured) "the witness stands on its own"
        witness
    | None -> failtest $"not refuted: {printed findings}"

let private oneLayer activation bias =
    let network = drawn "2x1" "200k10" 3UL

    let layers =
        [
            for layer in network.Layers do
                match layer with
                | :? ConvolutionLayer as c -> ConvolutionLayer(true, 2, 200, c.Geometry, c.Weight, bias) :> Layer
                | _ -> ActivationLayer.Parse activation
        ]

    Subject.ofNetwork (GenerativeNetwork(network.InputShape, layers, "changed"))

[<Tests>]
let tests =
    testList
        "angle-contraction"
        [
            testCase "holds for a layer with 1000 rows for each channel, and for the network that it is"
            <| fun () ->
                let findings = judge 0.05 good
                Expect.hasLength findings 2 "the layer and the network"

                for finding in findings do
                    Expect.equal finding.Verdict Verdict.Supported "supported"
                    Expect.isLessThan (finding.Number "supremum") 0.1 "angles"
                    Expect.isGreaterThan (finding.Number "smallestRatio") 0.3 "ratio"

            testCase "is refuted when all rows are parallel, and the witness replays"
            <| fun () ->
                let findings = judge 0.05 collapsed
                let witness = refuted findings
                Expect.isTrue (replay collapsed witness).Confirmed "replays"
                Expect.isFalse (replay good witness).Confirmed "but not on the network that is not broken"
                Expect.isTrue (findings |> List.forall (fun f -> f.Verdict.Word = "refuted")) "layer and network"
                let network = findings |> List.filter (fun f -> f.Layer.IsNone) |> refuted
                Expect.isTrue (replay collapsed network).Confirmed "the network's replays"

            testCase "a position whose rows are few is refuted even where the block holds"
            <| fun () ->
                let subject = Subject.ofNetwork (drawn "4x1" "4k64,2k2" 3UL)
                let finding = (judge 0.05 subject).Head
                let witness = refuted [ finding ]
                Expect.stringStarts witness.Kind "position" "a position"
                Expect.isLessThan (finding.Number "supremumBlock") 0.6 "the block's angles stay near g"
                Expect.isTrue (replay subject witness).Confirmed "replays"

            testCase "a witness that was tampered with does not replay"
            <| fun () ->
                let witness = judge 0.05 collapsed |> refuted

                for text, other in
                    [
                        "another limit", { witness with Allowed = 3.2 }
                        "another layer", { witness with Layer = Some 2 }
                        "the network's", { witness with Layer = None }
                        "another kind", { witness with Kind = "block" }
                        "another measure", { witness with Kind = "block-length" }
                        "another claim", { witness with Claim = "origin" }
                        "another position", withScalar "position" 3.0 witness
                        "a zero code", withVector "x" (Array.map (fun _ -> 0.0)) witness
                        "an infinite code", withVector "x" (Array.map (fun _ -> infinity)) witness
                        "equal codes",
                        { witness with
                            Vectors = [ "x", [| 1.0; 2.0 |]; "y", [| 1.0; 2.0 |] ]
                        }
                    ] do
                    Expect.isFalse (replay collapsed other).Confirmed text

            testCase "limits that nothing can break decide nothing"
            <| fun () ->
                for finding in judge 0.5 collapsed do
                    Expect.equal finding.Verdict.Word "undecided" "undecided"
                    Expect.stringContains finding.Reason "vacuous" "says so"
                    Expect.isGreaterThan (finding.Number "supremum") 0.5 "but measured"

                let twoLayers = Subject.ofNetwork (drawn "2x1" "64k8,64k8" 3UL)
                let network = judge 0.1 twoLayers |> List.last
                Expect.stringContains network.Reason "vacuous" "4·2·√0.1 is more than π/2"

            testCase "the smallest ε that is reported would hold and a smaller one would not"
            <| fun () ->
                let finding = (judge 0.05 collapsed).Head
                let smallest = finding.Number "smallestEpsilon"

                Expect.equal
                    (max
                        (finding.Number "supremumCosine" / 5.0)
                        ((finding.Number "supremum" / 4.0) * (finding.Number "supremum" / 4.0)))
                    smallest
                    "from both bounds"

            testCase "g describes ReLU alone"
            <| fun () ->
                for activation in [ "leaky-relu:0.2"; "sigmoid"; "tanh" ] do
                    for finding in judge 0.05 (oneLayer activation null) do
                        Expect.stringContains finding.Reason "not applicable" activation

                for finding in judge 0.05 (oneLayer "relu" (Array.create 200 0.1)) do
                    Expect.stringContains finding.Reason "bias" "bias"

                for finding in judge 0.05 (oneLayer "relu" (Array.zeroCreate 200)) do
                    Expect.equal finding.Verdict Verdict.Supported "a bias of zeros is none"

            testCase "a zero vector has no angle: it is counted, never scored"
            <| fun () ->
                let zeros = Subject.ofNetwork (dense [ [ 0.0; 0.0 ]; [ 0.0; 0.0 ] ])

                for finding in judge 0.05 zeros do
                    Expect.equal finding.Verdict.Word "undecided" "undecided"
                    Expect.stringContains finding.Reason "zero" "says why"
                    Expect.equal (finding.Number "zeroOutputs") (float finding.Trials) "all of them"

                let half = (judge 0.05 (Subject.ofNetwork (dense [ [ 1.0; 0.0 ] ]))).Head
                Expect.isGreaterThan (half.Number "zeroOutputs") 0.0 "some"
                Expect.isLessThan (half.Number "zeroOutputs") (float half.Trials) "not all"

            testCase "one channel is exact"
            <| fun () ->
                let subject = Subject.ofNetwork (drawn "1x1" "8k4" 3UL)

                for finding in judge 0.05 subject do
                    Expect.equal finding.Verdict Verdict.Supported "supported"
                    Expect.isLessThan (finding.Number "supremum") 1e-12 "0 and π go to 0 and π/2"

            testCase "without trials nothing is supported"
            <| fun () ->
                for settings in
                    [
                        { at 0.05 with Trials = 0 }
                        { at 0.05 with
                            Trials = 0
                            Starts = 0
                            Steps = 0
                        }
                    ] do
                    for finding in Subjects.judge AngleContraction.claim settings good do
                        Expect.equal finding.Verdict.Word "undecided" "undecided"

            testCase "NaN and infinite weights and an empty mask are undecided"
            <| fun () ->
                let broken bad =
                    drawn "2x1" "200k10" 3UL
                    |> rewritten (fun _ weight -> weight |> Array.mapi (fun i w -> if i = 7 then bad else w))
                    |> Subject.ofNetwork

                for subject in [ broken nan; broken infinity; drawn "2x2" "20k2" 3UL |> masked "random:0" ] do
                    for finding in judge 0.05 subject do
                        Expect.equal finding.Verdict.Word "undecided" "undecided"

            testCase "the enclosure of cos g agrees with the float formula"
            <| fun () ->
                for theta in [ 0.0; 1e-6; 0.3; Math.PI / 2.0; 3.0; Math.PI ] do
                    let enclosure =
                        BlockEnclosure.cosContracted (Inversion.Verify.Exact.Interval.ofFloat theta)

                    Expect.isLessThan (enclosure.Upper - enclosure.Lower) 1e-14 "narrow"
                    Expect.isLessThan (abs (enclosure.Lower - Theory.cosContracted theta)) 1e-14 "agrees"

            testCase "the search beats 20,000 random pairs"
            <| fun () ->
                let layer =
                    (BlockedLayer.ofSubject (Subject.ofNetwork (drawn "6x1" "48k1" 4UL))).Head

                let map = AngleMaps.ofBlock layer.Blocks.Head
                let stream = (RandomKey 21UL).Open()
                let mutable sampled = 0.0

                for _ in 1..20000 do
                    let x, y = Search.gaussian stream 6, Search.gaussian stream 6
                    let struct (p, q) = map.Forward x y
                    let output = Theory.angle p q

                    if not (Double.IsNaN output) then
                        sampled <- max sampled (abs (output - Theory.contract (Theory.angle x y)))

                let found =
                    AngleSearch.run
                        (AngleSearch.effort Settings.Default 1 map)
                        (RandomKey 1UL)
                        System.Threading.CancellationToken.None
                        (fun _ -> false)
                        map

                Expect.isGreaterThan found.Angle.Value.Angle sampled "the worst case"

            testCase "the same key gives the same findings"
            <| fun () ->
                let subject = Subject.ofNetwork (drawn "4x2" "16k4,8k4" 3UL)
                Expect.equal (printed (judge 0.1 subject)) (printed (judge 0.1 subject)) "bit by bit"
        ]
