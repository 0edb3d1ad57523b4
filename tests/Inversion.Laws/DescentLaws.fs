module Inversion.Laws.DescentLaws

open Expecto
open Inversion.Networks
open Inversion.Verify
open Inversion.Verify.Claims
open Inversion.Laws.ClaimCases

let private claim = Descent.claim

/// On each of the positions G(z) = a max(z, 0) + b max(−z, 0), a and b in the plane: the layers 1 → (z, −z) → a, b.
let private folds (a: float * float) (b: float * float) positions =
    let pointwise inputs outputs weight =
        ConvolutionLayer(true, inputs, outputs, KernelGeometry [ 1 ], weight) :> Layer

    GenerativeNetwork(
        Shape.Sequence(1, positions),
        [
            pointwise 1 2 [| 1.0; -1.0 |]
            relu ()
            pointwise 2 2 [| fst a; snd a; fst b; snd b |]
            relu ()
        ],
        "folds"
    )

// For z° > 0 and z < 0 in one position, J = ½‖a z° + b z‖² is least at z = −ρz° with ρ = ⟨a, b⟩/‖b‖²; for z° < 0 and z > 0, ρ = ⟨a, b⟩/‖a‖².
// Elsewhere J's slope is ‖a‖²|z − z°| or ‖b‖²|z − z°|: no further stationary point but 0.

/// ρ = 0.6 on both sides.
let private even = folds (1.0, 0.0) (0.6, 0.8)

/// ρ = 1 for z° > 0, ρ = 0.5 for z° < 0.
let private uneven = folds (2.0, 0.0) (1.0, 1.0)

let private witnessOf (finding: Finding) =
    match finding.Verdict with
    | Verdict.Refuted witness -> witness
    | _ -> failtest (describe finding)

[<Tests>]
let tests =
    testList
        "descent"
        [
            testCase "is supported where one ρ serves: a single fold of unit sides"
            <| fun () ->
                let finding = check claim (Subject.ofNetwork (even 1))
                isSupported finding
                Expect.floatClose Accuracy.high (finding.Number "rho") 0.6 "the network's own"
                Expect.floatClose Accuracy.medium (finding.Number "rhoUsed") 0.6 "ρ"
                Expect.isGreaterThan (finding.Number "smallestSlope") 0.0 "J falls outside the balls"
                Expect.equal (finding.Number "spuriousMinima") 0.0 "the minimum at −ρz° is allowed for"

            testCase "is refuted at two positions of that fold: one may stand at z°, the other at −ρz°"
            <| fun () ->
                let subject = Subject.ofNetwork (even 2)
                let finding = check claim subject
                let witness = isRefuted claim subject finding
                Expect.equal witness.Kind "stationary" "no ρ serves"
                Expect.equal (finding.Number "smallestSlope") 0.0 "a stationary point"
                Expect.isGreaterThanOrEqual (finding.Number "spuriousMinima") 1.0 "counted"
                let truth, point = witness.Vector "truth", witness.Vector "point"
                let ratios = Array.map2 (fun z t -> z / t) point truth |> Array.sort
                Expect.floatClose Accuracy.high ratios[0] -0.6 "one position is flipped"
                Expect.floatClose Accuracy.high ratios[1] 1.0 "the other is recovered"

            testCase "is refuted by two codes z° that need different ρ"
            <| fun () ->
                let subject = Subject.ofNetwork (uneven 1)
                let finding = check claim subject
                let witness = isRefuted claim subject finding
                Expect.equal witness.Kind "two-rhos" "two points"

            testCase "is refuted by two codes z° also when one of them has the expected ρ"
            <| fun () ->
                // ρ = 0.36 on one side, within ε of the expected 1/π, and 0.36/3.9712 = 0.09 on the other.
                for network in [ folds (0.36, 1.96) (1.0, 0.0) 1; folds (1.0, 0.0) (0.36, 1.96) 1 ] do
                    let subject = Subject.ofNetwork network
                    let witness = check claim subject |> isRefuted claim subject
                    Expect.equal witness.Kind "two-rhos" "two points"

            testCase "lets one ρ serve both when ε covers the difference"
            <| fun () ->
                let wide = { quick with Epsilon = 0.3 }
                let finding = checkWith wide claim (Subject.ofNetwork (uneven 1))
                isSupported finding
                let rho = finding.Number "rhoUsed"
                Expect.isTrue (rho >= 0.7 - 1e-9 && rho <= 0.8 + 1e-9) "ρ lies between 1 − ε and 0.5 + ε"

            testCase "is refuted by a dead cone"
            <| fun () ->
                // All units of the third quadrant are off: A G = 0 around every code there.
                let subject = Subject.ofNetwork (dense [ [ 1.0; 0.0 ]; [ 0.0; 1.0 ]; [ 1.0; 1.0 ] ])
                let witness = check claim subject |> isRefuted claim subject
                Expect.stringContains witness.Fact "dead cone" "what it is"

            testCase "is refuted when all weights are zero"
            <| fun () ->
                let network = drawn "2x1" "4k2" |> withFirstWeights (Array.map (fun _ -> 0.0))
                let subject = Subject.ofNetwork network
                check claim subject |> isRefuted claim subject |> ignore

            testCase "is refuted when a mask hides every output that a position reaches"
            <| fun () ->
                let subject = drawn "2x2" "16k4" |> masked "block:0"
                check claim subject |> isRefuted claim subject |> ignore

            testCase "is supported on a wide network with one position"
            <| fun () -> check claim (Subject.ofNetwork (drawn "6x1" "48k6,48k6")) |> isSupported

            testCase "is supported on a wide network through a mask and through Gaussian rows"
            <| fun () ->
                let network = drawn "8x1" "48k6,48k6"
                check claim (masked "random:0.5" network) |> isSupported
                check claim (sensed 400 network) |> isSupported

            testCase "finds the flipped positions of a drawn network by itself"
            <| fun () ->
                let subject = Subject.ofNetwork (drawn "2x2" "16k4,16k4")
                check claim subject |> isRefuted claim subject |> ignore

            testCase "a moved point does not replay"
            <| fun () ->
                let subject = Subject.ofNetwork (even 2)
                let witness = check claim subject |> witnessOf

                // Inside the cone of z° the exact stationary point is z° itself.
                let moved = Subjects.withVector "point" (fun _ -> witness.Vector "truth") witness
                Expect.isFalse (claim.Replay subject moved).Confirmed "z° is no counterexample"

            testCase "a wrong z° does not replay"
            <| fun () ->
                let subject = Subject.ofNetwork (even 2)
                let witness = check claim subject |> witnessOf
                let point = witness.Vector "point"
                let wrong = Subjects.withVector "truth" (fun _ -> point) witness
                Expect.isFalse (claim.Replay subject wrong).Confirmed "the point is that z°"

                let opposite =
                    Subjects.withVector "truth" (fun _ -> point |> Array.map (fun z -> -z / 0.6)) witness

                Expect.isFalse (claim.Replay subject opposite).Confirmed "the point is −ρz° then"

            testCase "a pair of points with one ρ does not replay"
            <| fun () ->
                let subject = Subject.ofNetwork (uneven 1)
                let witness = check claim subject |> witnessOf

                let same =
                    witness
                    |> Subjects.withVector "second.truth" (fun _ -> witness.Vector "first.truth")
                    |> Subjects.withVector "second.point" (fun _ -> witness.Vector "first.point")

                Expect.isFalse (claim.Replay subject same).Confirmed "one ρ serves a point twice"
                let looser = Subjects.withScalar "epsilon" 0.3 witness
                Expect.isFalse (claim.Replay subject looser).Confirmed "ε = 0.3 covers both"

            testCase "a witness does not replay on another network"
            <| fun () ->
                let witness = check claim (Subject.ofNetwork (even 2)) |> witnessOf
                let other = Subject.ofNetwork (folds (1.0, 0.0) (0.0, 1.0) 2)
                Expect.isFalse (claim.Replay other witness).Confirmed "⟨a, b⟩ = 0: ρ = 0"

            testCase "a candidate of a smooth network is undecided, and nothing throws"
            <| fun () ->
                let finding =
                    check claim (Subject.ofNetwork (drawnWith WeightLaw.Gaussian "sigmoid" "2x1" "8k2,8k2"))

                Expect.notEqual (word finding) "refuted" "no cone, no proof"

            testCase "a NaN weight and a mask without outputs are undecided, never a pass"
            <| fun () ->
                let broken =
                    drawn "2x1" "4k2"
                    |> withFirstWeights (fun w -> Array.mapi (fun i x -> if i = 0 then nan else x) w)

                isUndecided "NaN" (check claim (Subject.ofNetwork broken))
                isUndecided "observes nothing" (check claim (drawn "2x1" "4k2" |> masked "random:0"))

            testCase "a checker that does nothing is undecided"
            <| fun () ->
                let idle = { quick with Trials = 0; Starts = 0 }
                isUndecided "nothing was checked" (checkWith idle claim (Subject.ofNetwork (even 1)))

            testCase "the same key gives the same finding"
            <| fun () ->
                let subject = Subject.ofNetwork (drawn "2x2" "4k3,4k3")

                let printed () =
                    Subjects.printed [ check claim subject ]

                Expect.equal (printed ()) (printed ()) "bit for bit"
        ]
