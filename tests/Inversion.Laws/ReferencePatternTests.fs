module Inversion.Laws.ReferencePatternTests

open System
open Expecto
open Inversion.Measurements
open Inversion.Networks
open Inversion.Randomness
open Inversion.Verify.Exact
open Inversion.Verify.Reference

let private relu: Layer = ActivationLayer Activation.Relu

let private dense (rows: float list list) : Layer =
    LinearLayer(rows.Head.Length, rows.Length, rows |> List.concat |> List.toArray)

let private network inputs layers =
    Reference.ofNetwork (GenerativeNetwork(Shape.Flat inputs, layers))

let private patterns =
    [
        testCase "a tie that rounding hides is decided exactly, either way"
        <| fun () ->
            // 0.3 · 0.1 − 0.1 · 0.3 is zero; the third weight moves it by less than any float near the products.
            let rows =
                [
                    [ 0.3; -0.1; 0.0 ]
                    [ 0.3; -0.1; 2.0 ** -200.0 ]
                    [ 0.3; -0.1; -(2.0 ** -200.0) ]
                ]

            let net = network 3 [ dense rows; relu ]
            let z = [| 0.1; 0.3; 1.0 |]

            Expect.equal (Pattern.at net z |> Array.item 0) [| Sign.Zero; Sign.Positive; Sign.Negative |] "exact"

            Expect.equal
                (Pattern.onBox net (Interval.ofArray z) |> Array.item 0)
                [| Sign.Unknown; Sign.Unknown; Sign.Unknown |]
                "intervals alone cannot tell, and say so"

        testCase "a tie above other layers is decided exactly"
        <| fun () ->
            // Both hidden units compute 0.3 z₁ + 0.1 z₂, so their difference is zero, and their leaky images differ by the slope.
            let leaky: Layer = ActivationLayer(Activation.LeakyRelu, 0.1)

            let layers =
                [
                    dense [ [ 0.3; 0.1 ]; [ 0.1; 0.3 ]; [ -0.3; -0.1 ] ]
                    leaky
                    dense [ [ 0.1; -0.1; 0.0 ]; [ 0.1; 0.0; 1.0 ]; [ 0.1; 0.0; 1.0000000000000002 ] ]
                    relu
                ]

            let signs = Pattern.at (network 2 layers) [| 0.7; 0.7 |]
            Expect.equal signs.[0] [| Sign.Positive; Sign.Positive; Sign.Negative |] "first layer"
            Expect.equal signs[1].[0] Sign.Zero "equal units"
            // 0.1 p + 1 · 0.1 · (−p) = 0 exactly; one last bit more on the second weight makes it negative.
            Expect.equal signs[1].[1] Sign.Zero "cancellation through the slope"
            Expect.equal signs[1].[2] Sign.Negative "not quite a cancellation"

        testCase "units that read dead units are zero without any exact arithmetic"
        <| fun () ->
            let net =
                network
                    1
                    [
                        dense [ [ 1.0 ]; [ -1.0 ] ]
                        relu
                        dense [ [ 3.0; 0.0 ]; [ 0.1; 0.2 ] ]
                        relu
                    ]

            let box = [| Interval.between -2.0 -1.0 |]
            let signs = Pattern.onBox net box
            Expect.equal signs.[1] [| Sign.Zero; Sign.Positive |] "structural zero on a whole box"
            let point = Pattern.at net [| -1.5 |]
            Expect.equal point.[1] [| Sign.Zero; Sign.Positive |] "at a point"
            Expect.isEmpty (Kinks.at net point) "a constant pre-activation is no kink"

        testCase "a box across a kink is undecided, and its gradient covers both sides"
        <| fun () ->
            let net =
                network 1 [ dense [ [ 1.0 ] ]; ActivationLayer(Activation.LeakyRelu, 0.25) ]

            let rows = MeasurementRows.ofMeasurement (Subsampling.All 1)
            let box = [| Interval.between -1.0 1.0 |]
            Expect.equal (Pattern.onBox net box |> Array.item 0) [| Sign.Unknown |] "undecided"
            let gradient = IntervalReference.gradient net rows [| Interval.ofInt 2 |] box

            for z in [ -1.0; -0.5; 0.5; 1.0 ] do
                Expect.isTrue
                    (Interval.contains (Reference.gradient net rows [| 2.0 |] [| z |] |> Array.head) gradient[0])
                    $"∇J({z})"

        testCase "numbers that are not finite, and smooth layers below, leave a sign unknown"
        <| fun () ->
            let nanNet = network 1 [ dense [ [ nan ]; [ 1.0 ] ]; relu ]
            Expect.equal (Pattern.at nanNet [| 1.0 |] |> Array.item 0) [| Sign.Unknown; Sign.Positive |] "NaN weight"
            Expect.isFalse nanNet.IsFinite "finite"
            Expect.isFalse (Pattern.isDecided nanNet (Pattern.at nanNet [| 1.0 |])) "undecided"
            let fine = network 1 [ dense [ [ 1.0 ] ]; relu ]
            Expect.equal (Pattern.at fine [| nan |] |> Array.item 0) [| Sign.Unknown |] "NaN code"
            Expect.isTrue (Double.IsNaN(Array.head (Reference.forward fine [| nan |]))) "NaN goes through"

            let smooth =
                network
                    1
                    [
                        dense [ [ 1.0 ]; [ 1.0 ] ]
                        ActivationLayer Activation.Tanh
                        dense [ [ 1.0; -1.0 ]; [ 1.0; 1.0 ] ]
                        relu
                    ]

            Expect.equal
                (Pattern.at smooth [| 0.5 |] |> Array.item 1)
                [| Sign.Unknown; Sign.Positive |]
                "a tie above a tanh"

        testCase "the exact signs agree with the float signs wherever those are clear"
        <| fun () ->
            let drawn =
                NetworkBuilder(Input = Shape.Parse "4x2", Layers = "6k3,5k2").Draw(RandomKey 0x77UL)

            let net = Reference.ofNetwork drawn
            let stream = (RandomKey 0x78UL).Open()

            for _ in 1..50 do
                let z = Array.init 8 (fun _ -> stream.NextGaussian())
                let trace = Reference.trace net z

                Array.iter2
                    (Array.iter2 (fun p sign ->
                        let expected =
                            if p > 0.0 then Sign.Positive
                            elif p < 0.0 then Sign.Negative
                            else Sign.Zero

                        if abs p > 1e-12 || p = 0.0 then
                            Expect.equal sign expected $"{p:R}"))
                    trace.PreActivations
                    (Pattern.at net z)
    ]

let private oneSided =
    [
        testCase "the directional derivative on a kink takes the side that the direction points to"
        <| fun () ->
            // J(z) = ½(relu(z) − 1)²: slope −1 to the right of 0, none to the left.
            let net = network 1 [ dense [ [ 1.0 ] ]; relu ]
            let rows = MeasurementRows.ofMeasurement (Subsampling.All 1)
            let y = [| Interval.one |]

            let at v =
                IntervalReference.directionalDerivativeAt net rows y [| 0.0 |] [| v |]

            Expect.equal (at 1.0) (Interval.ofInt -1) "to the right"
            Expect.equal (at -1.0) Interval.zero "to the left"
            Expect.equal (Reference.directionalDerivative net rows [| 1.0 |] [| 0.0 |] [| 2.0 |]) -2.0 "float64"

            let exact =
                ExactReference.directionalDerivative net rows [| 1.0 |] [| 0.0 |] [| 3.0 |]

            Expect.equal exact (Dyadic.ofInt -3) "exact"

        testCase "difference quotients approach the directional derivative from inside a hidden tie"
        <| fun () ->
            let net =
                network
                    2
                    [
                        dense [ [ 0.3; -0.1 ]; [ 1.0; 1.0 ] ]
                        relu
                        dense [ [ 1.0; 0.5 ]; [ -1.0; 0.7 ] ]
                    ]

            let rows = MeasurementRows.ofMeasurement (Subsampling.All 2)
            let y = [| 0.3; -0.2 |]
            let z = [| 0.1; 0.3 |]

            for v in [ [| 1.0; 0.2 |]; [| -1.0; 0.2 |]; [| 0.4; 1.2 |] ] do
                let slope =
                    IntervalReference.directionalDerivativeAt net rows (Interval.ofArray y) z v

                let t = 1e-6
                let moved = Array.map2 (fun a b -> a + t * b) z v
                let quotient = (Reference.value net rows y moved - Reference.value net rows y z) / t
                Expect.isLessThan (abs (Interval.midpoint slope - quotient)) 1e-5 "slope"
                Expect.isLessThan (Interval.width slope) 1e-14 "width"
    ]

let private blocks =
    let drawn layers input (key: uint64) =
        Reference.ofNetwork (NetworkBuilder(Input = Shape.Parse input, Layers = layers).Draw(RandomKey key))

    /// Puts the blocks of a layer back into one matrix.
    let assembled layer (list: LayerBlock list) =
        let found = Collections.Generic.Dictionary<struct (int * int), float>()

        for block in list |> List.filter (fun b -> b.Layer = layer) do
            for at in 0 .. block.Positions.Length - 1 do
                for r in 0 .. block.Rows.Length - 1 do
                    for c in 0 .. block.Inputs[at].Length - 1 do
                        if block.Rows[r].[c] <> 0.0 then
                            found.Add(struct (block.Outputs[at].[r], block.Inputs[at].[c]), block.Rows[r].[c])

        found

    let matrix (network: ReferenceNetwork) layer =
        network.Stages
        |> Array.pick (fun stage ->
            match stage with
            | Stage.Affine(rows, number, _) when number = layer -> Some rows
            | _ -> None)

    [
        testCase "a layer that tiles has one block, which stands for every position"
        <| fun () ->
            let net = drawn "5k3,4k2" "3x4" 1UL
            Expect.equal (Blocks.readsOnePosition net) [| true; true |] "tiles"
            let list = Blocks.ofNetwork net None
            Expect.equal list.Length 2 "one a layer"
            let first = list.Head
            Expect.equal first.Positions [| 0; 1; 2; 3 |] "positions"
            Expect.equal (first.Rows.Length, first.Rows[0].Length) (15, 3) "C₁ℓ × C₀"
            Expect.equal first.Inputs.[1] [| 1; 5; 9 |] "inputs of position 1"
            Expect.equal first.Outputs.[1].[0..3] [| 3; 4; 5; 15 |] "outputs of position 1"

        testCase "blocks put together are the layer"
        <| fun () ->
            for layers, input in
                [
                    "5k3,4k2", "3x4"
                    "6k4s2p1,3k3s1", "2x5"
                    "4k4s2p1,2k3s2", "3x2x3"
                    "dense7,dense9", "4"
                ] do
                let net = drawn layers input 2UL

                for layer in 1..2 do
                    let rows = matrix net layer
                    let found = assembled layer (Blocks.ofNetwork net None)

                    let expected =
                        Seq.zip rows.Columns rows.Weights
                        |> Seq.mapi (fun o (columns, weights) ->
                            Seq.zip columns weights |> Seq.map (fun (c, w) -> struct (struct (o, c), w)))
                        |> Seq.concat
                        |> Seq.filter (fun (struct (_, w)) -> w <> 0.0)
                        |> Seq.toArray

                    Expect.equal found.Count expected.Length $"{layers}: connections of layer {layer}"

                    for struct (at, w) in expected do
                        Expect.equal found[at] w $"{layers}: layer {layer}"

        testCase "padding gives the borders blocks of their own, and overlap is told"
        <| fun () ->
            let net = drawn "6k4s2p1" "2x5" 3UL
            Expect.equal (Blocks.readsOnePosition net) [| false |] "overlap"
            let list = Blocks.ofNetwork net None
            Expect.equal (list |> List.map (fun b -> b.Positions)) [ [| 0 |]; [| 1; 2; 3 |]; [| 4 |] ] "borders"
            Expect.equal (list |> List.map (fun b -> b.Rows.Length)) [ 18; 24; 18 ] "rows"

        testCase "a mask drops rows of the last layer only"
        <| fun () ->
            let net = drawn "5k3,4k2" "3x1" 4UL
            let mask = Array.init net.OutputDimension (fun o -> o % 6 = 0 || o = 1)
            let list = Blocks.ofNetwork net (Some mask)

            Expect.equal
                (list |> List.filter (fun b -> b.Layer = 1) |> List.map (fun b -> b.Rows.Length))
                [ 15 ]
                "first layer"

            let last = list |> List.filter (fun b -> b.Layer = 2)

            Expect.equal
                (last |> List.map (fun b -> b.Positions))
                [ [| 0 |]; [| 1; 2 |] ]
                "position 0 has one row more, the others none"

            Expect.equal (last.Head.Rows.Length, last[1].Rows.Length) (5, 0) "rows"
            Expect.equal last.Head.Outputs[0] [| 0; 1; 6; 12; 18 |] "outputs"
    ]

[<Tests>]
let tests =
    testList
        "the reference's structure"
        [
            testList "patterns" patterns
            testList "one-sided derivatives" oneSided
            testList "blocks" blocks
        ]
