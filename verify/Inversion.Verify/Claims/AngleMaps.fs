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

    let relu = Array.map (fun t -> if t > 0.0 then t else 0.0)

    let pull (at: float[]) (cotangent: float[]) =
        let gradient = Array.zeroCreate k
        rows.Pulls(1, Array.map2 (fun t c -> if t > 0.0 then c else 0.0) at cotangent, gradient)
        gradient

    {
        Inputs = k
        Depth = 1
        Cost = float rows.HeightStride * float k
        Forward =
            fun x y ->
                rows.Heights(1, x, atX)
                rows.Heights(1, y, atY)
                struct (relu atX, relu atY)
        Pull = fun byP byQ -> struct (pull atX byP, pull atY byQ)
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

    let keep first =
        kept |> Array.map (fun at -> outputs[first + at])

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
                let codes = Array.append (embed network position x) (embed network position y)
                subject.Engine.Forward(workspace, ReadOnlySpan codes, Span outputs, 2)
                struct (keep 0, keep n)
        Pull =
            fun byP byQ ->
                let cotangents = Array.zeroCreate (2 * n)
                kept |> Array.iteri (fun i at -> cotangents[at] <- byP[i])
                kept |> Array.iteri (fun i at -> cotangents[n + at] <- byQ[i])
                let gradients = Array.zeroCreate (2 * n0)
                subject.Engine.Backward(workspace, ReadOnlySpan cotangents, Span gradients)

                let take first =
                    Array.init network.InputShape.Channels (fun c -> gradients[first + c * positions + position])

                struct (take 0, take n0)
    }
