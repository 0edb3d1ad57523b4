/// The proven bound of the supremum over all pairs and all blocks of a layer.
[<RequireQualifiedAccess>]
module Inversion.Verify.Claims.ConcentrationUpper

open System
open System.Threading
open Inversion.Verify.Exact

/// Pairs of cells for all blocks of a layer together: a quarter of a second at most where rows are some hundred.
let pairs = 10000

/// The search for a larger deviation ends when the bound is this near, relatively.
let tolerance = 1e-3

/// A lower bound of the block's supremum: the deviation at the pair that the search found, in intervals.
let private attained (layer: BlockedLayer) (observed: int, all: int) (block: Block) (found: Extreme) =
    let rows: BlockEnclosure.ReferenceRow[] =
        Array.init block.Rows (fun j ->
            {
                Output = j
                Channels = [| 0 .. block.Inputs - 1 |]
                Weights = block.Weights[j * block.Inputs .. (j + 1) * block.Inputs - 1]
            })

    if List.forall (BlockEnclosure.isUsable block.Inputs) [ found.X; found.Y; found.U ] then
        max 0.0 (BlockEnclosure.deviation rows layer.Scale (observed, all) found.X found.Y found.U).Lower
    else
        0.0

/// Bounds over every block of the layer, searched or not; None where blocks have more than three columns or nothing finite bounds them.
/// `observed` of `all` outputs are measured. `worst` is the block whose search found most, and what it found: that block comes last, with
/// the pairs that the others left.
let ofLayer
    (layer: BlockedLayer)
    (observed: int, all: int)
    (worst: Block, found: Extreme)
    (cancellation: CancellationToken)
    =
    if layer.Input.Channels > ConcentrationBound.mostInputs then
        None
    else
        let factor = 1.0 / (layer.Scale * sqrt layer.Rate)

        let blocks =
            (layer.Blocks |> List.filter (fun block -> block.Position <> worst.Position))
            @ [ worst ]

        let start: ConcentrationBound.Bound =
            {
                Lower = attained layer (observed, all) worst found
                Upper = 0.0
                Pairs = 0
            }

        let bound =
            ((start, blocks.Length), blocks)
            ||> List.fold (fun (soFar, left) block ->
                let share = (pairs - soFar.Pairs) / left

                let bound =
                    ConcentrationBound.run block.Inputs block.Weights factor soFar.Lower tolerance share cancellation

                {
                    Lower = bound.Lower
                    Upper = max soFar.Upper bound.Upper
                    Pairs = soFar.Pairs + bound.Pairs
                },
                left - 1)
            |> fst

        if Double.IsFinite bound.Upper then Some bound else None
