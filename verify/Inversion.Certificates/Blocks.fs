/// The rows of one layer, by input position.
[<RequireQualifiedAccess>]
module Inversion.Certificates.Blocks

open Fields

/// Of layer `number` (from 1, among those with weights): the channels k of its input positions; for each position the rows of k weights that
/// it reaches, sorted, without rows of zeros, with the first position that has them; and the share of its outputs that is measured.
/// `observed` are the network's outputs, None for all; they are the layer's own where no layer above has weights or repeats outputs.
let read (path: string) number (observed: int[] option) : int * struct (int * float[][])[] * struct (int * int) =
    let isSum layer =
        match layer with
        | Sum _ -> true
        | _ -> false

    let isOwn layer =
        match layer with
        | Sum(_, _, _, isFixed) -> not isFixed
        | _ -> false

    let all = snd (Network.layers path)
    let places = List.indexed all |> List.filter (snd >> isOwn)
    require (number >= 1 && number <= places.Length) $"the network has no layer {number} with weights"

    match places[number - 1] with
    | at, Sum(below, after, products, _) ->
        let isBelow = List.exists isSum (List.skip (at + 1) all)
        let outputs = Array.fold (*) 1 after

        let seen =
            match observed with
            | Some seen when not isBelow -> seen
            | _ -> [| 0 .. outputs - 1 |]

        require (Array.forall (fun o -> o < outputs) seen) "an observed output does not exist"
        let kept = Array.zeroCreate outputs
        seen |> Array.iter (fun o -> kept[o] <- true)
        let positions, k = Array.fold (*) 1 below[1..], below[0]

        let rows =
            Array.init positions (fun _ -> System.Collections.Generic.Dictionary<int, float[]>())

        for struct (o, i, w) in products do
            if kept[o] && w <> 0.0 then
                let found = rows[i % positions]

                if not (found.ContainsKey o) then
                    found[o] <- Array.zeroCreate k

                found[o][i / positions] <- w

        let sorted =
            rows
            |> Array.mapi (fun p found -> struct (p, Array.sort (Seq.toArray found.Values)))

        let distinct = sorted |> Array.distinctBy (fun (struct (_, block)) -> block)
        k, distinct, struct (seen.Length, outputs)
    | _ -> raise (Rejected "the layer has no weights")
