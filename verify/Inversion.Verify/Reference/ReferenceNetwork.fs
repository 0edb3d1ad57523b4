namespace Inversion.Verify.Reference

open Inversion.Networks

/// A matrix by rows, with an optional offset: y[o] = Offset[o] + Σ_t Weights[o][t] · x[Columns[o][t]]. Rows may share their arrays.
type SparseRows =
    {
        Inputs: int
        Columns: int[][]
        Weights: float[][]
        /// One entry a row; empty for no offset.
        Offset: float[]
    }

    member rows.Count = rows.Columns.Length

/// What a unit does to its pre-activation.
[<Struct; RequireQualifiedAccess>]
type Nonlinearity =
    /// t for t > 0, Slope · t otherwise; slope 0 is ReLU.
    | Kink of Slope: float
    | Sigmoid
    | Tanh

    member this.IsPiecewiseLinear =
        match this with
        | Kink _ -> true
        | Sigmoid
        | Tanh -> false

/// One step of the network on signals in PyTorch's flattened order.
[<RequireQualifiedAccess>]
type Stage =
    /// Number: which layer with weights it is, from 1; 0 for a channel-wise affine map or an upsampling. InputPositions: of what it reads.
    | Affine of Rows: SparseRows * Number: int * InputPositions: int
    /// Index: which activation layer it is, from 0.
    | Activation of Index: int * Nonlinearity: Nonlinearity * Units: int

/// A network as a list of sparse matrices and activations, made from the layers' weights and PyTorch's definition of each layer alone.
type ReferenceNetwork =
    {
        Network: GenerativeNetwork
        Stages: Stage[]
        LatentDimension: int
        OutputDimension: int
        /// Number of activation layers.
        Activations: int
        /// Every activation is ReLU or leaky ReLU.
        IsPiecewiseLinear: bool
        /// Every weight, offset and slope is finite.
        IsFinite: bool
    }

/// The matrix of each layer, by PyTorch's definition.
module internal Layers =
    open System

    let private upTo count = [| 0 .. count - 1 |]

    /// For each large position, the (small position, tap) pairs that meet it: large = small · stride − padding + tap · dilation, along
    /// each axis.
    let private meetings (geometry: KernelGeometry) (small: Shape) (large: Shape) =
        let found = Array.init large.Positions (fun _ -> ResizeArray<struct (int * int)>())

        for row in 0 .. small.Height - 1 do
            for column in 0 .. small.Width - 1 do
                for tapRow in 0 .. geometry.KernelHeight - 1 do
                    for tapColumn in 0 .. geometry.KernelWidth - 1 do
                        let largeRow =
                            row * geometry.StrideHeight - geometry.PaddingHeight
                            + tapRow * geometry.DilationHeight

                        let largeColumn =
                            column * geometry.StrideWidth - geometry.PaddingWidth
                            + tapColumn * geometry.DilationWidth

                        if
                            largeRow >= 0
                            && largeRow < large.Height
                            && largeColumn >= 0
                            && largeColumn < large.Width
                        then
                            found[largeRow * large.Width + largeColumn]
                                .Add(struct (row * small.Width + column, tapRow * geometry.KernelWidth + tapColumn))

        found |> Array.map (fun pairs -> pairs.ToArray())

    /// The same pairs seen from the small side: for each small position, (large position, tap).
    let private turned count (pairs: struct (int * int)[][]) =
        let found = Array.init count (fun _ -> ResizeArray<struct (int * int)>())

        pairs
        |> Array.iteri (fun large list ->
            for struct (small, tap) in list do
                found[small].Add(struct (large, tap)))

        found |> Array.map (fun pairs -> pairs.ToArray())

    let private offset (layer: AffineLayer) positions =
        match layer.Bias with
        | null -> [||]
        | bias -> Array.init (bias.Length * positions) (fun o -> bias[o / positions])

    let private convolution (layer: ConvolutionLayer) (input: Shape) (output: Shape) =
        let taps = layer.Geometry.Taps
        let inputsPerGroup = layer.InputChannels / layer.Groups
        let outputsPerGroup = layer.OutputChannels / layer.Groups

        // For each output position, the (input position, tap) pairs that it sums.
        let pairs =
            if layer.Transposed then
                meetings layer.Geometry input output
            else
                meetings layer.Geometry output input |> turned output.Positions

        // ConvTranspose: weight[in][out/groups][tap]. Conv: weight[out][in/groups][tap].
        let weight channelIn channelOut tap =
            if layer.Transposed then
                layer.Weight[(channelIn * outputsPerGroup + channelOut % outputsPerGroup) * taps + tap]
            else
                layer.Weight[(channelOut * inputsPerGroup + channelIn % inputsPerGroup) * taps + tap]

        let channelsOf group =
            [| group * inputsPerGroup .. (group + 1) * inputsPerGroup - 1 |]

        let columns =
            Array.init layer.Groups (fun group ->
                pairs
                |> Array.map (fun list ->
                    [|
                        for channel in channelsOf group do
                            for struct (position, _) in list do
                                channel * input.Positions + position
                    |]))

        // Output positions that meet the same taps in the same order have the same weights.
        let weights = Collections.Generic.Dictionary<struct (int * string), float[]>()

        let names =
            pairs
            |> Array.map (fun list -> String.Join(' ', list |> Array.map (fun (struct (_, tap)) -> tap)))

        let rowWeights channelOut position =
            let key = struct (channelOut, names[position])

            match weights.TryGetValue key with
            | true, row -> row
            | _ ->
                let row =
                    [|
                        for channelIn in channelsOf (channelOut / outputsPerGroup) do
                            for struct (_, tap) in pairs[position] do
                                weight channelIn channelOut tap
                    |]

                weights[key] <- row
                row

        {
            Inputs = input.Length
            Columns =
                Array.init output.Length (fun o ->
                    columns[o / output.Positions / outputsPerGroup][o % output.Positions])
            Weights = Array.init output.Length (fun o -> rowWeights (o / output.Positions) (o % output.Positions))
            Offset = offset layer output.Positions
        }

    let private linear (layer: LinearLayer) =
        let columns = upTo layer.InputChannels

        {
            Inputs = layer.InputChannels
            Columns = Array.replicate layer.OutputChannels columns
            Weights =
                Array.init layer.OutputChannels (fun o ->
                    Array.sub layer.Weight (o * layer.InputChannels) layer.InputChannels)
            Offset = offset layer 1
        }

    let private channelAffine (layer: ChannelAffineLayer) (input: Shape) =
        {
            Inputs = input.Length
            Columns = Array.init input.Length (fun o -> [| o |])
            Weights = Array.init input.Length (fun o -> [| layer.Scale[o / input.Positions] |])
            Offset = Array.init input.Length (fun o -> layer.Shift[o / input.Positions])
        }

    let private upsample (layer: UpsampleLayer) (input: Shape) (output: Shape) =
        let source o =
            let channel = o / output.Positions
            let row = o % output.Positions / output.Width / layer.FactorHeight
            let column = o % output.Width / layer.FactorWidth
            (channel * input.Height + row) * input.Width + column

        {
            Inputs = input.Length
            Columns = Array.init output.Length (fun o -> [| source o |])
            Weights = Array.replicate output.Length [| 1.0 |]
            Offset = [||]
        }

    /// The matrix of a layer that has one; None for a reshape, which changes nothing in flattened order, and for an activation.
    let rows (layer: Layer) (input: Shape) (output: Shape) =
        match layer with
        | :? ConvolutionLayer as convolutional -> Some(convolution convolutional input output)
        | :? LinearLayer as dense -> Some(linear dense)
        | :? ChannelAffineLayer as channelwise -> Some(channelAffine channelwise input)
        | :? UpsampleLayer as stretched -> Some(upsample stretched input output)
        | _ -> None

    let nonlinearity (layer: ActivationLayer) =
        match layer.Activation with
        | Activation.Relu -> Nonlinearity.Kink 0.0
        | Activation.LeakyRelu -> Nonlinearity.Kink layer.Slope
        | Activation.Sigmoid -> Nonlinearity.Sigmoid
        | Activation.Tanh -> Nonlinearity.Tanh
        | other -> invalidArg (nameof layer) $"{other} is not an activation"

    let private areFinite (rows: SparseRows) =
        let seen = Collections.Generic.HashSet<float[]>(HashIdentity.Reference)

        Array.forall Double.IsFinite rows.Offset
        && rows.Weights
           |> Array.forall (fun row -> not (seen.Add row) || Array.forall Double.IsFinite row)

    /// Reads a network once; every evaluation uses the result.
    let ofNetwork (network: GenerativeNetwork) =
        let mutable number = 0
        let mutable activations = 0

        let stages =
            [|
                for i in 0 .. network.Layers.Length - 1 do
                    let input, output = network.Shapes[i], network.Shapes[i + 1]

                    match network.Layers[i] with
                    | :? ActivationLayer as layer ->
                        Stage.Activation(activations, nonlinearity layer, input.Length)
                        activations <- activations + 1
                    | layer ->
                        match rows layer input output with
                        | Some matrix ->
                            if layer :? AffineLayer then
                                number <- number + 1
                                Stage.Affine(matrix, number, (if layer :? LinearLayer then 1 else input.Positions))
                            else
                                Stage.Affine(matrix, 0, input.Positions)
                        | None -> ()
            |]

        {
            Network = network
            Stages = stages
            LatentDimension = network.InputShape.Length
            OutputDimension = network.OutputShape.Length
            Activations = activations
            IsPiecewiseLinear =
                stages
                |> Array.forall (fun stage ->
                    match stage with
                    | Stage.Activation(_, nonlinearity, _) -> nonlinearity.IsPiecewiseLinear
                    | Stage.Affine _ -> true)
            IsFinite =
                stages
                |> Array.forall (fun stage ->
                    match stage with
                    | Stage.Affine(rows, _, _) -> areFinite rows
                    | Stage.Activation _ -> true)
        }
