module Inversion.Laws.ConvergenceLaws

open Expecto
open Inversion.Networks
open Inversion.Verify
open Inversion.Verify.Claims
open Inversion.Laws.ClaimCases

let private claim = Convergence.claim

/// G(z) = a max(z, 0) + b max(−z, 0) with a = (1, 0), b = (0.6, 0.8): for z° > 0, J = ½(z² + 1.2 z z° + z°²) on z < 0 is least at −0.6 z°,
/// where every descent from the left ends.
let private fold =
    GenerativeNetwork(
        Shape.Flat 1,
        [
            LinearLayer(1, 2, [| 1.0; -1.0 |]) :> Layer
            relu ()
            LinearLayer(2, 2, [| 1.0; 0.6; 0.0; 0.8 |])
            relu ()
        ],
        "fold"
    )

let private witnessOf (finding: Finding) =
    match finding.Verdict with
    | Verdict.Refuted witness -> witness
    | _ -> failtest (describe finding)

[<Tests>]
let tests =
    testList
        "convergence"
        [
            testCase "is supported on a wide network, from every start and by every solver"
            <| fun () ->
                let finding = check claim (Subject.ofNetwork (drawn "4x1" "48k6,48k6"))
                isSupported finding
                Expect.equal (finding.Number "successRate") 1.0 "gradient descent"
                Expect.equal (finding.Number "successRateGaussNewton") 1.0 "Gauss–Newton"
                Expect.equal finding.Failures 0 "none missed"
                Expect.isLessThan (finding.Number "successRateLower") 1.0 "twelve trials prove no certainty"

            testCase "is refuted where half of the starts end at −0.6 z°"
            <| fun () ->
                let subject = Subject.ofNetwork fold
                let finding = checkWith { quick with Trials = 40 } claim subject
                let witness = isRefuted claim subject finding
                Expect.floatClose Accuracy.high witness.Measured.Lower 1.6 "the distance"
                Expect.isTrue (abs (finding.Number "successRate" - 0.5) < 0.3) "about half arrive"
                Expect.isLessThan (finding.Number "successRateLower") (finding.Number "successRate") "lower limit"
                Expect.isGreaterThan (finding.Number "successRateUpper") (finding.Number "successRate") "upper limit"

                let start, stop, truth =
                    witness.Vector "start", witness.Vector "end", witness.Vector "truth"

                Expect.isLessThan (start[0] * truth[0]) 0.0 "it starts on the wrong side"
                Expect.floatClose Accuracy.medium (stop[0] / truth[0]) -0.6 "and ends at −0.6 z°"

            testCase "is refuted by a start in a dead cone, from where nothing moves"
            <| fun () ->
                let subject = Subject.ofNetwork (dense [ [ 1.0; 0.0 ]; [ 0.0; 1.0 ]; [ 1.0; 1.0 ] ])
                check claim subject |> isRefuted claim subject |> ignore

            testCase "judges a mask and Gaussian rows"
            <| fun () ->
                let network = drawn "8x1" "48k6,48k6"
                check claim (masked "random:0.5" network) |> isSupported
                check claim (sensed 400 network) |> isSupported

            testCase "a witness whose point, z° or end was changed does not replay"
            <| fun () ->
                let subject = Subject.ofNetwork fold
                let witness = check claim subject |> witnessOf
                let truth = witness.Vector "truth"
                let changed name change = Subjects.withVector name change witness
                Expect.isTrue (claim.Replay subject witness).Confirmed "as found"
                Expect.isFalse (claim.Replay subject (changed "point" (fun _ -> truth))).Confirmed "moved to z°"
                Expect.isFalse (claim.Replay subject (changed "truth" (Array.map (~-)))).Confirmed "the other z°"

                Expect.isFalse
                    (claim.Replay subject (changed "end" (fun _ -> truth))).Confirmed
                    "the run ended elsewhere"

            testCase "a smooth network gives no refutation without proof"
            <| fun () ->
                for activation in [ "sigmoid"; "tanh" ] do
                    let network = drawnWith WeightLaw.Gaussian activation "2x1" "8k2,8k2"
                    let finding = check claim (Subject.ofNetwork network)
                    Expect.notEqual (word finding) "refuted" activation

            testCase "a NaN weight and a mask without outputs are undecided, never a pass"
            <| fun () ->
                let broken =
                    drawn "2x1" "4k2"
                    |> withFirstWeights (fun w -> Array.mapi (fun i x -> if i = 0 then nan else x) w)

                isUndecided "NaN" (check claim (Subject.ofNetwork broken))
                isUndecided "observes nothing" (check claim (drawn "2x1" "4k2" |> masked "random:0"))

            testCase "all weights zero is never a pass"
            <| fun () ->
                let network = drawn "2x1" "4k2" |> withFirstWeights (Array.map (fun _ -> 0.0))
                Expect.notEqual (check claim (Subject.ofNetwork network) |> word) "supported" "nothing is recovered"

            testCase "a checker that does nothing is undecided"
            <| fun () ->
                let idle = { quick with Trials = 0; Starts = 0 }
                isUndecided "nothing was checked" (checkWith idle claim (Subject.ofNetwork fold))

            testCase "the same key gives the same finding"
            <| fun () ->
                let subject = Subject.ofNetwork (drawn "2x2" "4k3,4k3")

                let printed () =
                    Subjects.printed [ check claim subject ]

                Expect.equal (printed ()) (printed ()) "bit for bit"
        ]
