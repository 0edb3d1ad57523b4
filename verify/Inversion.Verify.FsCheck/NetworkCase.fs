namespace Inversion.Verify.FsCheck

open System
open FsCheck
open FsCheck.FSharp
open Inversion.Networks
open Inversion.Randomness

/// One transposed convolution of a drawn network.
type LayerCase =
    {
        /// Channels that come out.
        Channels: int
        /// Taps of the kernel along each axis.
        Kernel: int
        /// The stride: the kernel's size where stamps do not overlap, as the theorem has it.
        Stride: int
    }

/// A small network, described so that it can be shrunk: towards fewer layers, positions, channels and taps, Gaussian weights and
/// ReLU, and towards weights of few digits.
type NetworkCase =
    {
        /// Channels of the latent code.
        Channels: int
        /// Positions of the latent code along its axes: one number or two.
        Positions: int list
        /// From the code to the output; at least one.
        Layers: LayerCase list
        Law: WeightLaw
        /// "relu", "leaky-relu:0.2", "sigmoid", "tanh".
        Activation: string
        /// Address of the weights.
        Key: uint64
        /// Significant digits of the weights; 17 leaves them as drawn.
        Digits: int
    }

    /// The network: its layers drawn, its weights rounded.
    member case.Network =
        let shape = String.Join('x', case.Channels :: case.Positions)

        let layers =
            case.Layers
            |> List.map (fun layer ->
                let stride =
                    if layer.Stride = layer.Kernel then
                        ""
                    else
                        $"s{layer.Stride}"

                $"{layer.Channels}k{layer.Kernel}{stride}")

        let drawn =
            NetworkBuilder(
                Input = Shape.Parse shape,
                Layers = String.Join(',', layers),
                Law = case.Law,
                Activation = case.Activation
            )
                .Draw(RandomKey case.Key)

        if case.Digits >= 17 then
            drawn
        else
            let rounded =
                drawn.Layers
                |> Seq.map (fun layer ->
                    match layer with
                    | :? ConvolutionLayer as c ->
                        ConvolutionLayer(
                            c.Transposed,
                            c.InputChannels,
                            c.OutputChannels,
                            c.Geometry,
                            Array.map (Digits.round case.Digits) c.Weight,
                            c.Bias,
                            c.Groups
                        )
                        :> Layer
                    | other -> other)

            GenerativeNetwork(drawn.InputShape, List.ofSeq rounded, $"{drawn.Name}, {case.Digits} digits")

/// Generators of networks.
[<RequireQualifiedAccess>]
module NetworkCase =
    let private layer overlapping =
        gen {
            let! channels = Gen.choose (1, 12)
            let! kernel = Gen.choose (1, 5)

            let! stride =
                if overlapping then
                    Gen.choose (1, kernel)
                else
                    Gen.constant kernel

            return
                {
                    Channels = channels
                    Kernel = kernel
                    Stride = stride
                }
        }

    let private network law activation overlapping =
        gen {
            let! channels = Gen.choose (1, 6)
            let! rank = Gen.frequency [ 3, Gen.constant 1; 1, Gen.constant 2 ]
            let! positions = Gen.listOfLength rank (Gen.choose (1, 3))

            let! depth =
                Gen.frequency [ 1, Gen.constant 1; 4, Gen.constant 2; 1, Gen.constant 3 ]
            // Kernels of a second axis square the outputs: fewer layers keep a case small.
            let! layers =
                Gen.listOfLength (if rank = 2 then min 2 depth else depth) (layer overlapping)

            let! law = law
            let! activation = activation
            let! key = Gen.choose (0, Int32.MaxValue)

            return
                {
                    Channels = channels
                    Positions = positions
                    Layers = layers
                    Law = law
                    Activation = activation
                    Key = uint64 key
                    Digits = 17
                }
        }

    /// Networks of any law and activation, whose stamps may overlap.
    let generator =
        network
            (Gen.frequency
                [
                    3, Gen.constant WeightLaw.Gaussian
                    2, Gen.elements (Enum.GetValues<WeightLaw>())
                ])
            (Gen.frequency
                [
                    3, Gen.constant "relu"
                    1, Gen.elements [ "leaky-relu:0.2"; "sigmoid"; "tanh" ]
                ])
            true

    /// Networks of the theorem's form: Gaussian weights, ReLU, stride = kernel; two layers or another number.
    let theoremGenerator =
        network (Gen.constant WeightLaw.Gaussian) (Gen.constant "relu") false

    let private smallerNumber value =
        [
            if value > 1 then
                1

                if value > 3 then
                    value / 2

                    if value > 2 then
                        value - 1
        ]
        |> List.distinct

    let private eachSmaller (shrink: 'T -> 'T list) (items: 'T list) =
        items
        |> List.mapi (fun index item -> shrink item |> List.map (fun other -> List.updateAt index other items))
        |> List.concat

    let private smallerLayer (layer: LayerCase) =
        [
            for channels in smallerNumber layer.Channels do
                { layer with Channels = channels }
            for kernel in smallerNumber layer.Kernel do
                { layer with
                    Kernel = kernel
                    Stride =
                        if layer.Stride = layer.Kernel then
                            kernel
                        else
                            min layer.Stride kernel
                }
            // Without overlap is simpler.
            if layer.Stride <> layer.Kernel then
                { layer with Stride = layer.Kernel }
        ]

    /// Smaller and plainer cases, the largest steps first.
    let shrinker (case: NetworkCase) : NetworkCase seq =
        seq {
            if case.Layers.Length > 1 then
                for index in 0 .. case.Layers.Length - 1 do
                    { case with
                        Layers = List.removeAt index case.Layers
                    }

            if case.Positions.Length > 1 then
                for position in List.distinct case.Positions do
                    { case with Positions = [ position ] }

            for positions in eachSmaller smallerNumber case.Positions do
                { case with Positions = positions }

            for channels in smallerNumber case.Channels do
                { case with Channels = channels }

            for layers in eachSmaller smallerLayer case.Layers do
                { case with Layers = layers }

            if case.Law <> WeightLaw.Gaussian then
                { case with Law = WeightLaw.Gaussian }

            if case.Activation <> "relu" then
                { case with Activation = "relu" }

            if case.Key > 9UL then
                { case with Key = case.Key % 10UL }

            for digits in [ 1; 2; 4 ] do
                if digits < case.Digits then
                    { case with Digits = digits }
        }
