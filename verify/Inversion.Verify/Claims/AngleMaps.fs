/// The maps whose angles are judged: the rows of a block, the rows of one output position, the whole network.
[<RequireQualifiedAccess>]
module Inversion.Verify.Claims.AngleMaps

open System
open Inversion.Measurements
open Inversion.Networks
open Inversion.Networks.Engine
open Inversion.Verify

/// x ↦ ReLU(F x).
let ofBlock (block: Block) : AngleSearch.AngleMap =
    let rows = Rows(block, 1.0)
    let k = block.Inputs

    let atX, atY =
        Array.zeroCreate rows.HeightStride, Array.zeroCreate rows.HeightStride

    let outX, outY =
        Array.zeroCreate rows.HeightStride, Array.zeroCreate rows.HeightStride

    let masked = Array.zeroCreate rows.HeightStride
    let pulledX, pulledY = Array.zeroCreate k, Array.zeroCreate k

    let forward (code: float[]) (at: float[]) (out: float[]) =
        rows.Heights(1, code, at)

        for j in 0 .. at.Length - 1 do
            out[j] <- if at[j] > 0.0 then at[j] else 0.0

    let pull (at: float[]) (cotangent: float[]) (pulled: float[]) =
        for j in 0 .. at.Length - 1 do
            masked[j] <- if at[j] > 0.0 then cotangent[j] else 0.0

        rows.Pulls(1, masked, pulled)

    {
        Inputs = k
        Depth = 1
        Cost = float rows.HeightStride * float k
        Forward =
            fun x y ->
                forward x atX outX
                forward y atY outY
                struct (outX, outY)
        Pull =
            fun byP byQ ->
                pull atX byP pulledX
                pull atY byQ pulledY
                struct (pulledX, pulledY)
    }

/// A block's rows at each output position: the vectors that the next layer reads, one by one.
let positionsOf (layer: BlockedLayer) (block: Block) =
    let k = block.Inputs

    [| 0 .. block.Rows - 1 |]
    |> Array.groupBy (fun row -> block.Outputs[row] % layer.Output.Positions)
    |> Array.map (fun (position, rows) ->
        position,
        { block with
            Rows = rows.Length
            AllRows = rows.Length
            Weights = rows |> Array.collect (fun row -> block.Weights[row * k .. row * k + k - 1])
            Outputs = rows |> Array.map (fun row -> block.Outputs[row])
        })

/// The observed outputs: those of the mask; all of them when the measurement mixes outputs.
let observed (subject: Subject) =
    match subject.Measurement with
    | :? Subsampling as mask -> mask.Indices |> Seq.toArray
    | _ -> [| 0 .. subject.Network.OutputDimension - 1 |]

/// The code with x at one latent position and zeros elsewhere.
let embed (network: GenerativeNetwork) position (x: float[]) =
    let positions = network.InputShape.Positions
    let code = Array.zeroCreate network.LatentDimension

    for channel in 0 .. x.Length - 1 do
        code[channel * positions + position] <- x[channel]

    code

/// x ↦ A G(z), z with x at one latent position. Holds a workspace: one for each thread.
let ofNetwork (subject: Subject) (kept: int[]) position : AngleSearch.AngleMap =
    let network = subject.Network
    let n0, n = network.LatentDimension, network.OutputDimension
    let positions = network.InputShape.Positions
    let workspace = NetworkWorkspace<float>()
    let outputs = Array.zeroCreate (2 * n)

    let codes, gradients = Array.zeroCreate (2 * n0), Array.zeroCreate (2 * n0)
    let cotangents = Array.zeroCreate (2 * n)
    let keptX, keptY = Array.zeroCreate kept.Length, Array.zeroCreate kept.Length
    let channels = network.InputShape.Channels
    let pulledX, pulledY = Array.zeroCreate channels, Array.zeroCreate channels

    let put first (x: float[]) =
        for channel in 0 .. x.Length - 1 do
            codes[first + channel * positions + position] <- x[channel]

    let keep first (into: float[]) =
        for i in 0 .. kept.Length - 1 do
            into[i] <- outputs[first + kept[i]]

    let spread first (by: float[]) =
        for i in 0 .. kept.Length - 1 do
            cotangents[first + kept[i]] <- by[i]

    let take first (into: float[]) =
        for channel in 0 .. channels - 1 do
            into[channel] <- gradients[first + channel * positions + position]

    let cost =
        network.Layers
        |> Seq.indexed
        |> Seq.sumBy (fun (i, layer) ->
            match layer with
            | :? AffineLayer as affine ->
                float affine.Weight.Length
                * float (min network.Shapes[i].Positions network.Shapes[i + 1].Positions)
            | _ -> 0.0)

    {
        Inputs = network.InputShape.Channels
        Depth = network.Depth
        Cost = cost
        Forward =
            fun x y ->
                put 0 x
                put n0 y
                subject.Engine.Forward(workspace, ReadOnlySpan codes, Span outputs, 2)
                keep 0 keptX
                keep n keptY
                struct (keptX, keptY)
        Pull =
            fun byP byQ ->
                spread 0 byP
                spread n byQ
                subject.Engine.Backward(workspace, ReadOnlySpan cotangents, Span gradients)
                take 0 pulledX
                take n0 pulledY
                struct (pulledX, pulledY)
    }
