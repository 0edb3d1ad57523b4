/// Directed spanning sets of single layers (PKLDH: Puthawala et al., JMLR 2022).
[<RequireQualifiedAccess>]
module Inversion.Verify.Claims.DirectedSpanning

open System
open Inversion.Randomness
open Inversion.Verify
open Inversion.Verify.Reference

/// Weights of a block above which only the opposite of the rows' sum is tried.
let private small = 1 <<< 19

/// Rows with ⟨w, v⟩ ≥ 0 and the sum of the positive ones' rows.
let private lean (rows: float[][]) (direction: float[]) =
    let pull = Array.zeroCreate<float> direction.Length
    let mutable count = 0

    for row in rows do
        let product = Theory.dot row direction

        if product >= 0.0 then
            count <- count + 1

            for i in 0 .. pull.Length - 1 do
                pull[i] <- pull[i] + row[i]

    struct (count, pull)

/// The fewest rows with ⟨w, v⟩ ≥ 0 over the directions tried, and the direction: from the opposite of the rows' sum and from random
/// directions, subgradient steps down Σ max(⟨w, v⟩, 0) on the sphere.
let private fewest (key: RandomKey) steps starts (rows: float[][]) =
    let k = rows[0].Length
    let opposite = Array.init k (fun i -> -(rows |> Array.sumBy (fun row -> row[i])))

    let directions, steps =
        if rows.Length * k > small then
            [| Codes.unit opposite |], 0
        else
            Array.append [| Codes.unit opposite |] (Codes.random key starts k), steps

    directions
    |> Array.map (fun start ->
        let mutable at = start
        let mutable best = struct (Int32.MaxValue, start)

        for step in 0..steps do
            let struct (count, pull) = lean rows at
            let struct (least, _) = best

            if count < least then
                best <- struct (count, at)

            let length = 0.5 * Math.Pow(0.85, float step)
            at <- Codes.unit (Array.map2 (fun x g -> x - length * g) at (Codes.unit pull))

        best)
    |> Array.minBy (fun (struct (count, _)) -> count)

/// For each layer with weights, the fewest rows with ⟨w, v⟩ ≥ 0 found in a direction v, over its blocks, less the number of columns:
/// negative where they cannot span, so that the layer alone is not one-to-one on all inputs. With it, codes that point along the first
/// layer's worst directions. None when a layer's outputs read several positions, or a unit is no ReLU.
let measure (key: RandomKey) (settings: Settings) (subject: Subject) =
    let network = subject.Reference.Value

    let isRelu stage =
        match stage with
        | Stage.Activation(_, Nonlinearity.Kink slope, _) -> slope = 0.0
        | Stage.Activation _ -> false
        | Stage.Affine _ -> true

    if
        not (
            Array.forall isRelu network.Stages
            && Array.forall id (Blocks.readsOnePosition network)
        )
    then
        None
    else
        let blocks = Blocks.ofNetwork network (MeasurementRows.observed subject.Measurement)

        let found =
            blocks
            |> List.mapi (fun at block ->
                if block.Rows.Length = 0 then
                    block, struct (0, Array.zeroCreate (block.Inputs[0]).Length)
                else
                    block, fewest (key.Child(int64 at)) (settings.Steps / 10) (settings.Starts / 2) block.Rows)

        let margins =
            found
            |> List.groupBy (fun (block, _) -> block.Layer)
            |> List.map (fun (_, list) ->
                list
                |> List.map (fun (block, struct (count, _)) -> float (count - block.Inputs[0].Length))
                |> List.min)

        let codes =
            found
            |> List.filter (fun (block, _) -> block.Layer = 1)
            |> List.map (fun (block, struct (_, direction)) ->
                let code = Array.zeroCreate<float> network.LatentDimension
                block.Inputs[0] |> Array.iteri (fun i unit' -> code[unit'] <- direction[i])
                code)

        Some(margins, codes)
