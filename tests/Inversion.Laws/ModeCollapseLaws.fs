module Inversion.Laws.ModeCollapseLaws

open System
open Expecto
open Inversion.Cones
open Inversion.Networks
open Inversion.Randomness
open Inversion.Verify
open Inversion.Verify.Claims
open Inversion.Verify.Exact
open Inversion.Verify.Reference
open Inversion.Laws.ClaimCases

let private claim = ModeCollapse.claim

let private refutedBy kind subject =
    let finding = check claim subject
    let witness = isRefuted claim subject finding
    Expect.equal witness.Kind kind witness.Fact
    finding

/// e_1 … e_k, and the opposites of the first `signed` of them.
let private axes k signed =
    let axis sign i =
        List.init k (fun j -> if i = j then sign else 0.0)

    [
        for i in 0 .. k - 1 -> axis 1.0 i
        for i in 0 .. signed - 1 -> axis -1.0 i
    ]

let private isShare expected (finding: Finding) =
    let measured = finding.Number "collapsedShare"
    Expect.isTrue (abs (measured - expected) < 1e-12) $"the share is {measured}, not {expected}"
    Expect.equal (finding.Number "collapsedShareUpper") measured "nothing was estimated"

let private conesOf (network: GenerativeNetwork) =
    PiecewiseLinearMap.Create(network, Inversion.Measurements.Subsampling.All network.OutputDimension)
    |> ConeTree
    |> fun tree -> tree.Cones() |> Seq.toList

[<Tests>]
let tests =
    testList
        "mode-collapse"
        [
            testCase "is supported on expansive networks, on all cones where there are few"
            <| fun () ->
                for input, layers in [ "1x1", "6k2,6k2"; "2x1", "12k3,8k2"; "3x1", "8k2,6k2" ] do
                    let finding = check claim (Subject.ofNetwork (drawn input layers))
                    isSupported finding
                    Expect.isGreaterThan (finding.Number "cones") 1.0 "cones were gone through"
                    isShare 0.0 finding
                    Expect.equal (finding.Number "dimension") 0.0 "no kernel"

                let finding = check claim (Subject.ofNetwork (drawn "6x1" "32k4,32k4"))
                isSupported finding
                Expect.isTrue (Double.IsNaN(finding.Number "cones")) "too many cones"
                Expect.isGreaterThan (finding.Number "collapsedShareUpper") 0.1 "twelve trials bound a rate loosely"

            testCase "measures the share of the deficient cones: an orthant is left, or a half space"
            <| fun () ->
                for rows, share, dimension in
                    [
                        [ [ 1.0 ] ], 0.5, 1.0
                        axes 2 0, 0.75, 2.0
                        axes 2 1, 0.5, 1.0
                        axes 3 0, 7.0 / 8.0, 3.0
                        axes 3 2, 0.5, 1.0
                        // The wedge of 45° in which both rows are active.
                        [ [ 1.0; 0.0 ]; [ -1.0; 1.0 ] ], 7.0 / 8.0, 2.0
                        // Rows on one line see one direction, on one side.
                        [ [ 1.0; 2.0 ]; [ 2.0; 4.0 ] ], 1.0, 2.0
                    ] do
                    let subject = Subject.ofNetwork (dense rows)
                    let finding = check claim subject
                    isRefuted claim subject finding |> ignore
                    isShare share finding
                    Expect.equal (finding.Number "dimension") dimension "the largest kernel"

                for rows in [ axes 2 2; axes 3 3 ] do
                    let finding = check claim (Subject.ofNetwork (dense rows))
                    isSupported finding
                    isShare 0.0 finding

            testCase "is refuted by weights in [0, 1], which see no code of negative entries (MAK Figure 4d)"
            <| fun () ->
                let subject =
                    Subject.ofNetwork (drawnWith WeightLaw.Uniform01 "relu" "2x1" "16k4,16k4")

                let finding = check claim subject
                isRefuted claim subject finding |> ignore
                Expect.isGreaterThanOrEqual (finding.Number "collapsedShare") 0.25 "a quadrant at least"
                Expect.equal (finding.Number "dimension") 2.0 "it is dark"

            testCase "the shares of all cones add up to 1"
            <| fun () ->
                for input, layers in [ "1x1", "3k2,3k2"; "2x1", "5k2,4k2"; "1x2", "4k2,3k2"; "3x1", "5k2,4k2" ] do
                    let total = drawn input layers |> conesOf |> List.sumBy CollapseShare.ofCone
                    Expect.isTrue (abs (total - 1.0) < 1e-11) $"{input} {layers}: {total}"

            testCase "the share is the rate at which Gaussian codes meet a kernel"
            <| fun () ->
                // 0.1 is six standard deviations of 1000 trials: an honest share fails with a chance of 1e-9, and the seed is fixed.
                for input, layers in [ "2x1", "3k1,3k1"; "3x1", "4k1,5k1" ] do
                    let network = drawn input layers
                    let subject = Subject.ofNetwork network
                    let share = (check claim subject).Number "collapsedShare"
                    let reference = subject.Reference.Value
                    let stream = (key "c0de").Open()

                    let rank code =
                        ExactReference.mergedMap reference (Pattern.at reference code)
                        |> ExactLinear.rank

                    let met =
                        Array.init 1000 (fun _ -> Search.gaussian stream network.LatentDimension)
                        |> Array.filter (fun code -> rank code < network.LatentDimension)

                    Expect.isTrue (share > 0.05 && share < 0.999) $"{layers} says something: {share}"
                    Expect.isTrue (abs (float met.Length / 1000.0 - share) < 0.1) $"{met.Length} of 1000, not {share}"

            testCase "estimates the share where there are many cones"
            <| fun () ->
                let subject = Subject.ofNetwork (dense (axes 5 2))
                let finding = checkWith { quick with Trials = 200 } claim subject
                isRefuted claim subject finding |> ignore
                Expect.isTrue (Double.IsNaN(finding.Number "cones")) "five entries are not gone through"
                // Three of five axes are seen on one side only: 7/8. Both limits hold together with a chance of 0.9; the seed is fixed.
                Expect.isLessThan (finding.Number "collapsedShareLower") 0.875 "lower limit"
                Expect.isGreaterThan (finding.Number "collapsedShareUpper") 0.875 "upper limit"
                Expect.equal (finding.Number "dimension") 3.0 "the kernel where all three are dark"

            testCase "the search finds cones of few active rows that random codes miss"
            <| fun () ->
                let subject = Subject.ofNetwork (drawn "6" "dense26")
                let finding = check claim subject
                Expect.equal finding.Failures 0 "no trial"
                isRefuted claim subject finding |> ignore

                // The same trials without a search see nothing.
                checkWith { quick with Starts = 0 } claim subject |> isSupported

            testCase "agrees with what going through all cones proves"
            <| fun () ->
                for number in 0..19 do
                    let stream = ((key "17").Child(int64 number)).Open()
                    let k = 2 + number % 2
                    let rows = 2 * k - 1 + number % 4

                    let subject =
                        List.init rows (fun _ -> List.ofArray (Search.gaussian stream k))
                        |> dense
                        |> Subject.ofNetwork

                    use folder = new ConeProofCases.Folder()

                    let decided =
                        ConeProofCases.decideIn folder "mode-collapse" None 0.1 subject
                        |> ConeProofCases.word

                    let expected = if decided = "proved" then "supported" else decided
                    let finding = check claim subject
                    Expect.equal (word finding) expected $"layer {number}: {describe finding}"

            testCase "is refuted by duplicated columns, between two explicit codes"
            <| fun () ->
                let network =
                    drawn "3x1" "16k4,16k4"
                    |> withFirstWeights (fun w -> Array.append w[..127] w[64..127])

                let finding = refutedBy "segment" (Subject.ofNetwork network)
                isShare 1.0 finding
                Expect.equal (finding.Number "dimension") 1.0 "two of three columns are one"

            testCase "is refuted by a narrow layer, a mask that observes too little, and one that hides a block"
            <| fun () ->
                let few network count =
                    Subject.create
                        "few"
                        network
                        (Inversion.Measurements.Subsampling(network.OutputDimension, [ 0 .. count - 1 ]))
                        Provenance.Given

                for subject in
                    [
                        Subject.ofNetwork (drawn "5x1" "4k1,64k4")
                        few (drawn "6x1" "16k4") 5
                        few (drawn "2x1" "16k4") 1
                        drawn "3x2" "32k4" |> masked "block:1"
                        drawn "4x1" "24k4,16k4" |> sensed 3
                    ] do
                    let finding = check claim subject
                    isRefuted claim subject finding |> ignore
                    Expect.equal (finding.Number "collapsedShare") 1.0 "everywhere"

            testCase "judges a mask and Gaussian rows"
            <| fun () ->
                check claim (drawn "4x1" "32k4,32k4" |> masked "random:0.5") |> isSupported
                check claim (drawn "2x1" "12k3,8k2" |> sensed 3) |> isSupported

            testCase "leaky networks need rank only"
            <| fun () ->
                isSupported (
                    check claim (Subject.ofNetwork (drawnWith WeightLaw.Gaussian "leaky-relu" "3x1" "3k1,8k2"))
                )

            testCase "a network with biases is judged by trials and search"
            <| fun () ->
                // Both units see every code with x, y > −2; elsewhere one is dark.
                let network =
                    GenerativeNetwork(
                        Shape.Flat 2,
                        [
                            LinearLayer(2, 2, [| 1.0; 0.0; 0.0; 1.0 |], [| 2.0; 2.0 |]) :> Layer
                            relu ()
                        ]
                    )

                let subject = Subject.ofNetwork network
                let finding = checkWith { quick with Trials = 200 } claim subject
                isRefuted claim subject finding |> ignore
                Expect.isTrue (finding.Number "collapsedShare" < 0.15) "1 − Φ(2)² = 0.045 of Gaussian codes"

            testCase
                "smooth networks are supported as evidence, undecided where they saturate, refuted where numbers are missing"
            <| fun () ->
                for activation in [ "sigmoid"; "tanh" ] do
                    let law = drawnWith WeightLaw.Gaussian activation
                    let finding = check claim (Subject.ofNetwork (law "3x1" "16k4"))
                    isSupported finding
                    Expect.stringContains finding.Reason "float64" "says what the evidence is"
                    refutedBy "dimension" (Subject.ofNetwork (law "4x1" "3k1,16k4")) |> ignore

                    refutedBy
                        "dimension"
                        (law "3x1" "16k4"
                         |> withFirstWeights (Array.map (fun _ -> 0.0))
                         |> Subject.ofNetwork)
                    |> ignore

                    check
                        claim
                        (law "3x1" "16k4"
                         |> withFirstWeights (Array.map (fun w -> 1e4 * w))
                         |> Subject.ofNetwork)
                    |> isUndecided "precision"

            testCase "tampered witnesses do not replay"
            <| fun () ->
                let twin =
                    drawn "3x1" "16k4,16k4"
                    |> withFirstWeights (fun w -> Array.append w[..127] w[64..127])
                    |> Subject.ofNetwork

                let segment = check claim twin |> isRefuted claim twin
                let half = Subject.ofNetwork (dense (axes 3 2))

                let cone =
                    { segment with
                        Kind = "cone"
                        Side = Side.AtLeast
                        Allowed = 3.0
                        Vectors = [ "code", [| 0.5; 0.25; -1.0 |]; "columns", [| 0.0; 1.0; 2.0 |] ]
                    }

                Expect.isTrue (claim.Replay half cone).Confirmed "the third entry is not seen"
                let full = Subject.ofNetwork (dense (axes 3 3))

                for subject, tampered in
                    [
                        Subject.ofNetwork (drawn "3x1" "16k4,16k4"), segment
                        twin, segment |> withVector "second" (fun _ -> segment.Vector "first")
                        twin, segment |> withVector "second" (Array.map (~-))
                        twin, segment |> withVector "second" (Array.map (fun x -> 1.5 * x))
                        twin, segment |> withVector "first" (fun _ -> [| 1.0 |])
                        twin, { segment with Kind = "anything" }
                        full, cone
                        half, cone |> withVector "code" (Array.map abs)
                        half, cone |> withVector "columns" (fun _ -> [| 0.0; 1.0 |])
                        half,
                        { cone with
                            Kind = "dimension"
                            Vectors = [ "columns", [| 0.0; 1.0; 2.0 |] ]
                        }
                        half,
                        { cone with
                            Kind = "dimension"
                            Vectors = [ "columns", [| 3.0 |] ]
                        }
                    ] do
                    Expect.isFalse (claim.Replay subject tampered).Confirmed $"{tampered.Kind} was changed"

            testCase "codes of one measurement in different cones collapse nothing"
            <| fun () ->
                // |x|: 1 and −1 share an output, and nothing between does.
                let fold =
                    GenerativeNetwork(
                        Shape.Flat 1,
                        [
                            LinearLayer(1, 2, [| 1.0; -1.0 |]) :> Layer
                            relu ()
                            LinearLayer(2, 1, [| 1.0; 1.0 |])
                        ],
                        "fold"
                    )
                    |> Subject.ofNetwork

                isSupported (check claim fold)

                let witness: Witness =
                    {
                        Claim = "mode-collapse"
                        Kind = "segment"
                        Layer = None
                        Vectors = [ "first", [| 1.0 |]; "second", [| -1.0 |] ]
                        Scalars = []
                        Measured = Enclosure.Point 0.0
                        Side = Side.Above
                        Allowed = 0.0
                        Fact = ""
                    }

                Expect.isFalse (claim.Replay fold witness).Confirmed "they lie in different cones"

                Expect.isTrue
                    (Uniqueness.claim.Replay fold { witness with Kind = "collision" }).Confirmed
                    "they share an output"

            testCase "the code 0 shows nothing of a cone, to either claim"
            <| fun () ->
                let subject = Subject.ofNetwork (drawn "3x1" "16k4,16k4")

                let witness: Witness =
                    {
                        Claim = "mode-collapse"
                        Kind = "cone"
                        Layer = None
                        Vectors = [ "code", [| 0.0; 0.0; 0.0 |]; "columns", [| 0.0; 1.0; 2.0 |] ]
                        Scalars = []
                        Measured = Enclosure.Point 0.0
                        Side = Side.AtLeast
                        Allowed = 3.0
                        Fact = ""
                    }

                Expect.isFalse (claim.Replay subject witness).Confirmed "mode-collapse"
                Expect.isFalse (Uniqueness.claim.Replay subject witness).Confirmed "uniqueness"

            testCase "without trials nothing is decided"
            <| fun () ->
                checkWith { quick with Trials = 0 } claim (Subject.ofNetwork (drawn "3x1" "24k4"))
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
                        drawn "5x1" "4k2" |> withFirstWeights (Array.map (fun _ -> 0.0))
                        dense [ [ 1.0 ] ]
                        drawn "1x1" "1k1"
                        drawnWith WeightLaw.Constant "relu" "3x1" "16k4,16k4"
                    ] do
                    let subject = Subject.ofNetwork network
                    check claim subject |> isRefuted claim subject |> ignore

            testCase "the same key gives the same finding"
            <| fun () ->
                sameFinding claim (Subject.ofNetwork (drawn "3x1" "8k3,8k3"))
                sameFinding claim (Subject.ofNetwork (drawn "6x1" "8k3,8k3"))
        ]
