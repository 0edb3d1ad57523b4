module Inversion.Laws.LandscapeShapeLaws

open System
open Expecto
open Inversion.Networks
open Inversion.Verify
open Inversion.Verify.Claims
open Inversion.Laws.ClaimCases

let private claim = LandscapeShape.claim

let private isSupported (finding: Finding) =
    Expect.equal finding.Verdict Verdict.Supported (describe finding)

let private refutes subject =
    let finding = check claim subject

    match finding.Verdict with
    | Verdict.Refuted witness ->
        Expect.isTrue (claim.Replay subject witness).Confirmed witness.Fact
        Expect.isGreaterThan witness.Measured.Lower 0.0 witness.Fact
        Expect.equal finding.Arithmetic Arithmetic.Interval "judged in intervals"
        finding, witness
    | _ -> failtest (describe finding)

/// One code entry, through `hidden` units of the activation with these weights and biases, added up with these factors.
let private line activation (weights: float list) (biases: float list) (factors: float list) =
    GenerativeNetwork(
        Shape.Flat 1,
        [
            LinearLayer(1, weights.Length, List.toArray weights, List.toArray biases) :> Layer
            ActivationLayer(activation) :> Layer
            LinearLayer(weights.Length, 1, List.toArray factors) :> Layer
        ],
        "line"
    )
    |> Subject.ofNetwork

[<Tests>]
let tests =
    testList
        "landscape-shape"
        [
            testCase "is supported where J is convex, and where the output is monotone"
            <| fun () ->
                let linear =
                    GenerativeNetwork(Shape.Flat 2, [ LinearLayer(2, 3, [| 1.0; 2.0; -1.0; 0.5; 3.0; 1.0 |]) :> Layer ])

                for subject in
                    [
                        Subject.ofNetwork linear
                        line Activation.Tanh [ 1.0 ] [ 0.3 ] [ 2.0 ]
                        line Activation.Sigmoid [ 1.5 ] [ 0.0 ] [ -1.0 ]
                        line Activation.LeakyRelu [ 1.0; -1.0 ] [ 0.0; 0.0 ] [ 1.0; -0.5 ]
                    ] do
                    let finding = check claim subject
                    isSupported finding
                    Expect.equal (finding.Number "violations") 0.0 "none"
                    Expect.equal (finding.Number "largestViolation") 0.0 "none"
                    Expect.isGreaterThan (finding.Number "violationsUpper") 0.1 "twelve segments say little"

            testCase "is refuted where the output folds, with every activation"
            <| fun () ->
                for activation in [ Activation.Relu; Activation.LeakyRelu; Activation.Sigmoid; Activation.Tanh ] do
                    // A ridge at 0: both sides share outputs, and J rises between them.
                    let subject = line activation [ 2.0; -2.0 ] [ 1.0; 1.0 ] [ 1.0; 1.0 ]
                    let finding, witness = refutes subject
                    Expect.isGreaterThan (finding.Number "largestViolation") 0.0 $"{activation}"

                    Expect.isLessThan (witness.Measured.Upper - witness.Measured.Lower) 1e-6 "the enclosure is tight"

            testCase "drawn networks are judged whatever their activation, and the numbers fit the verdict"
            <| fun () ->
                for activation in [ "relu"; "leaky-relu"; "sigmoid"; "tanh" ] do
                    let subject =
                        Subject.ofNetwork (drawnWith WeightLaw.Gaussian activation "2x1" "8k3,8k3")

                    let finding = check claim subject

                    match finding.Verdict with
                    | Verdict.Refuted witness ->
                        Expect.isTrue (claim.Replay subject witness).Confirmed witness.Fact
                        Expect.isGreaterThan (finding.Number "largestViolation") 0.0 activation
                    | Verdict.Supported -> Expect.equal (finding.Number "largestViolation") 0.0 activation
                    | other -> failtest $"{activation}: {other}"

            testCase "the search finds a fold that random segments miss"
            <| fun () ->
                // The output rises up to 3 and falls beyond.
                let subject =
                    line Activation.Relu [ 1.0; -1.0; 1.0 ] [ 0.0; 0.0; -3.0 ] [ 1.0; -1.0; -2.0 ]

                let finding = checkWith { quick with Starts = 12 } claim subject
                Expect.equal (word finding) "refuted" (describe finding)
                Expect.equal finding.Failures 0 "no random segment"
                checkWith { quick with Starts = 0 } claim subject |> isSupported

            testCase "an ascent does not go down, and does not shrink the segment"
            <| fun () ->
                let subject = Subject.ofNetwork (drawn "3x1" "6k3,6k3")

                for number in 0..9 do
                    let start = Segments.chosen subject number ((key "a5c").Child(int64 number).Open())
                    let top = Segments.ascend subject 30 start
                    Expect.isGreaterThanOrEqual top.Score start.Score "the ascent"

                    Expect.isGreaterThanOrEqual
                        (Codes.distance top.First top.Second)
                        ((1.0 - 1e-9) * Codes.distance start.First start.Second)
                        "the ends"

                    Expect.isGreaterThanOrEqual (Segments.refine subject top).Score top.Score "the finer places"

            testCase "counts the directions at z° without effect, and how far they go"
            <| fun () ->
                let round = check claim (Subject.ofNetwork (drawn "2x1" "12k3,8k2"))
                Expect.equal (round.Number "flatDirections") 0.0 "none"
                Expect.equal (round.Number "flatRange") 0.0 "none"

                let twin =
                    drawn "3x1" "16k4,16k4"
                    |> withFirstWeights (fun w -> Array.append w[..127] w[64..127])
                    |> Subject.ofNetwork

                let flat = check claim twin
                Expect.equal (flat.Number "flatDirections") 1.0 "two columns are one"
                Expect.equal (flat.Number "flatRange") 1.0 "as far as was looked"

                let ones =
                    check claim (Subject.ofNetwork (drawnWith WeightLaw.Uniform01 "relu" "2x1" "16k4,16k4"))

                Expect.isGreaterThan (ones.Number "flatDirections") 0.0 "some z° is dark (MAK Figure 4d)"

            testCase "judges what is observed: of a fold and a straight output either alone"
            <| fun () ->
                let network =
                    GenerativeNetwork(
                        Shape.Flat 1,
                        [
                            LinearLayer(1, 2, [| 1.0; -1.0 |]) :> Layer
                            relu ()
                            LinearLayer(2, 2, [| 1.0; 1.0; 1.0; -1.0 |]) :> Layer
                        ]
                    )

                let seen rows =
                    Subject.create "seen" network (Inversion.Measurements.Subsampling(2, rows)) Provenance.Given

                refutes (seen [ 0 ]) |> ignore
                isSupported (check claim (seen [ 1 ]))

            testCase "nothing and NaN decide nothing"
            <| fun () ->
                let subject = Subject.ofNetwork (drawn "2x1" "8k3,8k3")
                let none = checkWith { quick with Trials = 0 } claim subject
                Expect.equal (word none) "undecided" "no trial"

                let broken =
                    drawn "2x1" "8k3,8k3"
                    |> withFirstWeights (Array.mapi (fun i w -> if i = 1 then nan else w))
                    |> Subject.ofNetwork

                Expect.equal (word (check claim broken)) "undecided" "NaN"
                Expect.equal (word (check claim (masked "random:0" (drawn "2x1" "8k3,8k3")))) "undecided" "nothing seen"

                let huge =
                    drawn "2x1" "8k3,8k3"
                    |> withFirstWeights (Array.map (fun w -> 1e200 * w))
                    |> Subject.ofNetwork

                Expect.equal (word (check claim huge)) "undecided" "J overflows"

            testCase "tampered witnesses do not replay"
            <| fun () ->
                let subject = line Activation.Tanh [ 2.0; -2.0 ] [ 1.0; 1.0 ] [ 1.0; 1.0 ]
                let _, witness = refutes subject

                for text, other in
                    [
                        "another claim", { witness with Claim = "descent" }
                        "another kind", { witness with Kind = "point" }
                        "another side", { witness with Side = Side.AtLeast }
                        "another limit", { witness with Allowed = -1.0 }
                        "at an end", { witness with Scalars = [ "t", 0.0 ] }
                        "beyond the end", { witness with Scalars = [ "t", 1.5 ] }
                        "nowhere", { witness with Scalars = [ "t", nan ] }
                        "one end twice", Subjects.withVector "second" (fun _ -> witness.Vector "first") witness
                        "the truth in the middle",
                        Subjects.withVector
                            "truth"
                            (fun _ ->
                                let t = witness.Scalar "t"

                                Array.map2
                                    (fun a b -> (1.0 - t) * a + t * b)
                                    (witness.Vector "first")
                                    (witness.Vector "second"))
                            witness
                        "NaN", Subjects.withVector "first" (Array.map (fun _ -> nan)) witness
                        "another length", Subjects.withVector "first" (fun _ -> [| 1.0; 2.0 |]) witness
                    ] do
                    Expect.isFalse (claim.Replay subject other).Confirmed text

                let monotone = line Activation.Tanh [ 1.0 ] [ 0.3 ] [ 2.0 ]
                Expect.isFalse (claim.Replay monotone witness).Confirmed "another network"

            testCase "the same key gives the same finding"
            <| fun () ->
                let subject = Subject.ofNetwork (drawn "2x1" "8k3,8k3")

                Expect.equal
                    (Subjects.printed [ check claim subject ])
                    (Subjects.printed [ check claim subject ])
                    "bits"
        ]
