module Inversion.Laws.GradientNearMeanLaws

open Expecto
open Inversion.Networks
open Inversion.Verify
open Inversion.Verify.Claims
open Inversion.Laws.ClaimCases

let private claim = GradientNearMean.claim

let private at epsilon = { quick with Epsilon = epsilon }

/// W = [w; w] for the first input: its column is counted twice.
let private doubledColumn (network: GenerativeNetwork) =
    let inputs = network.InputShape.Channels

    network
    |> withFirstWeights (fun weights ->
        weights
        |> Array.mapi (fun i w -> if i / (weights.Length / inputs) = 0 then 2.0 * w else w))

[<Tests>]
let tests =
    testList
        "gradient-near-mean"
        [
            testCase "is supported at a loose ε on a very expansive layer, and the certificate covers most codes"
            <| fun () ->
                let finding = checkWith (at 0.5) claim (Subject.ofNetwork (drawn "3x1" "256k8"))
                isSupported finding
                Expect.isGreaterThan (finding.Number "coveredShare") 0.5 "covered"

            testCase "beta falls as the layer expands"
            <| fun () ->
                let beta layers =
                    (check claim (Subject.ofNetwork (drawn "3x1" layers))).Number "beta"

                Expect.isLessThan (beta "256k8") (0.5 * beta "16k8") "16 times the rows: about a quarter"

            testCase "is refuted when one column is doubled"
            <| fun () ->
                let subject = Subject.ofNetwork (drawn "3x1" "256k8" |> doubledColumn)
                checkWith (at 0.5) claim subject |> isRefuted claim subject |> ignore

            testCase "is refuted by constant weights"
            <| fun () ->
                let subject = Subject.ofNetwork (drawnWith WeightLaw.Constant "relu" "3x1" "256k8")
                checkWith (at 0.5) claim subject |> isRefuted claim subject |> ignore

            testCase "judges each latent position by its own expected gradient and rate"
            <| fun () ->
                let network = drawn "2x2" "256k8"
                let whole = checkWith (at 0.5) claim (Subject.ofNetwork network)
                isSupported whole
                let half = checkWith (at 0.8) claim (masked "random:0.5" network)
                isSupported half
                Expect.isGreaterThan (half.Number "beta") (whole.Number "beta") "fewer rows are farther from the mean"

            testCase "Gaussian sensing keeps the mean"
            <| fun () ->
                let finding = checkWith (at 1.0) claim (drawn "2x1" "64k4" |> sensed 400)
                isSupported finding

            testCase "is not applicable where the expected gradient has no formula"
            <| fun () ->
                let cases =
                    [
                        drawnWith WeightLaw.Gaussian "sigmoid" "2x1" "8k3", "smooth"
                        drawnWith WeightLaw.Gaussian "leaky-relu" "2x1" "8k3", "ReLU"
                        drawn "2x2" "8k3s2", "stride"
                        drawn "2x2" "8k3,dense20", "dense"
                        drawn "2x1" "8k3" |> withFirstWeights (Array.map (fun _ -> 0.0)), "all 0"
                    ]

                for network, why in cases do
                    let finding = check claim (Subject.ofNetwork network)
                    isUndecided "not applicable" finding
                    isUndecided why finding

            testCase "is not applicable where a position is hidden"
            <| fun () -> check claim (drawn "2x2" "8k3" |> masked "block:0") |> isUndecided "position 1"

            testCase "a tampered witness does not replay"
            <| fun () ->
                let subject = Subject.ofNetwork (drawn "3x1" "16k4")
                let witness = check claim subject |> isRefuted claim subject

                for tampered in
                    [
                        witness |> withVector "code" (fun _ -> witness.Vector "truth")
                        witness |> withVector "code" (Array.map (fun _ -> 0.0))
                        witness |> withVector "truth" (fun _ -> [| nan; 1.0; 1.0 |])
                        { witness with Allowed = 100.0 }
                    ] do
                    Expect.isFalse (claim.Replay subject tampered).Confirmed "the numbers were changed"

            testCase "without trials nothing is decided"
            <| fun () ->
                let subject = Subject.ofNetwork (drawn "3x1" "256k8")

                checkWith { at 0.5 with Trials = 0 } claim subject
                |> isUndecided "nothing was checked"

                checkWith { at 0.5 with Trials = 0; Starts = 0 } claim subject
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

            testCase "one row and one channel are judged"
            <| fun () ->
                for network in [ dense [ [ 1.0 ] ]; drawn "1x1" "1k1" ] do
                    let subject = Subject.ofNetwork network
                    check claim subject |> isRefuted claim subject |> ignore

            testCase "the same key gives the same finding"
            <| fun () -> sameFinding claim (Subject.ofNetwork (drawn "3x1" "8k3,8k3"))
        ]
