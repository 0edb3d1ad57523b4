/// Smaller networks: fewer positions, channels, taps, observations and layers.
[<RequireQualifiedAccess>]
module internal Inversion.Verify.Shrinking.Parts

open Inversion.Measurements
open Inversion.Networks
open Inversion.Verify

/// What is observed of the cut network: of a mask, the old outputs that are left; everything where the output is another signal. Other
/// measurements mix the outputs, which must then stay.
let private measurement (old: Measurement) (cut: Cut) : Measurement option =
    let outputs = cut.Network.OutputDimension

    match old with
    | _ when cut.IsBelow -> Some(Subsampling.All outputs)
    | :? Subsampling as mask when mask.Count = mask.SignalLength -> Some(Subsampling.All outputs)
    | :? Subsampling as mask ->
        let seen = Array.zeroCreate mask.SignalLength

        for at in mask.Indices do
            seen[at] <- true

        let kept = cut.Kept[cut.Kept.Length - 1].Entries

        let observed =
            [| 0 .. outputs - 1 |] |> Array.filter (fun o -> kept[o] >= 0 && seen[kept[o]])

        if observed.Length = 0 then
            None
        elif observed.Length = outputs then
            Some(Subsampling.All outputs)
        else
            Some(Subsampling(outputs, observed, "rows"))
    | other when other.SignalLength = outputs -> Some other
    | _ -> None

/// A subject that was handed over: what is shrunk is no longer drawn, so no layer has a nominal scale.
let given (subject: Subject) network measurement =
    Subject.create subject.Name (Parameters.write network (Parameters.read network)) measurement Provenance.Given

let private candidate (subject: Subject) (witness: Witness) cut =
    match measurement subject.Measurement cut, Carry.follow subject.Network cut witness with
    | Some observed, Some followed -> Some(given subject cut.Network observed, followed)
    | _ -> None

let private without from length (kept: int[]) =
    Array.append kept[.. from - 1] kept[from + length ..]

let private keepingWith witness (reduction: Reduction) change =
    let network = reduction.Subject.Network

    Cut.apply network (change (Cut.all network))
    |> Option.bind (candidate reduction.Subject witness)

let private keeping (reduction: Reduction) change =
    keepingWith reduction.Witness reduction change

/// Layers above and below what the witness is about.
let layers (reduction: Reduction) =
    let slice first last () =
        Cut.slice reduction.Subject.Network first last
        |> candidate reduction.Subject reduction.Witness

    match Carry.about reduction.Witness, reduction.Witness.Layer with
    | Carry.About.Block, Some number ->
        let network = reduction.Subject.Network
        let first = Carry.layerIndex network number

        let last =
            if number = network.Depth then
                network.Layers.Length
            else
                Carry.layerIndex network (number + 1)

        let isAlone =
            reduction.Try(slice first last)
            || reduction.Try(slice first network.Layers.Length)
            || reduction.Try(slice 0 last)

        ignore isAlone
    | Carry.About.Codes, _ ->
        let mutable goes = true

        while goes && reduction.Subject.Network.Depth > Carry.leastDepth reduction.Witness do
            let network = reduction.Subject.Network
            goes <- reduction.Try(slice 0 (Carry.layerIndex network network.Depth))
    | _ -> ()

/// Rows and columns of the latent code.
let positions (reduction: Reduction) =
    reduction.Remove 1 (fun () -> reduction.Subject.Network.InputShape.Height) (fun from length ->
        keeping reduction (fun keep ->
            { keep with
                Rows = without from length keep.Rows
            }))

    reduction.Remove 1 (fun () -> reduction.Subject.Network.InputShape.Width) (fun from length ->
        keeping reduction (fun keep ->
            { keep with
                Columns = without from length keep.Columns
            }))

/// Channels of the code, of each hidden signal and of the output. A channel that the witness lives on goes by being added to another.
let channels (reduction: Reduction) =
    let segmentAt number =
        let segments = Cut.segments reduction.Subject.Network
        segments[number]

    let count segment () = (segmentAt segment).Count

    let dropped witness segment from length =
        keepingWith witness reduction (fun keep ->
            { keep with
                Units =
                    keep.Units
                    |> Array.mapi (fun s units -> if s = segment then without from length units else units)
            })

    for segment in 0 .. reduction.Subject.Network.Depth do
        reduction.Remove 1 (count segment) (fun from length -> dropped reduction.Witness segment from length)

    let lived, shape =
        match Carry.about reduction.Witness, reduction.Witness.Layer with
        | Carry.About.Codes, _ -> Some 0, (fun (network: GenerativeNetwork) -> network.InputShape)
        | Carry.About.Block, Some number ->
            Some(number - 1), (fun network -> network.Shapes[Carry.layerIndex network number])
        | _ -> None, (fun network -> network.InputShape)

    match lived with
    | Some segment when not (segmentAt segment).HasReshape ->
        reduction.Remove 1 (count segment) (fun from length ->
            let target = if from > 0 then 0 else length

            dropped
                (Carry.merged (shape reduction.Subject.Network) from length target reduction.Witness)
                segment
                from
                length)
    | _ -> ()

/// Taps of each kernel, along each axis.
let kernels (reduction: Reduction) =
    let count index isRow () =
        match reduction.Subject.Network.Layers[index] with
        | :? ConvolutionLayer as convolution when convolution.Transposed ->
            if isRow then
                convolution.Geometry.KernelHeight
            else
                convolution.Geometry.KernelWidth
        | _ -> 1

    for index in 0 .. reduction.Subject.Network.Layers.Length - 1 do
        for isRow in [ true; false ] do
            reduction.Remove 1 (count index isRow) (fun from length ->
                keeping reduction (fun keep ->
                    { keep with
                        Taps =
                            keep.Taps
                            |> Array.mapi (fun i (struct (rows, columns)) ->
                                if i <> index then struct (rows, columns)
                                elif isRow then struct (without from length rows, columns)
                                else struct (rows, without from length columns))
                    }))

/// Observed outputs of a mask that already hides some. A whole output stays whole: a mask would make it another theorem's case.
let observations (reduction: Reduction) =
    let indices () =
        match reduction.Subject.Measurement with
        | :? Subsampling as mask when mask.Count < mask.SignalLength -> Array.ofSeq mask.Indices
        | _ -> [||]

    if Carry.about reduction.Witness <> Carry.About.Opaque then
        reduction.Remove 1 (fun () -> (indices ()).Length) (fun from length ->
            let subject = reduction.Subject

            Some(
                given
                    subject
                    subject.Network
                    (Subsampling(subject.Network.OutputDimension, without from length (indices ()), "rows")),
                reduction.Witness
            ))
