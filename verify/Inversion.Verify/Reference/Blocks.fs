namespace Inversion.Verify.Reference

open System.Collections.Generic

/// F_p of one layer: what the units at one input position do to the outputs that they reach.
type LayerBlock =
    {
        /// Which layer with weights, from 1.
        Layer: int
        /// The input positions whose block this is; the same numbers for each.
        Positions: int[]
        /// F_p by rows, one a reached output: C_{i−1} columns, one an input channel (all features of a linear layer).
        Rows: float[][]
        /// For each of Positions, the input unit of each column.
        Inputs: int[][]
        /// For each of Positions, the output unit of each row, ascending.
        Outputs: int[][]
    }

/// The layers taken apart by input position.
[<RequireQualifiedAccess>]
module Blocks =
    let private affine (network: ReferenceNetwork) =
        network.Stages
        |> Array.choose (fun stage ->
            match stage with
            | Stage.Affine(rows, number, positions) when number > 0 -> Some(rows, number, positions)
            | _ -> None)

    /// For each layer with weights: true when every output unit reads one input position only, so that the layer is block diagonal
    /// up to order. Always true for a linear layer, which has a single position.
    let readsOnePosition (network: ReferenceNetwork) : bool[] =
        affine network
        |> Array.map (fun (rows, _, positions) ->
            rows.Columns
            |> Array.forall (fun columns ->
                columns.Length = 0
                || columns |> Array.forall (fun c -> c % positions = columns[0] % positions)))

    let private sameRows (a: float[][]) (b: float[][]) =
        a.Length = b.Length && Array.forall2 (fun (x: float[]) y -> x = y) a b

    let private blocks (kept: int -> bool) (rows: SparseRows, number, positions) =
        let channels = rows.Inputs / positions
        let found = Array.init positions (fun _ -> ResizeArray<struct (int * float[])>())

        rows.Columns
        |> Array.iteri (fun output columns ->
            if kept output then
                let byPosition = Dictionary<int, float[]>()

                columns
                |> Array.iteri (fun t column ->
                    let position = column % positions

                    let row =
                        match byPosition.TryGetValue position with
                        | true, row -> row
                        | _ ->
                            let row = Array.zeroCreate channels
                            byPosition[position] <- row
                            found[position].Add(struct (output, row))
                            row

                    row[column / positions] <- row[column / positions] + rows.Weights[output][t]))

        let distinct = ResizeArray<float[][] * ResizeArray<int>>()

        for position in 0 .. positions - 1 do
            let block = found[position].ToArray() |> Array.map (fun (struct (_, row)) -> row)

            match distinct |> Seq.tryFind (fun (known, _) -> sameRows known block) with
            | Some(_, list) -> list.Add position
            | None -> distinct.Add((block, ResizeArray [ position ]))

        [
            for block, list in distinct do
                {
                    Layer = number
                    Positions = list.ToArray()
                    Rows = block
                    Inputs =
                        list.ToArray()
                        |> Array.map (fun position -> Array.init channels (fun c -> c * positions + position))
                    Outputs =
                        list.ToArray()
                        |> Array.map (fun position ->
                            found[position].ToArray() |> Array.map (fun (struct (output, _)) -> output))
                }
        ]

    /// Index of the last layer with weights when only activations follow it, so that a mask on the output is a mask on its units.
    let private lastLayer (network: ReferenceNetwork) =
        let at = network.Stages |> Array.tryFindIndexBack (fun stage -> stage.IsAffine)

        match at with
        | Some i ->
            match network.Stages[i] with
            | Stage.Affine(_, number, _) -> number
            | Stage.Activation _ -> 0
        | None -> 0

    /// The blocks of every layer with weights, in order; within a layer by first position. Positions with the same block share one.
    /// `observed` (one entry an output of the network) drops rows of the last layer; None keeps all. It is ignored when a fixed
    /// channel-wise map or an upsampling follows the last layer with weights. A position that reaches nothing has a block without rows.
    /// With groups, a row is zero in the columns of other groups.
    let ofNetwork (network: ReferenceNetwork) (observed: bool[] option) : LayerBlock list =
        let last = lastLayer network

        [
            for rows, number, positions in affine network do
                let kept output =
                    match observed with
                    | Some mask when number = last -> mask[output]
                    | _ -> true

                yield! blocks kept (rows, number, positions)
        ]
