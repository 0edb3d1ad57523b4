namespace Inversion.Verify.Shrinking

open Inversion.Networks

/// A network made of parts of another, with where its signals come from.
type internal Cut =
    {
        Network: GenerativeNetwork
        /// The old index of the first layer.
        First: int
        /// True when layers above were dropped: the output is another signal.
        IsBelow: bool
        /// One for each signal of the new network, input first.
        Kept: Kept[]
    }

/// The layers from one with weights up to the next: what is made there passes through unmixed.
type internal Segment =
    {
        /// Consecutive entries that stay or go together: those of one channel, or, around a reshape, of the larger of its channels.
        Unit: int
        /// Units; 0 when they cannot be told apart.
        Count: int
        HasReshape: bool
    }

/// Which parts of a network are kept.
type internal Keep =
    {
        /// Rows of the latent code.
        Rows: int[]
        /// Columns of the latent code.
        Columns: int[]
        /// Units of each segment.
        Units: int[][]
        /// Rows and columns of each layer's kernel; empty where there is none.
        Taps: struct (int[] * int[])[]
    }

[<RequireQualifiedAccess>]
module internal Cut =
    /// The segments: that of the code, then one for each layer with weights.
    let segments (network: GenerativeNetwork) =
        let starts =
            [
                0
                for i in 0 .. network.Layers.Length - 1 do
                    if network.Layers[i] :? AffineLayer then
                        i + 1
            ]

        let ends =
            [
                for i in 0 .. network.Layers.Length - 1 do
                    if network.Layers[i] :? AffineLayer then
                        i
                network.Layers.Length
            ]

        List.map2
            (fun first last ->
                let inside = [ for i in first .. last - 1 -> network.Layers[i] ]
                let reshapes = inside |> List.exists (fun layer -> layer :? ReshapeLayer)
                let stretches = inside |> List.exists (fun layer -> layer :? UpsampleLayer)
                let sizes = [ for i in first..last -> network.Shapes[i].Positions ]
                let largest = List.max sizes

                let count =
                    if not reshapes then
                        network.Shapes[first].Channels
                    elif stretches || sizes |> List.exists (fun size -> largest % size <> 0) then
                        0
                    else
                        network.Shapes[first].Length / largest

                {
                    Unit = largest
                    Count = count
                    HasReshape = reshapes
                })
            starts
            ends
        |> List.toArray

    /// Everything.
    let all (network: GenerativeNetwork) =
        {
            Rows = CutLayer.upTo network.InputShape.Height
            Columns = CutLayer.upTo network.InputShape.Width
            Units = segments network |> Array.map (fun segment -> CutLayer.upTo segment.Count)
            Taps =
                network.Layers
                |> Seq.map (fun layer ->
                    match layer with
                    | :? ConvolutionLayer as convolution ->
                        struct (CutLayer.upTo convolution.Geometry.KernelHeight,
                                CutLayer.upTo convolution.Geometry.KernelWidth)
                    | _ -> struct ([||], [||]))
                |> Seq.toArray
        }

    /// The network of the kept parts; None where the parts make none.
    let apply (network: GenerativeNetwork) (keep: Keep) =
        let segments = segments network

        // Where units cannot be told apart, all stay.
        let channelsAt segment (shape: Shape) =
            if segments[segment].Count = 0 then
                CutLayer.upTo shape.Channels
            else
                let each =
                    if segments[segment].HasReshape then
                        segments[segment].Unit / shape.Positions
                    else
                        1

                keep.Units[segment]
                |> Array.collect (fun u -> Array.init each (fun i -> u * each + i))

        let start =
            {
                Channels = channelsAt 0 network.InputShape
                Rows = keep.Rows
                Columns = keep.Columns
                Shape = network.InputShape
            }

        let input =
            CutLayer.shaped network.InputShape start.Channels.Length start.Rows.Length start.Columns.Length

        let layers = ResizeArray<Layer>()
        let kept = ResizeArray [ start ]
        let mutable segment = 0
        let mutable index = 0
        let mutable fits = true

        while fits && index < network.Layers.Length do
            let layer = network.Layers[index]

            if layer :? AffineLayer then
                segment <- segment + 1

            match
                CutLayer.restricted
                    layer
                    kept[kept.Count - 1]
                    network.Shapes[index + 1]
                    (channelsAt segment)
                    keep.Taps[index]
            with
            | Some(made, above) ->
                layers.Add made
                kept.Add above
                index <- index + 1
            | None -> fits <- false

        if fits then
            Some
                {
                    Network = GenerativeNetwork(input, layers, network.Name)
                    First = 0
                    IsBelow = false
                    Kept = kept.ToArray()
                }
        else
            None

    /// The layers first..last − 1 as a network of their own.
    let slice (network: GenerativeNetwork) first last =
        let whole (shape: Shape) =
            {
                Channels = CutLayer.upTo shape.Channels
                Rows = CutLayer.upTo shape.Height
                Columns = CutLayer.upTo shape.Width
                Shape = shape
            }

        {
            Network =
                GenerativeNetwork(
                    network.Shapes[first],
                    [ for i in first .. last - 1 -> network.Layers[i] ],
                    network.Name
                )
            First = first
            IsBelow = last < network.Layers.Length
            Kept = [| for i in first..last -> whole network.Shapes[i] |]
        }
