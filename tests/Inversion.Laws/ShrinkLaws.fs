module Inversion.Laws.ShrinkLaws

open System
open System.IO
open System.Threading
open Expecto
open Inversion.Measurements
open Inversion.Networks
open Inversion.Networks.Engine
open Inversion.Networks.Formats
open Inversion.Verify
open Inversion.Verify.Claims
open Inversion.Verify.Shrinking
open Inversion.Laws.ClaimCases

let private shrinkWithin budget (claim: Claim) subject witness =
    match Shrink.run claim budget null CancellationToken.None subject witness with
    | Ok shrunk -> shrunk
    | Error replay -> failtest $"the witness does not replay: {replay.Note}"

let private shrink claim subject witness =
    shrinkWithin Shrink.defaultBudget claim subject witness

let private refutation (claim: Claim) subject =
    claim.Check quick (key "5eed") CancellationToken.None subject
    |> List.pick (fun finding ->
        match finding.Verdict with
        | Verdict.Refuted witness -> Some witness
        | _ -> None)

/// The subject and the witness as their files give them back.
let private reread (shrunk: Shrunk) =
    use file = new MemoryStream()
    NetworkFile.Write(shrunk.Subject.Network, file)
    file.Position <- 0L
    let network = NetworkFile.Read file
    let witness = Json.toWitness (Json.ofWitness shrunk.Witness)
    Subject.create "read" network shrunk.Subject.Measurement Provenance.Given, witness

let private replaysFromFiles (claim: Claim) shrunk =
    let subject, witness = reread shrunk
    let again = claim.Replay subject witness
    Expect.isTrue again.Confirmed again.Note
    Expect.isTrue (Verdict.breaks witness.Side witness.Allowed again.Measured) "it breaks its limit"
    Expect.equal again.Measured witness.Measured "the witness states what the replay measures"

let private weights (shrunk: Shrunk) =
    [|
        for layer in shrunk.Subject.Network.Layers do
            match layer with
            | :? AffineLayer as affine -> affine.Weight
            | _ -> ()
    |]

/// Refuted subjects of every claim that is shrunk in its structure, by name.
let private cases =
    [
        "origin, two positions", Origin.claim, lazy Subject.ofNetwork (drawn "3x2" "16k4,16k4")
        "origin, a hidden position", Origin.claim, lazy (drawn "3x2" "16k4" |> masked "block:0")
        "origin, Gaussian sensing", Origin.claim, lazy (drawn "3x1" "16k4" |> sensed 2)
        "origin, tanh", Origin.claim, lazy Subject.ofNetwork (drawnWith WeightLaw.Gaussian "tanh" "2x1" "6k3")
        "uniqueness, cone", Uniqueness.claim, lazy (drawn "3x2" "32k4" |> masked "block:1")
        "uniqueness, dimension",
        Uniqueness.claim,
        lazy Subject.ofNetwork (drawnWith WeightLaw.Gaussian "tanh" "4x1" "3k1,16k4")
        "mode-collapse, segment", ModeCollapse.claim, lazy (drawn "3x2" "32k4" |> masked "block:1")
        "mode-collapse, cone", ModeCollapse.claim, lazy Subject.ofNetwork (drawn "2x1" "3k1,3k1")
        "mode-collapse, dimension",
        ModeCollapse.claim,
        lazy Subject.ofNetwork (drawnWith WeightLaw.Gaussian "tanh" "4x1" "3k1,16k4")
        "landscape-shape, ReLU", LandscapeShape.claim, lazy Subject.ofNetwork (drawn "3x1" "6k2,6k2")
        "landscape-shape, tanh",
        LandscapeShape.claim,
        lazy Subject.ofNetwork (drawnWith WeightLaw.Gaussian "tanh" "3x1" "6k2,6k2")
        "descent, two positions", Descent.claim, lazy Subject.ofNetwork (drawn "3x2" "12k3,12k3")
        "descent, 2-D with overlaps", Descent.claim, lazy Subject.ofNetwork (drawn "2x1x1" "16k5s3,1k5s3")
        "convergence, narrow", Convergence.claim, lazy Subject.ofNetwork (drawn "4x1" "6k3,6k3")
        "weight-concentration", WeightConcentration.claim, lazy Subject.ofNetwork (drawn "4x2" "8k2,8k2")
        "weight-concentration, masked", WeightConcentration.claim, lazy (drawn "2x1" "3k3" |> masked "random:0.5")
        "angle-contraction", AngleContraction.claim, lazy Subject.ofNetwork (drawn "3x1" "6k2,6k2")
        "gradient-near-mean", GradientNearMean.claim, lazy Subject.ofNetwork (drawn "3x1" "8k2,8k2")
        "assumptions, stride", Assumptions.claim, lazy Subject.ofNetwork (drawn "2x1x1" "6k5s3,2k5s3")
    ]

let private outputs (subject: Subject) (code: float[]) =
    let values = Array.zeroCreate subject.Network.OutputDimension
    subject.Engine.Forward(NetworkWorkspace<float>(), ReadOnlySpan code, Span values, 1)
    values

/// Holds for a network that still gives some of these outputs at the witness' code, and no others: only exact cuts survive.
let private keepsOutputs (from: float[]) : Claim =
    { Origin.claim with
        Replay =
            fun subject witness ->
                let values = outputs subject (witness.Vector "truth")

                let isKept value =
                    from |> Array.exists (fun old -> abs (old - value) <= 1e-12)

                {
                    Confirmed = Array.forall isKept values && values |> Array.exists (fun value -> value > 1e-6)
                    Measured = Enclosure.Point 0.0
                    Note = "outputs"
                }
    }

let private slopeWitness direction truth : Witness =
    {
        Claim = "origin"
        Kind = "slope"
        Layer = None
        Vectors = [ "direction", direction; "truth", truth ]
        Scalars = []
        Measured = Enclosure.Point 0.0
        Side = Side.Below
        Allowed = 0.0
        Fact = "from the origin J does not fall along v"
    }

[<Tests>]
let tests =
    testList
        "shrink"
        [
            for name, claim, subject in cases do
                testCase $"is smaller and replays from its files: {name}"
                <| fun () ->
                    let subject = subject.Value
                    let witness = refutation claim subject
                    let shrunk = shrink claim subject witness
                    replaysFromFiles claim shrunk
                    Expect.isTrue shrunk.IsSmaller $"%A{shrunk.Before} %A{shrunk.After}"
                    Expect.isLessThan shrunk.After.Digits shrunk.Before.Digits "digits"
                    Expect.isFalse (shrunk.IsCancelled || shrunk.IsExhausted) "nothing helped any more"

                    Expect.equal
                        shrunk.After
                        (ShrinkSize.measure shrunk.Subject shrunk.Witness)
                        "the size is that of what is returned"

            testCase "two cones that meet are moved until they meet again"
            <| fun () ->
                let subject = drawn "4x1" "24k4,16k4" |> sensed 6
                let witness = refutation Uniqueness.claim subject
                Expect.equal witness.Kind "meeting" "the kind"
                let shrunk = shrinkWithin 40 Uniqueness.claim subject witness
                replaysFromFiles Uniqueness.claim shrunk
                Expect.isLessThan shrunk.After.Weights shrunk.Before.Weights "a hidden channel goes"
                Expect.equal shrunk.Witness.Kind "meeting" "the same kind of fact"

            testCase "the origin's two positions come down to one weight a layer and two unit codes, by hand"
            <| fun () ->
                // Both outputs stay different from 0 and meet nowhere. At one position and one channel the output is a multiple of
                // max(±z, 0), and two such outputs meet; so two positions, and each layer has at least one weight. Signals of 2 entries
                // at the code and after each of four layers, and two vectors of 2: 14 entries. Four digits, for a zero weight or code
                // would leave nothing.
                let subject = Subject.ofNetwork (drawn "3x2" "16k4,16k4")
                let shrunk = refutation Origin.claim subject |> shrink Origin.claim subject

                Expect.equal
                    shrunk.After
                    {
                        Weights = 2
                        Entries = 14
                        Digits = 4
                    }
                    "the least"

                Expect.equal (weights shrunk |> Array.map (Array.map abs)) [| [| 1.0 |]; [| 1.0 |] |] "one weight each"
                Expect.equal (shrunk.Subject.Network.InputShape.ToString()) "1x2" "two positions"

                let direction, truth =
                    shrunk.Witness.Vector "direction", shrunk.Witness.Vector "truth"

                Expect.equal (Array.map2 (*) direction truth) [| 0.0; 0.0 |] "on different positions"

            testCase "cuts are exact: what is left gives the old outputs at the old code"
            <| fun () ->
                for input, layers in
                    [
                        "3x2", "4k3,2k2"
                        "3x2x2", "4k2,3k2"
                        "3x1", "4k3s2,2k2"
                        "3", "dense6,dense4"
                    ] do
                    let subject = Subject.ofNetwork (drawn input layers)
                    let n = subject.Network.LatentDimension
                    let positions = subject.Network.InputShape.Positions
                    // The last channel is 0 everywhere, and so can go.
                    let code =
                        Array.init n (fun i -> if i < 2 * positions then 1.0 + 0.1 * float i else 0.0)

                    let claim = keepsOutputs (outputs subject code)
                    let shrunk = slopeWitness code code |> shrink claim subject
                    let network = shrunk.Subject.Network
                    Expect.equal network.OutputDimension 1 $"{input}: one output is enough"
                    Expect.equal network.InputShape.Positions 1 $"{input}: and one position"
                    Expect.isLessThan network.InputShape.Channels 3 $"{input}: and not the channel of zeros"

                    let value = outputs shrunk.Subject (shrunk.Witness.Vector "truth")

                    Expect.isTrue
                        (outputs subject code |> Array.exists (fun old -> abs (old - value[0]) <= 1e-12))
                        $"{input}: an old output"

            testCase "a reshape between takes its channels with it"
            <| fun () ->
                let whole = drawn "3x1" "4k2"

                let network =
                    GenerativeNetwork(
                        whole.InputShape,
                        [
                            yield! whole.Layers
                            ReshapeLayer(Shape.Flat 8)
                            LinearLayer(8, 3, Array.init 24 (fun i -> float (i % 5) - 1.5))
                            relu ()
                        ]
                    )

                let subject = Subject.ofNetwork network
                let code = [| 1.0; -0.5; 0.0 |]
                let claim = keepsOutputs (outputs subject code)
                let shrunk = slopeWitness code code |> shrink claim subject
                Expect.equal shrunk.Subject.Network.OutputDimension 1 "one output"
                Expect.isLessThan shrunk.After.Weights shrunk.Before.Weights "fewer weights"
                Expect.isTrue (claim.Replay shrunk.Subject shrunk.Witness).Confirmed "the same output"

            testCase "a mask keeps hiding what it hid, and ends in a whole output where it can"
            <| fun () ->
                let subject = drawn "3x2" "8k4" |> masked "random:0.5"
                let code = Array.init 6 (fun i -> 1.0 + float i)
                let rows = (subject.Measurement :?> Subsampling).Indices
                let seen = outputs subject code
                let claim = keepsOutputs [| for at in rows -> seen[at] |]

                let watching =
                    { claim with
                        Replay =
                            fun subject witness ->
                                let values = outputs subject (witness.Vector "truth")
                                let observed = (subject.Measurement :?> Subsampling).Indices

                                {
                                    Confirmed =
                                        observed
                                        |> Seq.forall (fun at ->
                                            rows |> Seq.exists (fun old -> abs (seen[old] - values[at]) <= 1e-12))
                                        && observed |> Seq.exists (fun at -> values[at] > 1e-6)
                                    Measured = Enclosure.Point 0.0
                                    Note = "observed outputs"
                                }
                    }

                let shrunk = slopeWitness code code |> shrink watching subject
                Expect.equal shrunk.Subject.Measurement.Count 1 "one observation"
                Expect.equal shrunk.Subject.Network.OutputDimension 1 "of one output"
                Expect.equal shrunk.Subject.Measurement.Name "all" "which is all there is"

            testCase "the same witness shrinks to the same bits"
            <| fun () ->
                let subject = Subject.ofNetwork (drawn "3x2" "12k3,12k3")
                let witness = refutation Descent.claim subject

                let print () =
                    let shrunk = shrink Descent.claim subject witness

                    (Json.ofWitness shrunk.Witness).ToJsonString(),
                    Fingerprint.ofNetwork shrunk.Subject.Network,
                    shrunk.Replays

                Expect.equal (print ()) (print ()) "two runs"

            testCase "a budget is kept, a larger one never gives a larger result, and with none the input comes back"
            <| fun () ->
                let subject = Subject.ofNetwork (drawn "3x1" "6k2,6k2")
                let witness = refutation WeightConcentration.claim subject
                let nothing = shrinkWithin 0 WeightConcentration.claim subject witness
                Expect.isTrue (obj.ReferenceEquals(nothing.Subject, subject)) "the same subject"
                Expect.equal nothing.Witness witness "the same witness"
                Expect.equal (nothing.Replays, nothing.IsSmaller) (0, false) "nothing was judged"

                let sizes =
                    [
                        for budget in [ 0; 1; 3; 10; 100 ] ->
                            let shrunk = shrinkWithin budget WeightConcentration.claim subject witness
                            Expect.isLessThanOrEqual shrunk.Replays budget "the budget"
                            replaysFromFiles WeightConcentration.claim { shrunk with Witness = shrunk.Witness }
                            shrunk.After
                    ]

                for before, after in List.pairwise sizes do
                    Expect.isFalse (ShrinkSize.isSmaller before after) $"%A{before} %A{after}"

            testCase "a witness that does not replay is not shrunk"
            <| fun () ->
                let subject = Subject.ofNetwork (drawn "3x2" "16k4,16k4")
                let witness = refutation Origin.claim subject
                let tampered = witness |> withVector "truth" (fun _ -> witness.Vector "direction")

                match Shrink.run Origin.claim 100 null CancellationToken.None subject tampered with
                | Error replay -> Expect.isFalse replay.Confirmed replay.Note
                | Ok shrunk -> failtest $"shrunk to %A{shrunk.After}"

            testCase "cancelled at once, it returns the input"
            <| fun () ->
                let subject = Subject.ofNetwork (drawn "3x2" "16k4,16k4")
                let witness = refutation Origin.claim subject

                match Shrink.run Origin.claim 100 null (CancellationToken true) subject witness with
                | Ok shrunk ->
                    Expect.isTrue shrunk.IsCancelled "it says so"
                    Expect.equal shrunk.Witness witness "the input"
                | Error replay -> failtest replay.Note

            testCase "cancelled on the way, it returns something smaller that replays"
            <| fun () ->
                let subject = Subject.ofNetwork (drawn "3x2" "12k3,12k3")
                let witness = refutation Descent.claim subject
                use source = new CancellationTokenSource()

                let listener =
                    { new IProgress<ShrinkProgress> with
                        member _.Report value =
                            if value.Replays = 12 then
                                source.Cancel()
                    }

                match Shrink.run Descent.claim 4000 listener source.Token subject witness with
                | Ok shrunk ->
                    Expect.isTrue shrunk.IsCancelled "it says so"
                    Expect.isTrue shrunk.IsSmaller "twelve candidates suffice for a first step"
                    replaysFromFiles Descent.claim shrunk
                | Error replay -> failtest replay.Note

            testCase "a fact about the law of the weights is left as it is"
            <| fun () ->
                let subject = Subject.ofNetwork (drawnWith WeightLaw.Uniform "relu" "3x1" "8k4,8k4")
                let witness = refutation Assumptions.claim subject
                let shrunk = shrink Assumptions.claim subject witness
                Expect.equal (shrunk.Witness, shrunk.IsSmaller) (witness, false) "rounded weights follow no law"

            testCase "of an unknown claim only numbers are rounded, and whole ones stay"
            <| fun () ->
                let witness: Witness =
                    { slopeWitness [| 0.123456 |] [| 0.5 |] with
                        Claim = "unheard-of"
                        Vectors = [ "code", [| 0.123456; 2.71828 |]; "places", [| 12.0; 34.0 |] ]
                    }

                let claim =
                    { Origin.claim with
                        Id = "unheard-of"
                        Replay =
                            fun _ witness ->
                                {
                                    Confirmed = abs ((witness.Vector "code").[1] - 2.7) < 0.05
                                    Measured = Enclosure.Point 0.0
                                    Note = "near 2.7"
                                }
                    }

                let subject = Subject.ofNetwork (drawn "2x1" "3k2")
                let shrunk = shrink claim subject witness
                Expect.equal (shrunk.Witness.Vector "code") [| 0.0; 2.7 |] "two digits are needed"
                Expect.equal (shrunk.Witness.Vector "places") [| 12.0; 34.0 |] "places are no numbers to round"
                Expect.equal shrunk.After.Weights shrunk.Before.Weights "the same layers"

                Expect.isLessThanOrEqual
                    (weights shrunk |> Array.sumBy (Array.sumBy ShrinkSize.digits))
                    1
                    "one weight is left"

            testCase "digits are those of the shortest decimal"
            <| fun () ->
                for value, count in [ 0.0, 0; -0.0, 0; 1.0, 1; -12.0, 2; 0.5, 2; 0.1 + 0.2, 18; 1e-7, 3 ] do
                    Expect.equal (ShrinkSize.digits value) count $"{value:R}"
        ]
