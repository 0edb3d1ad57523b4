namespace Inversion.Certificates

open System
open System.IO
open System.Numerics
open System.Text.Json
open Fields

/// One step of a network, in whole numbers: all weights of a matrix times one power of two, both slopes of a kink times one.
type Stage =
    /// For each row its (column, weight) pairs.
    | Matrix of Rows: struct (int * BigInteger)[][]
    /// Units: their numbers in the file's layer. Known: the signs that are given; 0 where a sign is to be found.
    | Kink of Units: int[] * Positive: BigInteger * Negative: BigInteger * Known: int[]

/// One layer of a file, before anything is made of it.
type Layer =
    /// The shapes below and above, (output, input, weight) for every product; IsFixed where no weight is the file's own.
    | Sum of Below: int[] * Above: int[] * Products: struct (int * int * float) seq * IsFixed: bool
    /// As many units as there are below it, with this slope below 0.
    | Rectifier of Count: int * Slope: float

/// Networks without bias, with ReLU or leaky ReLU: safetensors files with a description in PyTorch's terms (docs/formats.md).
[<RequireQualifiedAccess>]
module Network =
    let private product: int[] -> int = Array.fold (*) 1

    let private tensor (file: byte[]) (start: int64) header name (count: int) =
        let entry = field name header
        let range = list "data_offsets" entry |> Array.map (fun o -> start + o.GetInt64())

        let size, read =
            match text "dtype" entry with
            | "F64" -> 8, fun (at: int64) -> BitConverter.ToDouble(file, int at)
            | "F32" -> 4, fun (at: int64) -> float (BitConverter.ToSingle(file, int at))
            | kind -> raise (Rejected $"tensor '{name}' has type {kind}; F64 or F32 is needed")

        require
            (range.Length = 2
             && range[0] >= start
             && range[1] <= file.LongLength
             && range[1] - range[0] = int64 size * int64 count)
            $"tensor '{name}' does not have {count} numbers"

        Array.init count (fun i -> read (range[0] + int64 size * int64 i))

    let private matrix outputs (entries: struct (int * int * float) seq) =
        let all = Seq.toArray entries

        let struct (weights, _) =
            all |> Array.map (fun (struct (_, _, w)) -> w) |> Integers.ofFloats

        let rows = Array.init outputs (fun _ -> ResizeArray())

        all
        |> Array.iteri (fun i (struct (o, c, _)) ->
            if not weights[i].IsZero then
                rows[o].Add(struct (c, weights[i])))

        Matrix(rows |> Array.map _.ToArray())

    // The pairs (large, small, tap) along one axis: large = small · stride − padding + tap · dilation.
    let private meetings small large kernel stride padding dilation =
        [|
            for s in 0 .. small - 1 do
                for t in 0 .. kernel - 1 do
                    let l = s * stride - padding + t * dilation

                    if l >= 0 && l < large then
                        struct (l, s, t)
        |]

    let private convolution isTransposed layer (read: string -> int -> float[]) (shape: int[]) =
        let rank = shape.Length - 1

        let pair name otherwise =
            match tryField name layer with
            | None -> Array.create rank otherwise
            | Some value -> indices value

        let kernel, stride, padding = pair "kernel" 1, pair "stride" 1, pair "padding" 0
        let extra, dilation = pair "output_padding" 0, pair "dilation" 1
        let groups = tryField "groups" layer |> Option.map toIndex |> Option.defaultValue 1

        let inputs, outputs =
            toIndex (field "in_channels" layer), toIndex (field "out_channels" layer)

        require
            (rank > 0
             && inputs = shape[0]
             && groups > 0
             && inputs % groups + outputs % groups = 0
             && [ kernel; stride; padding; extra; dilation ]
                |> List.forall (fun p -> p.Length = rank)
             && Array.forall ((<) 0) dilation)
            "a convolution does not fit what is below it"

        let size axis =
            let reach = dilation[axis] * (kernel[axis] - 1) + 1

            if isTransposed then
                (shape[axis + 1] - 1) * stride[axis] - 2 * padding[axis] + reach + extra[axis]
            else
                (shape[axis + 1] + 2 * padding[axis] - reach) / stride[axis] + 1

        let after = Array.append [| outputs |] (Array.init rank size)
        let low, high = if isTransposed then shape, after else after, shape

        let along axis =
            meetings low[axis + 1] high[axis + 1] kernel[axis] stride[axis] padding[axis] dilation[axis]

        // Positions and taps of both axes, flattened; the first axis alone in one dimension.
        let places =
            if rank = 1 then
                along 0
            else
                [|
                    for struct (l, s, t) in along 0 do
                        for struct (l', s', t') in along 1 do
                            struct (l * high[2] + l', s * low[2] + s', t * kernel[1] + t')
                |]

        let taps, wide, narrow = product kernel, product high[1..], product low[1..]
        let per = (if isTransposed then outputs else inputs) / groups
        let first = if isTransposed then inputs else outputs
        let weights = read "weight" (first * per * taps)

        // Weights by [channel of the small side][channel of the large side, in its group][tap].
        let entries =
            seq {
                for a in 0 .. first - 1 do
                    for b in 0 .. per - 1 do
                        let large = a / (first / groups) * per + b

                        for struct (l, s, t) in places do
                            let weight = weights[(a * per + b) * taps + t]

                            if isTransposed then
                                struct (large * wide + l, a * narrow + s, weight)
                            else
                                struct (a * narrow + s, large * wide + l, weight)
            }

        Sum(shape, after, entries, false), after

    let private stretch layer (shape: int[]) =
        let factor = indices (field "factor" layer)
        require (factor.Length = shape.Length - 1) "'factor' does not fit what is below it"
        let after = Array.append [| shape[0] |] (Array.map2 (*) factor shape[1..])

        let source o =
            let position, channel = o % product after[1..], o / product after[1..]
            let last = after[after.Length - 1]

            let below =
                if shape.Length = 2 then
                    position / factor[0]
                else
                    position / last / factor[0] * shape[2] + position % last / factor[1]

            channel * product shape[1..] + below

        Sum(shape, after, Seq.init (product after) (fun o -> struct (o, source o, 1.0)), true), after

    /// The number of inputs, and the layers.
    let layers (path: string) : int * Layer list =
        let file = File.ReadAllBytes path
        require (file.Length >= 8) "the network file is too short"
        let length = BitConverter.ToInt64(file, 0)
        require (length > 0L && length <= file.LongLength - 8L) "the network file is damaged"
        let header = JsonDocument.Parse(ReadOnlyMemory(file, 8, int length)).RootElement

        let network =
            JsonDocument.Parse(text "inversion.network" (field "__metadata__" header)).RootElement

        let input = indices (field "input" network)

        let next (shape: int[], below) layer =
            let read name count =
                tensor file (length + 8L) header (text name layer) count

            require (tryField "bias" layer = None) "the network has a bias"

            let kink slope =
                shape, Rectifier(product shape, slope) :: below

            let put (found, after) = after, found :: below

            match text "type" layer with
            | "relu" -> kink 0.0
            | "leaky_relu" -> kink ((field "slope" layer).GetDouble())
            | "reshape" ->
                let after = indices (field "shape" layer)
                require (product after = product shape) "a reshape does not fit"
                after, below
            | "upsample_nearest" -> put (stretch layer shape)
            | "linear" ->
                let inputs, outputs =
                    toIndex (field "in_features" layer), toIndex (field "out_features" layer)

                require (inputs = product shape) "a linear layer does not fit what is below it"
                let weights = read "weight" (inputs * outputs)

                let products = weights |> Seq.mapi (fun i w -> struct (i / inputs, i % inputs, w))
                // All entries of what is below are channels of one position.
                put (Sum([| inputs |], [| outputs |], products, false), [| outputs |])
            | "conv_transpose1d"
            | "conv_transpose2d" -> put (convolution true layer read shape)
            | "conv1d"
            | "conv2d" -> put (convolution false layer read shape)
            | kind -> raise (Rejected $"a layer of type '{kind}' is not covered")

        let shape, found = list "layers" network |> Array.fold next (input, [])
        require (product shape > 0) "the network has no output"
        product input, List.rev found

    /// The number of inputs, and the steps.
    let read (path: string) : int * Stage list =
        let inputs, found = layers path

        inputs,
        found
        |> List.map (fun layer ->
            match layer with
            | Sum(_, after, products, _) -> matrix (product after) products
            | Rectifier(count, slope) ->
                let struct (slopes, _) = Integers.ofFloats [| 1.0; slope |]
                Kink([| 0 .. count - 1 |], slopes[0], slopes[1], Array.zeroCreate count))

    /// Keeps those outputs, in that order, and of every layer the units that they can depend on.
    let restrict (observed: int[]) (stages: Stage list) : Stage list =
        let step (kept: int[], above) stage =
            match stage with
            | Kink(_, positive, negative, known) ->
                kept, Kink(kept, positive, negative, kept |> Array.map (fun u -> known[u])) :: above
            | Matrix rows ->
                let below =
                    kept
                    |> Array.collect (fun o -> rows[o] |> Array.map (fun (struct (c, _)) -> c))
                    |> Array.distinct
                    |> Array.sort

                let place = Collections.Generic.Dictionary()
                below |> Array.iteri (fun at c -> place[c] <- at)
                // The first matrix reads the code, whose entries keep their places.
                below,
                Matrix(
                    kept
                    |> Array.map (fun o -> rows[o] |> Array.map (fun (struct (c, w)) -> struct (place[c], w)))
                )
                :: above

        let isOut stages o =
            match stages with
            | Matrix rows :: _ -> o >= rows.Length
            | Kink(units, _, _, _) :: _ -> o >= units.Length
            | [] -> true

        let reversed = List.rev stages

        require
            (observed.Length > 0 && not (Array.exists (isOut reversed) observed))
            "an observed output does not exist"

        let inputs, kept = List.fold step (observed, []) reversed
        // What the first stage reads, spread over the whole code.
        match kept with
        | Matrix rows :: rest ->
            Matrix(rows |> Array.map (Array.map (fun (struct (c, w)) -> struct (inputs[c], w))))
            :: rest
        | _ -> raise (Rejected "the first layer is not linear")

    /// G(z) in whole numbers for a whole z: the same multiple of G(z) for every z.
    let value (stages: Stage list) (z: BigInteger[]) =
        let step (x: BigInteger[]) stage =
            match stage with
            | Matrix rows -> rows |> Array.map (Array.sumBy (fun (struct (c, w)) -> w * x[c]))
            | Kink(_, positive, negative, _) ->
                x |> Array.map (fun t -> if t.Sign > 0 then positive * t else negative * t)

        List.fold step z stages

    /// The derivative of G at a whole z as a network of its own: signs that z decides are known, kinks at z stay.
    let at (stages: Stage list) (z: BigInteger[]) =
        let step (x: BigInteger[], local) stage =
            match stage with
            | Matrix _ -> value [ stage ] x, stage :: local
            | Kink(units, positive, negative, _) ->
                value [ stage ] x, Kink(units, positive, negative, x |> Array.map _.Sign) :: local

        List.fold step (z, []) stages |> snd |> List.rev
