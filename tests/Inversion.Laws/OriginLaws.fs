module Inversion.Laws.OriginLaws

open Expecto
open Inversion.Networks
open Inversion.Verify
open Inversion.Verify.Claims
open Inversion.Laws.ClaimCases

let private claim = Origin.claim

/// Rows I and −I: a code and its opposite activate different outputs.
let private opposite =
    dense [ [ 1.0; 0.0 ]; [ 0.0; 1.0 ]; [ -1.0; 0.0 ]; [ 0.0; -1.0 ] ]

[<Tests>]
let tests =
    testList
        "origin"
        [
            testCase "is supported on an expansive network, well below zero"
            <| fun () ->
                let finding = check claim (Subject.ofNetwork (drawn "3x1" "16k4,16k4"))
                isSupported finding
                Expect.isLessThan (finding.Number "largest") 0.0 "J falls"
                Expect.isLessThan (finding.Number "largestNormalized") (finding.Number "largest") "2ᵈ = 4 and s = 1"

            testCase "is refuted where two codes have disjoint outputs"
            <| fun () ->
                let subject = Subject.ofNetwork opposite
                let witness = check claim subject |> isRefuted claim subject
                Expect.equal witness.Measured (Enclosure.Point 0.0) "the slope is exactly zero"

            testCase "is refuted for a single layer: a code and its opposite activate different rows"
            <| fun () ->
                let subject = Subject.ofNetwork (drawn "3x1" "64k8")
                check claim subject |> isRefuted claim subject |> ignore

            testCase "finds positions with disjoint outputs by itself"
            <| fun () ->
                let subject = Subject.ofNetwork (drawn "3x2" "16k4,16k4")
                check claim subject |> isRefuted claim subject |> ignore

            testCase "is refuted when a mask hides every output that a position reaches"
            <| fun () ->
                let subject = drawn "3x2" "16k4" |> masked "block:0"
                check claim subject |> isRefuted claim subject |> ignore

            testCase
                "is refuted where an adversary keeps the rows that some code leaves silent, and not where as many are drawn"
            <| fun () ->
                let network = drawn "8x1" "64k4,32k4"
                let subject = network |> masked "adversarial:0.4"
                let witness = check claim subject |> isRefuted claim subject
                Expect.equal witness.Measured (Enclosure.Point 0.0) "J does not move"
                network |> masked "random:0.4" |> check claim |> isSupported

            testCase "is refuted when few Gaussian rows sense the output"
            <| fun () ->
                let subject = drawn "3x1" "16k4" |> sensed 2
                let witness = check claim subject |> isRefuted claim subject
                Expect.isGreaterThan witness.Measured.Lower 0.0 "J rises"

            testCase "judges a biased network by the derivative at 0, where some direction rises"
            <| fun () ->
                let network =
                    GenerativeNetwork(
                        Shape.Flat 2,
                        [
                            LinearLayer(2, 3, [| 1.0; 0.0; 0.0; 1.0; 1.0; 1.0 |], [| 1.0; 1.0; 1.0 |])
                            relu ()
                        ]
                    )

                let subject = Subject.ofNetwork network
                let finding = check claim subject
                finding |> isRefuted claim subject |> ignore
                Expect.stringContains finding.Reason "biases" "says how it was judged"

            testCase "judges sigmoid and tanh networks by the derivative at 0"
            <| fun () ->
                for activation in [ "sigmoid"; "tanh" ] do
                    let subject =
                        Subject.ofNetwork (drawnWith WeightLaw.Gaussian activation "2x1" "6k3")

                    check claim subject |> isRefuted claim subject |> ignore

            testCase "a tampered witness does not replay"
            <| fun () ->
                let subject = Subject.ofNetwork opposite
                let witness = check claim subject |> isRefuted claim subject

                for tampered in
                    [
                        witness |> withVector "truth" (fun _ -> witness.Vector "direction")
                        witness |> withVector "truth" (Array.map (fun _ -> 0.0))
                        witness |> withVector "direction" (fun _ -> [| nan; 1.0 |])
                        witness |> withVector "direction" (fun _ -> [| 1.0 |])
                    ] do
                    Expect.isFalse (claim.Replay subject tampered).Confirmed "the numbers were changed"

            testCase "without trials nothing is decided"
            <| fun () ->
                let subject = Subject.ofNetwork (drawn "3x1" "16k4,16k4")

                for starts in [ 0; 2 ] do
                    let settings =
                        { quick with
                            Trials = 0
                            Starts = starts
                        }

                    checkWith settings claim subject |> isUndecided "nothing was checked"

            testCase "NaN and infinite weights and an empty mask are undecided with the place"
            <| fun () ->
                for bad in [ nan; infinity ] do
                    let broken =
                        drawn "3x1" "4k2"
                        |> withFirstWeights (Array.mapi (fun i w -> if i = 2 then bad else w))

                    check claim (Subject.ofNetwork broken) |> isUndecided "weight[2]"

                check claim (drawn "3x1" "4k2" |> masked "random:0")
                |> isUndecided "observes nothing"

            testCase "zero weights are refuted: J is flat"
            <| fun () ->
                let subject =
                    Subject.ofNetwork (drawn "3x1" "4k2" |> withFirstWeights (Array.map (fun _ -> 0.0)))

                check claim subject |> isRefuted claim subject |> ignore

            testCase "one row and one channel are judged"
            <| fun () ->
                for network in [ dense [ [ 1.0 ] ]; drawn "1x1" "1k1" ] do
                    let subject = Subject.ofNetwork network
                    check claim subject |> isRefuted claim subject |> ignore

            testCase "the same key gives the same finding"
            <| fun () -> sameFinding claim (Subject.ofNetwork (drawn "3x1" "8k3,8k3"))
        ]
