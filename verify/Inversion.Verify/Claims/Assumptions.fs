/// What Theorem 1 assumes of a network, one assumption after the other.
[<RequireQualifiedAccess>]
module Inversion.Verify.Claims.Assumptions

open System
open System.Threading
open Inversion.Measurements
open Inversion.Networks
open Inversion.Randomness
open Inversion.Verify

let private id = "assumptions"

let private statement =
    "two layers, each a transposed convolution with stride = kernel (or dense), without bias, followed by ReLU; independent Gaussian weights of mean 0 and one variance in each layer; A = I or a row subset of it"

let private source = "MAK §2, Theorem 1, Theorem 4"

/// One assumption as a number and its limit.
type private Part =
    {
        /// Name of the assumption.
        Kind: string
        Layer: int option
        Value: float
        Side: Side
        Limit: float
        /// True when the number is a fact about the structure, false for a test statistic.
        Exact: bool
        /// What breaks when it breaks.
        Text: string
    }

let private fact kind layer value side limit text =
    {
        Kind = kind
        Layer = layer
        Value = value
        Side = side
        Limit = limit
        Exact = true
        Text = text
    }

/// value = limit, as the two inequalities that say so.
let private equal kind layer (value: float) limit text =
    fact kind layer value (if value > limit then Side.AtMost else Side.AtLeast) limit text

let private holds (part: Part) =
    not (Verdict.breaks part.Side part.Limit (Enclosure.Point part.Value))
    && not (Double.IsNaN part.Value)

/// The layers with weights: number from 1, the layer, and what stands between it and the next one.
let private layers (network: GenerativeNetwork) =
    let indices =
        [
            for i in 0 .. network.Layers.Length - 1 do
                if network.Layers[i] :? AffineLayer then
                    i
        ]

    indices
    |> List.mapi (fun at index ->
        let next =
            if at + 1 < indices.Length then
                indices[at + 1]
            else
                network.Layers.Length

        let between = [ for i in index + 1 .. next - 1 -> network.Layers[i] ]

        let following =
            if next < network.Layers.Length then
                Some network.Layers[next]
            else
                None

        at + 1, network.Layers[index] :?> AffineLayer, between, following)

let private geometry number (layer: AffineLayer) =
    match layer with
    | :? ConvolutionLayer as convolution ->
        let g = convolution.Geometry
        let layerNumber = Some number

        [
            equal
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
                    equal
                        $"stride-{axis}"
                        layerNumber
                        (float stride)
                        (float kernel)
                        $"layer {number}: stride {stride} is not the kernel size {kernel} along the {axis}"

                    equal
                        $"padding-{axis}"
                        layerNumber
                        (float padding)
                        0.0
                        $"layer {number}: padding {padding} along the {axis} cuts copies of the kernel"

                    equal
                        $"output-padding-{axis}"
                        layerNumber
                        (float outputPadding)
                        0.0
                        $"layer {number}: output padding {outputPadding} along the {axis} adds outputs without weights"

                    equal
                        $"dilation-{axis}"
                        layerNumber
                        (if kernel = 1 then 1.0 else float dilation)
                        1.0
                        $"layer {number}: dilation {dilation} along the {axis} interleaves copies of the kernel"

            equal
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
        equal "relu" (Some number) (if found.Length = 1 && relus = 1 then 1.0 else 0.0) 1.0 text
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

        equal
            "other-layers"
            (Some number)
            (float others.Length)
            0.0
            $"layer {number} is followed by {names}, which the theorem has not"
    ]

/// What holds or fails by structure alone.
let private structure (subject: Subject) =
    let network = subject.Network

    [
        equal "depth" None (float network.Depth) 2.0 $"the network has {network.Depth} layers with weights, not two"

        for number, layer, between, following in layers network do
            yield! geometry number layer

            equal
                "bias"
                (Some number)
                (largestBias layer)
                0.0
                $"layer {number} has a bias, at most {largestBias layer:G6} in size"

            yield! activation number between
            yield! interposed number between following

            if layer.Weight.Length > 1 then
                let spread = Array.max layer.Weight - Array.min layer.Weight

                fact
                    "spread"
                    (Some number)
                    spread
                    Side.Above
                    0.0
                    $"all weights of layer {number} are {layer.Weight[0]:R}"

        let isMask = subject.Measurement :? Subsampling

        equal
            "measurement"
            None
            (if isMask then 1.0 else 0.0)
            1.0
            $"the measurement {subject.Measurement.Name} is no row subset of the identity"
    ]

/// Mean (in units of the root second moment) and excess kurtosis of the laws, by integration.
let private lawMoments law =
    match law with
    | WeightLaw.Gaussian -> 0.0, 0.0
    | WeightLaw.Uniform -> 0.0, -1.2
    | WeightLaw.Rademacher -> 0.0, -2.0
    | WeightLaw.Laplace -> 0.0, 3.0
    | WeightLaw.Uniform01 -> sqrt 3.0 / 2.0, -1.2
    | WeightLaw.Bernoulli01 -> sqrt 0.5, -2.0
    | _ -> 1.0, nan

/// What the law fails that the weights were drawn from.
let private byConstruction (origin: DrawnNetwork) =
    let mean, kurtosis = lawMoments origin.Law
    let name = origin.Law.Name()

    [
        equal
            "law"
            None
            (if origin.Law = WeightLaw.Gaussian then 1.0 else 0.0)
            1.0
            $"the weights were drawn from the law {name}, not from a Gaussian"

        equal "law-mean" None mean 0.0 $"the law {name} has mean {mean:G6} in units of its root second moment, not 0"

        if not (Double.IsNaN kurtosis) then
            equal "law-kurtosis" None kurtosis 0.0 $"the law {name} has excess kurtosis {kurtosis:R}, not 0"
    ]

/// How the weights were drawn, when drawing them again gives these weights.
let private trustedOrigin (subject: Subject) =
    match subject.Provenance with
    | Provenance.Drawn origin when
        Fingerprint.ofNetwork (NetworkBuilder.Redraw origin) = Fingerprint.ofNetwork subject.Network
        ->
        Some origin
    | _ -> None

/// The statistics of one layer; those for which it has too few weights are left out.
let private layerStatistics number (layer: AffineLayer) =
    let weights = layer.Weight
    let m = WeightStatistics.moments weights

    if weights.Length < 8 || m.Variance = 0.0 then
        []
    else
        let axes =
            match layer with
            | :? ConvolutionLayer as convolution ->
                let taps = convolution.Geometry.Taps

                let inner =
                    if convolution.Transposed then
                        layer.OutputChannels / convolution.Groups
                    else
                        layer.InputChannels / convolution.Groups

                [
                    "taps", taps, 1
                    "inner channels", inner, taps
                    "outer channels", weights.Length / (inner * taps), inner * taps
                ]
            | _ ->
                [
                    "inputs", layer.InputChannels, 1
                    "outputs", layer.OutputChannels, layer.InputChannels
                ]

        [
            "mean", abs (WeightStatistics.meanZ m), $"layer {number}: the mean of the weights is {m.Mean:G6}"
            "anderson-darling",
            WeightStatistics.andersonDarling weights,
            $"layer {number}: Anderson and Darling's statistic says the weights are not normal"
            if weights.Length >= 20 then
                "kurtosis", abs (WeightStatistics.kurtosisZ m), $"layer {number}: excess kurtosis {m.ExcessKurtosis:G6}"
            for name, size, stride in axes do
                let struct (z, pairs) = WeightStatistics.neighborZ m weights size stride

                if pairs >= 30 then
                    $"neighbors along {name}",
                    abs z,
                    $"layer {number}: weights next to each other along {name} are correlated"
        ]
        |> List.map (fun (kind, value, text) -> kind, Some number, value, text)

let private allStatistics (subject: Subject) =
    layers subject.Network
    |> List.collect (fun (number, layer, _, _) -> layerStatistics number layer)

let private limitOf kind level =
    if kind = "anderson-darling" then
        WeightStatistics.andersonDarlingLimit level
    else
        WeightStatistics.normalLimit level

/// The statistics as assumptions, each at the level that splits the error budget among them.
let private tested level statistics =
    statistics
    |> List.map (fun (kind, layer, value, text) ->
        {
            Kind = kind
            Layer = layer
            Value = value
            Side = Side.AtMost
            Limit = limitOf kind level
            Exact = false
            Text = text
        })

let private levelOf (settings: Settings) statistics =
    1.0 - Statistics.split settings.Confidence (List.length statistics)

let private witnessOf level (part: Part) =
    {
        Claim = id
        Kind = part.Kind
        Layer = part.Layer
        Vectors = []
        Scalars = (if part.Exact then [] else [ "level", level ])
        Measured = Enclosure.Point part.Value
        Side = part.Side
        Allowed = part.Limit
        Fact =
            part.Text
            + (if part.Exact then
                   ""
               else
                   $": {part.Value:G6}, at most {part.Limit:G6} is allowed")
    }

/// Measures the witness' assumption again.
let private replay (subject: Subject) (witness: Witness) =
    let unconfirmed note =
        {
            Confirmed = false
            Measured = Enclosure.Point nan
            Note = note
        }

    let again (parts: Part list) =
        parts
        |> List.tryFind (fun part ->
            part.Kind = witness.Kind
            && part.Layer = witness.Layer
            && part.Side = witness.Side
            && part.Limit = witness.Allowed)

    match Subject.defect subject with
    | Some reason -> unconfirmed reason
    | None when witness.Claim <> id -> unconfirmed "the witness is of another claim"
    | None ->
        let found =
            if witness.Scalars |> List.exists (fun (name, _) -> name = "level") then
                again (tested (witness.Scalar "level") (allStatistics subject))
            else
                let law =
                    match trustedOrigin subject with
                    | Some origin -> byConstruction origin
                    | None -> []

                again (structure subject @ law)

        match found with
        | None -> unconfirmed $"the network has no assumption '{witness.Kind}' with this limit there"
        | Some part ->
            let measured = Enclosure.Point part.Value

            {
                Confirmed = Verdict.breaks part.Side part.Limit measured
                Measured = measured
                Note = part.Text
            }

/// C_iℓ/(C_{i−1} log C_{i−1}); +∞ for one channel, whose logarithm is 0.
let private expansion (layer: AffineLayer) =
    let rows =
        match layer with
        | :? ConvolutionLayer as convolution -> convolution.Geometry.Taps * layer.OutputChannels / convolution.Groups
        | _ -> layer.OutputChannels

    let inputs =
        match layer with
        | :? ConvolutionLayer as convolution -> layer.InputChannels / convolution.Groups
        | _ -> layer.InputChannels

    float rows / (float inputs * log (float inputs))

let private largest kind statistics =
    statistics
    |> List.filter (fun (found: string, _, _, _) -> found.StartsWith(kind, StringComparison.Ordinal))
    |> List.map (fun (_, _, value: float, _) -> value)
    |> function
        | [] -> Quantity.Absent
        | values when List.exists Double.IsNaN values -> Quantity.Absent
        | values -> Quantity.Number(List.max values)

let private judged (settings: Settings) key (subject: Subject) =
    let origin = trustedOrigin subject
    let all = layers subject.Network
    let statistics = allStatistics subject
    let level = levelOf settings statistics

    let parts =
        structure subject
        @ match origin with
          | Some origin -> byConstruction origin
          | None -> tested level statistics

    let broken = parts |> List.filter (holds >> not)

    let verdict =
        match broken with
        | [] -> Verdict.Supported
        | first :: _ -> Claim.confirm replay subject (witnessOf level first)

    let weights = all |> List.sumBy (fun (_, layer, _, _) -> layer.Weight.Length)

    let few =
        all
        |> List.filter (fun (_, layer, _, _) -> layer.Weight.Length < 8)
        |> List.length

    let variances =
        all
        |> List.map (fun (_, layer, _, _) ->
            let m = WeightStatistics.moments layer.Weight

            let rows =
                match layer with
                | :? ConvolutionLayer as convolution -> convolution.Geometry.Taps * layer.OutputChannels
                | _ -> layer.OutputChannels

            (m.Variance + m.Mean * m.Mean) * float rows)

    let reason =
        [
            for part in broken |> List.truncate 6 do
                (witnessOf level part).Fact

            if broken.Length > 6 then
                $"and {broken.Length - 6} more"

            if broken.IsEmpty then
                "the checkable assumptions hold"

            "expansion is reported, not judged: its constant c_ε is unnamed"
            "a factor common to a layer's weights changes no sign in the theorem: the variance is reported, not judged"

            if all |> List.exists (fun (_, layer, _, _) -> layer :? LinearLayer) then
                "a dense layer is the case of one position (HV)"

            match origin with
            | Some _ -> "law, mean and independence are known from the draw"
            | None when few > 0 -> $"{few} layers have fewer than 8 weights: their law was not tested"
            | None -> ()
        ]

    let testedWeights =
        match origin with
        | Some _ -> weights
        | None ->
            if few = 0 then
                weights
            else
                all
                |> List.sumBy (fun (_, l, _, _) -> if l.Weight.Length < 8 then 0 else l.Weight.Length)

    let numbers =
        [
            "depth", Quantity.Number(float subject.Network.Depth)
            "expansion", Quantity.Numbers(all |> List.map (fun (_, layer, _, _) -> expansion layer))
            "varianceRatio", Quantity.Numbers variances
            "meanZ", largest "mean" statistics
            "andersonDarling", largest "anderson-darling" statistics
            "kurtosisZ", largest "kurtosis" statistics
            "neighborZ", largest "neighbors" statistics
            "broken", Quantity.Number(float broken.Length)
        ]

    { Claim.blank id Role.Hypothesis statement source settings key subject with
        Verdict = verdict
        Reason = String.Join("; ", reason)
        Arithmetic =
            (match broken with
             | first :: _ when not first.Exact -> Arithmetic.Float64
             | [] when origin.IsNone -> Arithmetic.Float64
             | _ -> Arithmetic.Exact)
        Measured = numbers
        Allowed =
            [
                "depth", 2.0

                if origin.IsNone && not statistics.IsEmpty then
                    "meanZ", limitOf "mean" level
                    "andersonDarling", limitOf "anderson-darling" level
                    "kurtosisZ", limitOf "kurtosis" level
                    "neighborZ", limitOf "neighbors" level
            ]
        Method =
            (match origin with
             | Some _ ->
                 $"structure read off the network; its {weights} weights drawn again from their key and compared"
             | None ->
                 $"structure read off the network; {statistics.Length} two-sided tests of mean, normality (Anderson and Darling; kurtosis) and correlation of neighbors on {testedWeights} weights, each at level {level:G3}")
        Trials = testedWeights
        FailureRateUpper = nan
    }
    |> Finding.guarded

let private check (settings: Settings) (key: RandomKey) (_: CancellationToken) (subject: Subject) =
    let blank = Claim.blank id Role.Hypothesis statement source settings key subject

    match Subject.defect subject with
    | Some reason ->
        [
            Finding.guarded
                { blank with
                    Verdict = Verdict.Undecided reason
                }
        ]
    | None when subject.Network.Depth = 0 -> [ Claim.notApplicable "the network has no layer with weights" blank ]
    | None -> [ judged settings key subject ]

/// The claim.
let claim: Claim =
    {
        Id = id
        Role = Role.Hypothesis
        Statement = statement
        Source = source
        Check = check
        Replay = replay
    }
