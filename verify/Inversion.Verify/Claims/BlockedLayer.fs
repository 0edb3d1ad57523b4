namespace Inversion.Verify.Claims

open System
open System.Collections.Generic
open Inversion.Measurements
open Inversion.Networks
open Inversion.Verify

/// The rows of one layer that one input position reaches, over the channels of that position: a copy of F_i (MAK Fig. 2), cut at
/// borders and by the mask.
type Block =
    {
        /// The first input position with these rows.
        Position: int
        /// How many positions have these rows.
        Copies: int
        /// k: channels of an input position.
        Inputs: int
        /// n: rows that are observed.
        Rows: int
        /// Rows before the mask hides some.
        AllRows: int
        /// n × k, row-major, as the network holds them.
        Weights: float[]
        /// Flattened index of each row in the layer's output, for `Position`.
        Outputs: int[]
    }

/// One layer with weights and its distinct blocks.
type BlockedLayer =
    {
        /// From 1, among the layers with weights.
        Number: int
        /// Its index in the network's layers.
        Index: int
        Affine: AffineLayer
        Input: Shape
        Output: Shape
        /// s, where E[FᵀF] = s² I; 1 for a layer of zeros, which no scale repairs.
        Scale: float
        /// r = m/n of the mask; 1 where no mask acts.
        Rate: float
        /// True when each output depends on one input position and no copy is cut: what is found for a block is found for the layer.
        Tiles: bool
        Blocks: Block list
        /// What a reader must know about how the mask was applied; may be empty.
        Note: string
    }

[<RequireQualifiedAccess>]
module BlockedLayer =
    /// For each input position, the (tap, output position) pairs that it reaches: large = small · stride − padding + tap · dilation.
    let private reached (layer: ConvolutionLayer) (input: Shape) (output: Shape) =
        let g = layer.Geometry
        let small, large = if layer.Transposed then input, output else output, input
        let found = Array.init input.Positions (fun _ -> List<struct (int * int)>())

        for s in 0 .. small.Positions - 1 do
            for tap in 0 .. g.Taps - 1 do
                let row =
                    s / small.Width * g.StrideHeight - g.PaddingHeight
                    + tap / g.KernelWidth * g.DilationHeight

                let column =
                    s % small.Width * g.StrideWidth - g.PaddingWidth
                    + tap % g.KernelWidth * g.DilationWidth

                if row >= 0 && row < large.Height && column >= 0 && column < large.Width then
                    let l = row * large.Width + column

                    if layer.Transposed then
                        found[s].Add(struct (tap, l))
                    else
                        found[l].Add(struct (tap, s))

        found

    let private ofLinear (layer: LinearLayer) (observed: bool[]) =
        let kept =
            [| 0 .. layer.OutputChannels - 1 |] |> Array.filter (fun o -> observed[o])

        let k = layer.InputChannels

        [
            {
                Position = 0
                Copies = 1
                Inputs = k
                Rows = kept.Length
                AllRows = layer.OutputChannels
                Weights = kept |> Array.collect (fun o -> layer.Weight[o * k .. (o + 1) * k - 1])
                Outputs = kept
            }
        ]

    /// Two positions have the same rows when they keep the same channels at the same taps.
    let private ofConvolution (layer: ConvolutionLayer) (input: Shape) (output: Shape) (observed: bool[]) =
        let channels = output.Channels

        let rowsAt (pairs: List<struct (int * int)>) =
            [|
                for struct (tap, at) in pairs do
                    for channel in 0 .. channels - 1 do
                        if observed[channel * output.Positions + at] then
                            struct (tap * channels + channel, channel * output.Positions + at)
            |]

        let text numbers =
            String(numbers |> Array.collect (fun n -> [| char (n >>> 16); char (n &&& 0xFFFF) |]))

        let masked = Array.contains false observed

        let identify (pairs: List<struct (int * int)>) =
            if masked then
                text (rowsAt pairs |> Array.map (fun struct (row, _) -> row))
            else
                text (pairs.ToArray() |> Array.map (fun struct (tap, _) -> tap))

        let groups = Dictionary<string, int * int>()
        let order = List<string * struct (int * int)[] * int>()

        for position, pairs in Seq.indexed (reached layer input output) do
            let identity = identify pairs

            match groups.TryGetValue identity with
            | true, (first, count) -> groups[identity] <- (first, count + 1)
            | _ ->
                groups[identity] <- (position, 1)
                order.Add((identity, rowsAt pairs, pairs.Count * channels))

        [
            for identity, rows, all in order do
                let position, copies = groups[identity]

                {
                    Position = position
                    Copies = copies
                    Inputs = input.Channels
                    Rows = rows.Length
                    AllRows = all
                    Weights =
                        [|
                            for struct (row, _) in rows do
                                for i in 0 .. input.Channels - 1 do
                                    layer.WeightAt(i, row % channels, row / channels)
                        |]
                    Outputs = rows |> Array.map (fun struct (_, at) -> at)
                }
        ]

    /// Which outputs of the layer at `index` are observed, the rate m/n, and a note: every output below the last layer with weights, and
    /// where the mask cannot be laid on the rows.
    let observedRows (subject: Subject) index =
        let network = subject.Network
        let output = network.Shapes[index + 1]
        let above = network.Layers |> Seq.skip (index + 1) |> Seq.toList
        let everything = Array.create output.Length true

        if above |> List.exists (fun layer -> layer :? AffineLayer) then
            everything, 1.0, ""
        else
            match subject.Measurement with
            | :? Subsampling as mask when mask.Count = mask.SignalLength -> everything, 1.0, ""
            | :? Subsampling when above |> List.exists (fun layer -> layer :? UpsampleLayer) ->
                everything, 1.0, "judged without its mask: an upsampling repeats its rows"
            | :? Subsampling as mask ->
                let kept = Array.zeroCreate output.Length

                for at in mask.Indices do
                    kept[at] <- true

                kept, mask.Rate, ""
            | other -> everything, 1.0, $"judged without the measurement {other.Name}, which mixes its rows"

    let private tiles (layer: AffineLayer) =
        match layer with
        | :? ConvolutionLayer as convolution -> convolution.Transposed && convolution.Geometry.IsTiling
        | _ -> true

    /// The layers with weights, from the code upward.
    let ofSubject (subject: Subject) =
        let network = subject.Network
        let scales = Subject.layerScales subject

        network.Layers
        |> Seq.indexed
        |> Seq.choose (fun (index, layer) ->
            match layer with
            | :? AffineLayer as affine -> Some(index, affine)
            | _ -> None)
        |> Seq.mapi (fun at (index, affine) ->
            let input, output = network.Shapes[index], network.Shapes[index + 1]
            let observed, rate, note = observedRows subject index

            {
                Number = at + 1
                Index = index
                Affine = affine
                Input = input
                Output = output
                Scale = (if scales[at] > 0.0 then scales[at] else 1.0)
                Rate = rate
                Tiles = tiles affine
                Blocks =
                    (match affine with
                     | :? LinearLayer as linear -> ofLinear linear observed
                     | :? ConvolutionLayer as convolution -> ofConvolution convolution input output observed
                     | other -> invalidOp $"no blocks for {other.Kind}")
                Note = note
            })
        |> Seq.toList

    /// What a claim about layers finds: `judge` of each layer, or one finding that says why there is nothing to judge.
    let internal judgeEach (subject: Subject) (judge: BlockedLayer -> Finding) (blank: Finding) : Finding list =
        match Subject.defect subject with
        | Some _ -> [ Claim.unlessDefect subject id blank ]
        | None ->
            match ofSubject subject with
            | [] -> [ Claim.notApplicable "the network has no layer with weights" blank ]
            | layers -> layers |> List.map judge
