namespace Inversion.Verify.Shrinking

open Inversion.Networks

/// What is left of the signal between two layers: the old index of each new channel, row and column; −1 where no old one answers.
type internal Kept =
    {
        Channels: int[]
        Rows: int[]
        Columns: int[]
        /// The old shape there.
        Shape: Shape
    }

    /// The old flattened index of each new entry; −1 where there was none.
    member kept.Entries =
        [|
            for channel in kept.Channels do
                for row in kept.Rows do
                    for column in kept.Columns do
                        if row < 0 || column < 0 then
                            -1
                        else
                            (channel * kept.Shape.Height + row) * kept.Shape.Width + column
        |]

/// One layer restricted to what is kept of the signals around it.
[<RequireQualifiedAccess>]
module internal CutLayer =
    /// 0, 1, …, count − 1.
    let upTo count = [| 0 .. count - 1 |]

    /// True when nothing of this size was cut.
    let isWhole size (kept: int[]) = kept = upTo size

    /// A shape of the same rank.
    let shaped (like: Shape) channels rows columns =
        match like.SpatialRank with
        | 0 -> Shape.Flat channels
        | 1 -> Shape.Sequence(channels, columns)
        | _ -> Shape.Image(channels, rows, columns)

    let private picked (kept: int[]) (values: float[]) = kept |> Array.map (fun i -> values[i])

    let private biasOf (layer: AffineLayer) channels : float[] | null =
        match layer.Bias with
        | null -> null
        | bias -> picked channels bias

    /// One axis of a transposed convolution whose taps are cut: the new stride, and the old large position of each new one. A stride never
    /// exceeds its kernel after the cut, so stamps that tiled still tile.
    let private stamped kernel stride padding extra dilation (small: int[]) large (taps: int[]) =
        let isFull = taps.Length = kernel

        if not isFull && (padding <> 0 || extra <> 0 || dilation <> 1) then
            None
        else
            let step = if isFull then stride else min stride taps.Length

            let size =
                (small.Length - 1) * step - 2 * padding
                + dilation * (taps.Length - 1)
                + extra
                + 1

            if size < 1 then
                None
            else
                let found = Array.create size -1

                for p in small.Length - 1 .. -1 .. 0 do
                    for t in 0 .. taps.Length - 1 do
                        let at = p * step - padding + t * dilation
                        let old = small[p] * stride - padding + taps[t] * dilation

                        if at >= 0 && at < size && small[p] >= 0 && old >= 0 && old < large then
                            found[at] <- old

                Some(step, found)

    let private convolution
        (layer: ConvolutionLayer)
        (below: Kept)
        (above: Shape)
        channels
        struct (tapRows, tapColumns)
        =
        let g = layer.Geometry

        let isWholeBelow =
            isWhole below.Shape.Height below.Rows && isWhole below.Shape.Width below.Columns

        let isWholeKernel =
            isWhole g.KernelHeight tapRows && isWhole g.KernelWidth tapColumns

        let axes =
            if layer.Transposed then
                Option.map2
                    (fun a b -> a, b)
                    (stamped
                        g.KernelHeight
                        g.StrideHeight
                        g.PaddingHeight
                        g.OutputPaddingHeight
                        g.DilationHeight
                        below.Rows
                        above.Height
                        tapRows)
                    (stamped
                        g.KernelWidth
                        g.StrideWidth
                        g.PaddingWidth
                        g.OutputPaddingWidth
                        g.DilationWidth
                        below.Columns
                        above.Width
                        tapColumns)
            elif isWholeBelow && isWholeKernel then
                Some((g.StrideHeight, upTo above.Height), (g.StrideWidth, upTo above.Width))
            else
                None

        let mixes =
            layer.Groups = 1
            || (isWhole layer.InputChannels below.Channels
                && isWhole layer.OutputChannels channels)

        match axes with
        | Some((strideHeight, rows), (strideWidth, columns)) when mixes ->
            let geometry =
                KernelGeometry(
                    g.AxisList(tapRows.Length, tapColumns.Length),
                    g.AxisList(strideHeight, strideWidth),
                    g.AxisList(g.PaddingHeight, g.PaddingWidth),
                    g.AxisList(g.OutputPaddingHeight, g.OutputPaddingWidth),
                    g.AxisList(g.DilationHeight, g.DilationWidth)
                )

            let taps =
                [|
                    for row in tapRows do
                        for column in tapColumns do
                            row * g.KernelWidth + column
                |]

            let weight =
                if layer.Groups > 1 then
                    if isWholeKernel then Some layer.Weight else None
                elif layer.Transposed then
                    Some
                        [|
                            for i in below.Channels do
                                for o in channels do
                                    for tap in taps do
                                        layer.WeightAt(i, o, tap)
                        |]
                else
                    Some
                        [|
                            for o in channels do
                                for i in below.Channels do
                                    for tap in taps do
                                        layer.WeightAt(i, o, tap)
                        |]

            weight
            |> Option.map (fun weight ->
                ConvolutionLayer(
                    layer.Transposed,
                    below.Channels.Length,
                    channels.Length,
                    geometry,
                    weight,
                    biasOf layer channels,
                    layer.Groups
                )
                :> Layer,
                {
                    Channels = channels
                    Rows = rows
                    Columns = columns
                    Shape = above
                })
        | _ -> None

    let private linear (layer: LinearLayer) (below: Kept) (above: Shape) (channels: int[]) =
        let weight =
            [|
                for o in channels do
                    for i in below.Channels do
                        layer.Weight[o * layer.InputChannels + i]
            |]

        LinearLayer(below.Channels.Length, channels.Length, weight, biasOf layer channels) :> Layer,
        {
            Channels = channels
            Rows = [| 0 |]
            Columns = [| 0 |]
            Shape = above
        }

    /// The layer restricted to what is kept below it; None where it cannot be.
    let restricted (layer: Layer) (below: Kept) (above: Shape) (channelsIn: Shape -> int[]) taps =
        let stretched factor (kept: int[]) =
            kept
            |> Array.collect (fun i -> Array.init factor (fun j -> if i < 0 then -1 else i * factor + j))

        match layer with
        | :? ConvolutionLayer as convolutional -> convolution convolutional below above (channelsIn above) taps
        | :? LinearLayer as dense -> Some(linear dense below above (channelsIn above))
        | :? ChannelAffineLayer as channel ->
            Some(
                ChannelAffineLayer(picked below.Channels channel.Scale, picked below.Channels channel.Shift) :> Layer,
                below
            )
        | :? UpsampleLayer as upsample ->
            Some(
                layer,
                { below with
                    Rows = stretched upsample.FactorHeight below.Rows
                    Columns = stretched upsample.FactorWidth below.Columns
                    Shape = above
                }
            )
        | :? ReshapeLayer ->
            if isWhole below.Shape.Height below.Rows && isWhole below.Shape.Width below.Columns then
                let channels = channelsIn above

                Some(
                    ReshapeLayer(shaped above channels.Length above.Height above.Width) :> Layer,
                    {
                        Channels = channels
                        Rows = upTo above.Height
                        Columns = upTo above.Width
                        Shape = above
                    }
                )
            else
                None
        | :? ActivationLayer -> Some(layer, { below with Shape = above })
        | _ -> None
