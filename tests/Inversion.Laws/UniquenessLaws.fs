module Inversion.Laws.UniquenessLaws

open Expecto
open Inversion.Networks
open Inversion.Verify
open Inversion.Verify.Claims
open Inversion.Laws.ClaimCases

let private claim = Uniqueness.claim

let private refutedBy kind subject =
    let witness = check claim subject |> isRefuted claim subject
    Expect.equal witness.Kind kind witness.Fact
    witness

/// [I; −I] attains a directed spanning set in every direction with 2k rows.
let private signs k =
    dense
        [
            for sign in [ 1.0; -1.0 ] do
                for i in 0 .. k - 1 -> List.init k (fun j -> if i = j then sign else 0.0)
        ]

/// The fewest rows with ⟨w, v⟩ > 0 over the middles of all wedges between the rows' hyperplanes.
let private fewestInWedges (rows: float list list) =
    let borders =
        rows
        |> List.collect (fun row ->
            let border = atan2 row[0] -row[1]
            [ border; border + System.Math.PI ])
        |> List.map (fun t -> if t < 0.0 then t + 2.0 * System.Math.PI else t)
        |> List.sort

    List.pairwise (borders @ [ borders.Head + 2.0 * System.Math.PI ])
    |> List.map (fun (a, b) ->
        let t = 0.5 * (a + b)

        rows
        |> List.filter (fun row -> row[0] * cos t + row[1] * sin t > 0.0)
        |> List.length)
    |> List.min

[<Tests>]
let tests =
    testList
        "uniqueness"
        [
            testCase "is supported on an expansive network of full rank"
            <| fun () ->
                let finding = check claim (Subject.ofNetwork (drawn "3x1" "24k4,16k4"))
                isSupported finding
                Expect.equal (finding.Number "smallestRank") 3.0 "rank"
                Expect.isGreaterThan (finding.Number "smallestRatio") 0.0 "ratio"

            testCase "is supported on a line, where random codes of length 1 are often one and the same"
            <| fun () -> check claim (Subject.ofNetwork (drawn "1x1" "6k2,6k2")) |> isSupported

            testCase "random codes and what the search found are told apart"
            <| fun () ->
                // One row of each pair of [I; −I] is active, so that the derivative is an isometry wherever it exists.
                let finding = check claim (Subject.ofNetwork (signs 3))
                Expect.isLessThan (abs (finding.Number "randomSingularValue" - 1.0)) 1e-12 "isometry"

                // Pairs on two sides of a kink are nearer: from −t to t the output moves by √2 t.
                Expect.isGreaterThanOrEqual (finding.Number "randomPairRatio") (sqrt 0.5 - 1e-12) "√½ at least"
                Expect.isLessThanOrEqual (finding.Number "smallestRatio") (finding.Number "randomPairRatio") "searched"
                Expect.isGreaterThan (finding.Number "smallestRatioNorm") 0.0 "at a code"

                // tanh of a line flattens far out: what the search finds says little of Gaussian codes.
                let saturating =
                    GenerativeNetwork(
                        Shape.Flat 1,
                        [ LinearLayer(1, 1, [| 0.25 |]) :> Layer; ActivationLayer Activation.Tanh ],
                        "saturating"
                    )

                let finding = check claim (Subject.ofNetwork saturating)
                Expect.isGreaterThan (finding.Number "randomSingularValue") 0.05 "cosh⁻²(z/4)/4 at |z| < 4"
                Expect.isLessThanOrEqual (finding.Number "randomSingularValue") 0.25 "at most the slope"

            testCase "is supported for [I; −I], whose worst direction has just k rows"
            <| fun () ->
                let finding = check claim (Subject.ofNetwork (signs 3))
                isSupported finding

                match
                    finding.Measured
                    |> List.find (fun (name, _) -> name = "directedSpanning")
                    |> snd
                with
                | Quantity.Numbers [ margin ] -> Expect.equal margin 0.0 "k rows in a generic direction"
                | other -> failtest $"%A{other}"

            testCase "is refuted when one of those rows is dropped"
            <| fun () ->
                let rows = [ [ 1.0; 0.0 ]; [ 0.0; 1.0 ]; [ -1.0; 0.0 ] ]
                refutedBy "cone" (Subject.ofNetwork (dense rows)) |> ignore

            testCase "is refuted by duplicated columns, by an exact rank"
            <| fun () ->
                let network =
                    drawn "3x1" "16k4,16k4"
                    |> withFirstWeights (fun w -> Array.append w[..127] w[64..127])

                let witness = refutedBy "cone" (Subject.ofNetwork network)
                Expect.equal witness.Measured (Enclosure.Point 2.0) "two of three columns are one"

            testCase "is refuted by fewer rows than columns"
            <| fun () ->
                let subject = Subject.ofNetwork (drawn "5x1" "4k1,64k4")
                check claim subject |> isRefuted claim subject |> ignore

            testCase "is refuted by a mask that observes fewer entries than there are unknowns"
            <| fun () ->
                let network = drawn "6x1" "16k4"

                let subject =
                    Subject.create "few" network (Inversion.Measurements.Subsampling(64, [ 0..4 ])) Provenance.Given

                check claim subject |> isRefuted claim subject |> ignore

            testCase "is refuted by a mask that hides a block"
            <| fun () ->
                let witness = drawn "3x2" "32k4" |> masked "block:1" |> refutedBy "cone"
                Expect.equal witness.Measured (Enclosure.Point 3.0) "one position of two is seen"

            testCase
                "is refuted where an adversary keeps the rows that some code leaves silent, and not where as many are drawn"
            <| fun () ->
                let network = drawn "8x1" "64k4,32k4"
                let witness = network |> masked "adversarial:0.4" |> refutedBy "collision"
                Expect.equal witness.Measured (Enclosure.Point 0.0) "neither code has an output"
                network |> masked "random:0.4" |> check claim |> isSupported

            testCase "is refuted by dead codes"
            <| fun () ->
                let subject = Subject.ofNetwork (dense [ [ 1.0; 0.1 ]; [ 0.2; 1.0 ]; [ 1.0; 1.0 ] ])
                check claim subject |> isRefuted claim subject |> ignore

            testCase "is refuted by constant weights, which see one direction only"
            <| fun () ->
                let subject =
                    Subject.ofNetwork (drawnWith WeightLaw.Constant "relu" "3x1" "16k4,16k4")

                check claim subject |> isRefuted claim subject |> ignore

            testCase "finds two cones that meet when fewer than 2 n0 numbers are sensed"
            <| fun () ->
                let subject = drawn "4x1" "24k4,16k4" |> sensed 6
                refutedBy "meeting" subject |> ignore

            testCase "smooth networks are supported as evidence, refuted where the dimension shrinks"
            <| fun () ->
                for activation in [ "sigmoid"; "tanh" ] do
                    let finding =
                        check claim (Subject.ofNetwork (drawnWith WeightLaw.Gaussian activation "3x1" "16k4"))

                    isSupported finding
                    Expect.stringContains finding.Reason "float64" "says what the evidence is"

                    refutedBy "dimension" (Subject.ofNetwork (drawnWith WeightLaw.Gaussian activation "4x1" "3k1,16k4"))
                    |> ignore

            testCase "agrees in the plane with every wedge between hyperplanes, on small layers"
            <| fun () ->
                for number in 0..59 do
                    let stream = ((key "91").Child(int64 number)).Open()
                    let count = 3 + number % 6
                    let rows = List.init count (fun _ -> List.ofArray (Search.gaussian stream 2))
                    // A wedge with fewer than two non-negative rows leaves a direction without effect.
                    let isOneToOne = fewestInWedges rows >= 2
                    let finding = check claim (Subject.ofNetwork (dense rows))

                    Expect.equal
                        (word finding)
                        (if isOneToOne then "supported" else "refuted")
                        $"layer {number}: {describe finding}"

            testCase "a smooth network that saturates is undecided, not supported"
            <| fun () ->
                let network =
                    drawnWith WeightLaw.Gaussian "tanh" "3x1" "16k4"
                    |> withFirstWeights (Array.map (fun w -> 1000.0 * w))

                check claim (Subject.ofNetwork network) |> isUndecided "precision"

            testCase "leaky networks need rank only"
            <| fun () ->
                isSupported (
                    check claim (Subject.ofNetwork (drawnWith WeightLaw.Gaussian "leaky-relu" "3x1" "3k1,8k2"))
                )

            testCase "tampered witnesses do not replay"
            <| fun () ->
                let subject = Subject.ofNetwork (drawn "3x2" "32k4")
                let hidden = drawn "3x2" "32k4" |> masked "block:1"
                let cone = refutedBy "cone" hidden
                let sensedSubject = drawn "4x1" "24k4,16k4" |> sensed 6
                let meeting = refutedBy "meeting" sensedSubject

                for subject, tampered in
                    [
                        subject, cone
                        hidden, cone |> withVector "columns" (fun _ -> [| 1.0 |])
                        hidden, cone |> withVector "columns" (fun _ -> [| 99.0 |])
                        hidden, cone |> withVector "code" (Array.map (fun _ -> nan))
                        hidden, { cone with Kind = "anything" }
                        hidden, { cone with Kind = "dimension" }
                        sensedSubject, meeting |> withVector "second" (fun _ -> meeting.Vector "first")
                        sensedSubject, meeting |> withVector "first" (Array.map (fun x -> 1.001 * x))
                        sensedSubject, meeting |> withVector "free" (Array.truncate 3)
                        sensedSubject, { meeting with Kind = "collision" }
                    ] do
                    Expect.isFalse (claim.Replay subject tampered).Confirmed $"{tampered.Kind} was changed"

            testCase "without trials nothing is decided"
            <| fun () ->
                let subject = Subject.ofNetwork (drawn "3x1" "24k4")

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

            testCase "zero weights, one row and one channel are refuted"
            <| fun () ->
                for network in
                    [
                        drawn "3x1" "4k2" |> withFirstWeights (Array.map (fun _ -> 0.0))
                        dense [ [ 1.0 ] ]
                        drawn "1x1" "1k1"
                    ] do
                    let subject = Subject.ofNetwork network
                    check claim subject |> isRefuted claim subject |> ignore

            testCase "the same key gives the same finding"
            <| fun () -> sameFinding claim (Subject.ofNetwork (drawn "3x1" "8k3,8k3"))
        ]
