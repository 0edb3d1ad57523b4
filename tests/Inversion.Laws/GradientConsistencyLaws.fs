module Inversion.Laws.GradientConsistencyLaws

open Expecto
open Inversion.Networks
open Inversion.Networks.Engine
open Inversion.Verify
open Inversion.Verify.Claims
open Inversion.Laws.ClaimCases

let private claim = GradientConsistency.claim

/// The subject with the fast path of another network.
let private withEngineOf (other: GenerativeNetwork) (subject: Subject) =
    { subject with
        Engine = NetworkEngine<float> other
    }

let private activated activation input layers =
    drawnWith WeightLaw.Gaussian activation input layers

let private biased =
    GenerativeNetwork(
        Shape.Flat 2,
        [
            LinearLayer(2, 3, [| 1.0; 0.5; -0.25; 1.0; 1.0; 1.0 |], [| 0.5; -1.0; 0.0 |])
            relu ()
            LinearLayer(3, 4, Array.init 12 (fun i -> float (i % 5) - 1.7), [| 0.1; 0.2; -0.3; 0.4 |])
            ActivationLayer(Activation.Tanh)
        ]
    )

/// Small integers everywhere: units are exactly zero at many codes.
let private integers =
    GenerativeNetwork(
        Shape.Flat 3,
        [
            LinearLayer(3, 6, Array.init 18 (fun i -> float (i * 7 % 5) - 2.0))
            relu ()
            LinearLayer(6, 5, Array.init 30 (fun i -> float (i * 11 % 7) - 3.0))
            relu ()
        ]
    )

[<Tests>]
let tests =
    testList
        "gradient-consistency"
        [
            testCase "is supported for every kind of layer, activation and measurement"
            <| fun () ->
                let subjects =
                    [
                        Subject.ofNetwork (drawn "3x1" "8k3,8k3")
                        Subject.ofNetwork (drawn "2x3x2" "4k3s2p1o1,3k4s2p1")
                        Subject.ofNetwork (drawn "3x2" "5k2,dense7")
                        Subject.ofNetwork (activated "leaky-relu:0.2" "3x1" "8k3,8k3")
                        Subject.ofNetwork (activated "sigmoid" "3x1" "8k3,8k3")
                        Subject.ofNetwork (activated "tanh" "3x2" "8k3s2,4k3")
                        Subject.ofNetwork biased
                        Subject.ofNetwork integers
                        drawn "3x2" "8k3,8k3" |> masked "random:0.5"
                        drawn "3x1" "8k3,8k3" |> sensed 10
                    ]

                for subject in subjects do
                    let finding = check claim subject
                    isSupported finding
                    Expect.isLessThanOrEqual (finding.Number "worstShareOfAllowed") 1.0 subject.Name

            testCase "compares derivatives on exact kinks of an integer network"
            <| fun () ->
                let finding = check claim (Subject.ofNetwork integers)
                Expect.equal (finding.Number "pointsWithoutDerivatives") 0.0 finding.Reason

            testCase "takes central differences inside cones"
            <| fun () ->
                let finding = check claim (Subject.ofNetwork (drawn "3x1" "8k3,8k3"))
                Expect.isGreaterThan (finding.Number "centralDifferences") 0.0 "some step crosses no kink"

            testCase "is refuted when one weight of the engine is off by a billionth"
            <| fun () ->
                let network = drawn "3x1" "8k3,8k3"

                let tampered =
                    network
                    |> withFirstWeights (Array.mapi (fun i w -> if i = 5 then w * (1.0 + 1e-9) else w))

                let subject = Subject.ofNetwork network |> withEngineOf tampered
                check claim subject |> isRefuted claim subject |> ignore

            testCase "is refuted when the engine has another slope, activation or bias"
            <| fun () ->
                let cases =
                    [
                        activated "leaky-relu:0.2" "3x1" "8k3,8k3", activated "leaky-relu:0.2000001" "3x1" "8k3,8k3"
                        drawn "3x1" "8k3,8k3", activated "leaky-relu:1e-9" "3x1" "8k3,8k3"
                        activated "sigmoid" "3x1" "8k3", activated "tanh" "3x1" "8k3"
                    ]

                for network, other in cases do
                    let subject = Subject.ofNetwork network |> withEngineOf other
                    check claim subject |> isRefuted claim subject |> ignore

            testCase "is refuted where only hidden outputs differ"
            <| fun () ->
                let network = drawn "2x2" "6k3"
                let mask = [ 0..2 ]

                let hiddenDiffers =
                    network
                    |> withFirstWeights (
                        Array.mapi (fun i w -> if i = network.OutputDimension / 2 - 1 then 2.0 * w else w)
                    )

                let subject =
                    Subject.create "masked" network (Inversion.Measurements.Subsampling(36, mask)) Provenance.Given
                    |> withEngineOf hiddenDiffers

                check claim subject |> isRefuted claim subject |> ignore

            testCase "a NaN from the engine is refuted, never skipped"
            <| fun () ->
                let network = drawn "3x1" "8k3"

                let broken =
                    network |> withFirstWeights (Array.mapi (fun i w -> if i = 0 then nan else w))

                let subject = Subject.ofNetwork network |> withEngineOf broken
                check claim subject |> isRefuted claim subject |> ignore

            testCase "tampered witnesses do not replay"
            <| fun () ->
                let network = drawn "3x1" "8k3,8k3"

                let tampered =
                    network
                    |> withFirstWeights (Array.mapi (fun i w -> if i = 5 then w * (1.0 + 1e-6) else w))

                let subject = Subject.ofNetwork network |> withEngineOf tampered
                let witness = check claim subject |> isRefuted claim subject

                for target, changed in
                    [
                        Subject.ofNetwork network, witness
                        subject, witness |> withVector "code" (Array.map (fun _ -> 0.0))
                        subject, witness |> withVector "code" (Array.truncate 2)
                        subject,
                        { witness with
                            Scalars = [ "entry", 1e6 ]
                        }
                        subject, { witness with Kind = "nothing" }
                    ] do
                    Expect.isFalse (claim.Replay target changed).Confirmed "the numbers were changed"

            testCase "without trials nothing is decided"
            <| fun () ->
                let subject = Subject.ofNetwork (drawn "3x1" "8k3")

                for starts in [ 0; 2 ] do
                    checkWith
                        { quick with
                            Trials = 0
                            Starts = starts
                        }
                        claim
                        subject
                    |> isUndecided "nothing was checked"

            testCase "NaN and infinite weights and an empty mask are undecided with the place"
            <| fun () ->
                for bad in [ nan; infinity ] do
                    let broken =
                        drawn "3x1" "4k2"
                        |> withFirstWeights (Array.mapi (fun i w -> if i = 2 then bad else w))

                    check claim (Subject.ofNetwork broken) |> isUndecided "weight[2]"

                check claim (drawn "3x1" "4k2" |> masked "random:0")
                |> isUndecided "observes nothing"

            testCase "zero weights, tiny and huge weights, one row and one channel are supported"
            <| fun () ->
                for network in
                    [
                        drawn "3x1" "4k2" |> withFirstWeights (Array.map (fun _ -> 0.0))
                        drawn "3x1" "4k2,3k2" |> withFirstWeights (Array.map (fun w -> w * 1e-200))
                        drawn "3x1" "4k2,3k2" |> withFirstWeights (Array.map (fun w -> w * 1e200))
                        dense [ [ 1.0 ] ]
                        drawn "1x1" "1k1"
                    ] do
                    isSupported (check claim (Subject.ofNetwork network))

            testCase "the same key gives the same finding"
            <| fun () -> sameFinding claim (Subject.ofNetwork (drawn "3x1" "8k3,8k3"))
        ]
