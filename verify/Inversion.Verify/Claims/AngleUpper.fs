/// The proven bound of the largest deviation of angles over all places of a layer that are judged.
[<RequireQualifiedAccess>]
module internal Inversion.Verify.Claims.AngleUpper

open System
open System.Threading

/// Pairs of cells for all places of a layer together, and fewer where rows are many: half a second or so.
let private pairs (places: (Block * float) list) =
    let rows = places |> List.map (fun (block, _) -> block.Rows) |> List.max
    min 40000 (20000000 / max 1 rows)

/// The search for a larger deviation ends when the bound is this near, relatively.
let tolerance = 1e-2

/// The bound over blocks, each with what the search found on it (NaN: nothing); None where blocks have more than three columns, or where nothing
/// bounds one of them. The block with the largest finding comes last, with the pairs that the others left.
let ofBlocks (places: (Block * float) list) (cancellation: CancellationToken) : AngleBound.Bound option =
    let found value =
        if Double.IsNaN value then 0.0 else value

    if
        places.IsEmpty
        || places |> List.exists (fun (block, _) -> block.Inputs > AngleBound.mostInputs)
    then
        None
    else
        let known = places |> List.map (snd >> found) |> List.max
        let ordered = places |> List.sortBy (snd >> found)
        let budget = pairs places

        let start: AngleBound.Bound option =
            Some
                {
                    Lower = known
                    Upper = 0.0
                    Pairs = 0
                }

        ((start, ordered.Length), ordered)
        ||> List.fold (fun (soFar, left) (block, _) ->
            soFar
            |> Option.bind (fun soFar ->
                AngleBound.run
                    block.Inputs
                    block.Weights
                    soFar.Lower
                    tolerance
                    ((budget - soFar.Pairs) / left)
                    cancellation
                |> Option.map (fun bound ->
                    {
                        Lower = bound.Lower
                        Upper = max soFar.Upper bound.Upper
                        Pairs = soFar.Pairs + bound.Pairs
                    }
                    : AngleBound.Bound)),
            left - 1)
        |> fst
