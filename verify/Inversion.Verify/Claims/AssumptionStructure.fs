/// What Theorem 1 assumes of the layers and the measurement, read off the structure.
module internal Inversion.Verify.Claims.AssumptionStructure

open System
open Inversion.Measurements
open Inversion.Networks
open Inversion.Verify

let private geometry number (layer: AffineLayer) =
    match layer with
    | :? ConvolutionLayer as convolution ->
        let g = convolution.Geometry
        let layerNumber = Some number

        [
            AssumptionParts.equal
                "transposed"
                layerNumber
                (if convolution.Transposed then 1.0 else 0.0)
                1.0
                $"layer {number} is {convolution.Kind}, not a transposed convolution"

            for axis, kernel, stride, padding, outputPadding, dilation in
                [
                    "height", g.KernelHeight, g.StrideHeight, g.PaddingHeight, g.OutputPaddingHeight, g.DilationHeight
                    "width", g.KernelWidth, g.StrideWidth, g.PaddingWidth, g.OutputPaddingWidth, g.DilationWidth
                ] do
                if axis = "width" || g.Rank = 2 then
                    AssumptionParts.equal
                        $"stride-{axis}"
                        layerNumber
                        (float stride)
                        (float kernel)
                        $"layer {number}: stride {stride} is not the kernel size {kernel} along the {axis}"

                    AssumptionParts.equal
                        $"padding-{axis}"
                        layerNumber
                        (float padding)
                        0.0
                        $"layer {number}: padding {padding} along the {axis} cuts copies of the kernel"

                    AssumptionParts.equal
                        $"output-padding-{axis}"
                        layerNumber
                        (float outputPadding)
                        0.0
                        $"layer {number}: output padding {outputPadding} along the {axis} adds outputs without weights"

                    AssumptionParts.equal
                        $"dilation-{axis}"
                        layerNumber
                        (if kernel = 1 then 1.0 else float dilation)
                        1.0
                        $"layer {number}: dilation {dilation} along the {axis} interleaves copies of the kernel"

            AssumptionParts.equal
                "groups"
                layerNumber
                (float convolution.Groups)
                1.0
                $"layer {number}: {convolution.Groups} groups of channels do not mix"
        ]
    | _ -> []

let private largestBias (layer: AffineLayer) =
    match layer.Bias with
    | null -> 0.0
    | bias -> bias |> Array.fold (fun most b -> max most (abs b)) 0.0

let private activation number (between: Layer list) =
    let found =
        between
        |> List.choose (fun layer ->
            match layer with
            | :? ActivationLayer as activation -> Some activation
            | _ -> None)

    let relus =
        found
        |> List.filter (fun activation -> activation.Activation = Activation.Relu)
        |> List.length

    let text =
        match found with
        | [] -> $"layer {number} is followed by no activation"
        | first :: _ when first.Activation = Activation.LeakyRelu ->
            $"layer {number} is followed by a leaky ReLU of slope {first.Slope:R}"
        | first :: _ -> $"layer {number} is followed by {first.Kind}"

    [
        AssumptionParts.equal "relu" (Some number) (if found.Length = 1 && relus = 1 then 1.0 else 0.0) 1.0 text
    ]

let private interposed number (between: Layer list) (following: Layer option) =
    let foreign (layer: Layer) =
        match layer, following with
        | :? ActivationLayer, _ -> false
        | :? ReshapeLayer, Some next -> not (next :? LinearLayer)
        | :? ReshapeLayer, None -> false
        | _ -> true

    let others = between |> List.filter foreign |> List.map (fun layer -> layer.Kind)

    [
        let names = String.Join(", ", others)

        AssumptionParts.equal
            "other-layers"
            (Some number)
            (float others.Length)
            0.0
            $"layer {number} is followed by {names}, which the theorem has not"
    ]

/// What holds or fails by structure alone.
let structure (subject: Subject) =
    let network = subject.Network

    [
        AssumptionParts.equal
            "depth"
            None
            (float network.Depth)
            2.0
            $"the network has {network.Depth} layers with weights, not two"

        for number, layer, between, following in AssumptionLayers.layers network do
            yield! geometry number layer

            AssumptionParts.equal
                "bias"
                (Some number)
                (largestBias layer)
                0.0
                $"layer {number} has a bias, at most {largestBias layer:G6} in size"

            yield! activation number between
            yield! interposed number between following

            if layer.Weight.Length > 1 then
                let spread = Array.max layer.Weight - Array.min layer.Weight

                AssumptionParts.fact
                    "spread"
                    (Some number)
                    spread
                    Side.Above
                    0.0
                    $"all weights of layer {number} are {layer.Weight[0]:R}"

        let isMask = subject.Measurement :? Subsampling

        AssumptionParts.equal
            "measurement"
            None
            (if isMask then 1.0 else 0.0)
            1.0
            $"the measurement {subject.Measurement.Name} is no row subset of the identity"
    ]
