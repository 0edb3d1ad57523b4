module Inversion.Laws.ReferenceTests

open System
open System.IO
open System.Text.Json
open Expecto
open Inversion.Measurements
open Inversion.Networks
open Inversion.Networks.Engine
open Inversion.Networks.Formats
open Inversion.Randomness
open Inversion.Risk
open Inversion.Verify.Exact
open Inversion.Verify.Reference

let private key = RandomKey 0x5eedUL

let private gaussian (key: RandomKey) count =
    let values = Array.zeroCreate<float> count
    key.Open().FillGaussian(Span values)
    values

/// Largest difference over the largest |expected|.
let private distance (expected: float[]) (actual: float[]) =
    Expect.equal actual.Length expected.Length "length"
    let scale = expected |> Array.fold (fun most x -> max most (abs x)) 1e-300

    Array.map2 (fun (e: float) a -> abs (e - a)) expected actual
    |> Array.fold max 0.0
    |> fun worst ->
        if Double.IsNaN(Array.sum actual) then
            nan
        else
            worst / scale

let private expectClose tolerance expected actual what =
    let found = distance expected actual
    Expect.isTrue (found <= tolerance) $"{what}: relative distance {found:R}"

let private expectInside (values: float[]) (enclosures: Interval[]) slack what =
    let scale = values |> Array.fold (fun most x -> max most (abs x)) 1e-300

    Array.iter2
        (fun value (box: Interval) ->
            Expect.isTrue
                (box.Lower - slack * scale <= value && value <= box.Upper + slack * scale)
                $"{what}: {value:R} lies outside {box}"

            Expect.isLessThan (Interval.width box) (1e-10 * scale) $"{what}: width")
        values
        enclosures

/// Networks with every kind of layer: groups, dilation, stride above the kernel, output padding, rectangles, bias, upsampling, dense.
let private zoo =
    let weights (name: string) count = gaussian (key.Child name) count

    let conv transposed inputs outputs (geometry: KernelGeometry) groups biased name : Layer =
        let count =
            (if transposed then
                 inputs * (outputs / groups)
             else
                 outputs * (inputs / groups))
            * geometry.Taps

        let bias: float[] | null = if biased then weights (name + "b") outputs else null

        ConvolutionLayer(transposed, inputs, outputs, geometry, weights name count, bias, groups)

    let activation name : Layer = ActivationLayer.Parse name

    [
        "tiling 1-D ReLU",
        GenerativeNetwork(
            Shape.Sequence(3, 2),
            [
                conv true 3 4 (KernelGeometry([ 3 ], [ 3 ])) 1 false "a1"
                activation "relu"
                conv true 4 2 (KernelGeometry([ 2 ], [ 2 ])) 1 false "a2"
                activation "relu"
            ]
        )
        "1-D groups, dilation, overlap, bias",
        GenerativeNetwork(
            Shape.Sequence(4, 3),
            [
                conv true 4 6 (KernelGeometry([ 4 ], [ 2 ], [ 1 ], [ 1 ], [ 2 ])) 2 true "b1"
                activation "leaky-relu:0.2"
                conv false 6 3 (KernelGeometry([ 3 ], [ 2 ], [ 2 ], [ 0 ], [ 2 ])) 3 true "b2"
                activation "leaky-relu:0.3"
            ]
        )
        "2-D rectangles, stride above kernel, output padding",
        GenerativeNetwork(
            Shape.Image(2, 2, 3),
            [
                conv true 2 3 (KernelGeometry([ 2; 3 ], [ 3; 2 ], [ 0; 1 ], [ 2; 1 ], [ 1; 1 ])) 1 true "c1"
                activation "relu"
                UpsampleLayer(2, 1)
                conv false 3 2 (KernelGeometry([ 3; 2 ], [ 1; 2 ], [ 1; 0 ], [ 0; 0 ], [ 1; 2 ])) 1 false "c2"
                ChannelAffineLayer([| 0.5; -1.5 |], [| 0.1; 0.2 |])
                activation "tanh"
            ]
        )
        "dense, reshape, channel affine before a layer, sigmoid",
        GenerativeNetwork(
            Shape.Flat 4,
            [
                LinearLayer(4, 12, weights "d1" 48, weights "d1b" 12)
                activation "relu"
                ReshapeLayer(Shape.Image(3, 2, 2))
                ChannelAffineLayer([| 2.0; -1.0; 0.5 |], [| 0.0; 0.3; -0.2 |])
                conv true 3 2 (KernelGeometry([ 4; 4 ], [ 2; 2 ], [ 1; 1 ])) 1 false "d2"
                activation "sigmoid"
            ]
        )
    ]

let private againstCore (name: string, network: GenerativeNetwork) =
    testCase $"agrees with the core on {name}"
    <| fun () ->
        let reference = Reference.ofNetwork network
        let n0, n = network.LatentDimension, network.OutputDimension
        let engine = NetworkEngine<float> network

        let mask =
            [|
                for i in 0 .. n - 1 do
                    if i % 3 <> 1 then
                        i
            |]

        for measurement in
            [
                Subsampling(n, mask) :> Measurement
                GaussianSensing(Subsampling(n, mask), 5, key.Child "A")
            ] do
            let rows = MeasurementRows.ofMeasurement measurement

            let z, truth, v =
                gaussian (key.Child "z") n0, gaussian (key.Child "t") n0, gaussian (key.Child "v") n0

            let risk = EmpiricalRisk<float>.OfCode(engine, measurement, ReadOnlySpan truth)
            let y = Reference.observe reference rows truth
            let enclosed = IntervalReference.observeAt reference rows truth
            let gradient = Array.zeroCreate<float> n0
            let value = risk.ValueAndGradient(ReadOnlySpan z, Span gradient)
            let slope = risk.DirectionalDerivative(ReadOnlySpan z, ReadOnlySpan v)

            expectClose 1e-13 (risk.Observed.ToArray()) y "A G(z°)"
            expectClose 1e-12 [| value |] [| Reference.value reference rows y z |] "J"
            expectClose 1e-12 gradient (Reference.gradient reference rows y z) "∇J"
            expectClose 1e-12 [| slope |] [| Reference.directionalDerivative reference rows y z v |] "D_vJ"
            expectInside y enclosed 1e-15 "A G(z°) in intervals"
            expectInside gradient (IntervalReference.gradientAt reference rows enclosed z) 1e-13 "∇J in intervals"

            expectInside
                [| slope |]
                [| IntervalReference.directionalDerivativeAt reference rows enclosed z v |]
                1e-13
                "D_vJ in intervals"

let private oracle =
    testCase "agrees with PyTorch on every reference case"
    <| fun () ->
        let folder = SharedData.require "oracle"

        for path in Directory.EnumerateFiles(folder, "*.safetensors") do
            use document =
                JsonDocument.Parse(File.ReadAllText(path.Replace(".safetensors", ".json")))

            let expected = document.RootElement
            let numbers name = SharedData.numbers name expected
            let network = NetworkFile.Read path
            let reference = Reference.ofNetwork network

            let rows =
                MeasurementRows.ofMeasurement (
                    Subsampling(network.OutputDimension, SharedData.wholes "mask_indices" expected)
                )

            let z, v = numbers "z", numbers "v"
            let y = Reference.observe reference rows (numbers "z_star")
            expectClose 1e-12 (numbers "G_z") (Reference.forward reference z) $"{path}: G"
            expectClose 1e-12 (numbers "y_star") (Reference.forward reference (numbers "z_star")) $"{path}: y"

            expectClose
                1e-12
                [| expected.GetProperty("J").GetDouble() |]
                [| Reference.value reference rows y z |]
                $"{path}: J"

            expectClose 1e-12 (numbers "grad") (Reference.gradient reference rows y z) $"{path}: grad"
            expectClose 1e-12 (numbers "Jv") (Reference.jacobianProduct reference z v) $"{path}: Jv"

            expectClose
                1e-12
                (numbers "JTw")
                (Reference.jacobianTransposedProduct reference z (numbers "w"))
                $"{path}: JTw"

            expectInside
                (numbers "grad")
                (IntervalReference.gradientAt
                    reference
                    rows
                    (IntervalReference.observeAt reference rows (numbers "z_star"))
                    z)
                1e-12
                $"{path}: grad in intervals"

[<Tests>]
let tests =
    testList "the slow reference" [ testList "evaluation" (oracle :: List.map againstCore zoo) ]
