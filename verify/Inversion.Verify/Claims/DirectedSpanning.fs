/// Directed spanning sets of single layers (PKLDH: Puthawala et al., JMLR 2022).
[<RequireQualifiedAccess>]
module Inversion.Verify.Claims.DirectedSpanning

open System
open System.Threading
open Inversion.Randomness
open Inversion.Verify
open Inversion.Verify.Reference
open MathNet.Numerics.LinearAlgebra.Double

/// Weights of a block above which only the opposite of the rows' sum is tried.
let private small = 1 <<< 19

/// Weights of a block above which rays are not tried: they matter where few rows are non-negative.
let private verySmall = 1 <<< 13

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

/// Directions in the cells around a ray orthogonal to k − 1 rows, on whose side those rows are negative: v + t d and −v + t d with
/// ⟨w, v⟩ = 0 and ⟨w, d⟩ = −1 for the chosen rows, t half of what no other row changes its sign for. In general position every cell
/// touches such a ray. None when the rows do not determine one.
let private beside (rows: float[][]) (completion: float[]) (chosen: int[]) =
    let k = completion.Length

    let matrix =
        DenseMatrix.OfRowArrays(Array.append (chosen |> Array.map (fun i -> rows[i])) [| completion |])

    let solve right =
        matrix.Solve(DenseVector(Array.init k right)).ToArray()

    let ray = solve (fun i -> if i = k - 1 then 1.0 else 0.0)
    let inward = solve (fun i -> if i = k - 1 then 0.0 else -1.0)

    if not (Array.forall Double.IsFinite ray && Array.forall Double.IsFinite inward) then
        []
    else
        let reach =
            rows
            |> Array.indexed
            |> Array.fold
                (fun least (i, row) ->
                    if Array.contains i chosen then
                        least
                    else
                        min least (abs (Theory.dot row ray) / abs (Theory.dot row inward)))
                1e6

        [
            for sign in [ 1.0; -1.0 ] do
                Codes.unit (Array.map2 (fun v d -> sign * v + 0.5 * reach * d) ray inward)
        ]
        // Rows that are nearly dependent give a ray too long for its length to be a number.
        |> List.filter (Array.forall Double.IsFinite)

/// All subsets of `size` of 0 … count − 1 when there are at most `limit`, else `limit` random ones.
let private subsets (key: RandomKey) limit count size =
    let rec choose first size =
        if size = 0 then
            [ [] ]
        else
            [
                for i in first .. count - size do
                    for rest in choose (i + 1) (size - 1) -> i :: rest
            ]

    let mutable number = 1.0

    for i in 1..size do
        number <- number * float (count - size + i) / float i

    if number <= float limit then
        choose 0 size |> List.map Array.ofList
    else
        let stream = key.Open()
        List.init limit (fun _ -> stream.Permutation count |> Array.truncate size)

/// The fewest rows with ⟨w, v⟩ ≥ 0 over the directions tried, and the direction: from the opposite of the rows' sum and from random
/// directions, subgradient steps down Σ max(⟨w, v⟩, 0) on the sphere; and cells around rays orthogonal to k − 1 rows.
let private fewest (key: RandomKey) steps starts (rows: float[][]) =
    let k = rows[0].Length
    let opposite = Array.init k (fun i -> -(rows |> Array.sumBy (fun row -> row[i])))
    let isLarge = rows.Length * k > small

    let directions, steps =
        if isLarge then
            [| Codes.unit opposite |], 0
        else
            Array.append [| Codes.unit opposite |] (Codes.random key starts k), steps

    let descend start =
        let mutable at = start
        let mutable best = struct (Int32.MaxValue, start)

        for step in 0..steps do
            let struct (count, pull) = lean rows at
            let struct (least, _) = best

            if count < least then
                best <- struct (count, at)

            let length = 0.5 * Math.Pow(0.85, float step)
            at <- Codes.unit (Array.map2 (fun x g -> x - length * g) at (Codes.unit pull))

        best

    let corners =
        if rows.Length * k > verySmall || rows.Length < k then
            []
        else
            // As many subsets as cost about as much as the descents.
            subsets (key.Child "rays") (8 * starts * steps) rows.Length (k - 1)
            |> List.collect (beside rows (Codes.random (key.Child "completion") 1 k).[0])
            |> List.map (fun direction ->
                let struct (count, _) = lean rows direction
                struct (count, direction))

    Array.append (Array.map descend directions) (Array.ofList corners)
    |> Array.minBy (fun (struct (count, _)) -> count)

/// What is known of the layers' directed spanning sets.
type LayerSpanning =
    {
        /// For each layer with weights, the fewest rows with ⟨w, v⟩ ≥ 0 found in a direction v, over its blocks, less the number of columns:
        /// negative where they cannot span, so that the layer alone is not one-to-one on all inputs.
        Margins: float list
        /// For each layer with weights, from 1, what was decided without rounding over all its blocks and directions.
        Decided: (int * Spanning) list
        /// Codes that point along the first layer's worst directions at one position.
        Codes: float[] list
        /// True when every layer is one-to-one on all inputs, without rounding, and A only hides outputs: then so is A G.
        IsOneToOne: bool
    }

/// Cones that one layer may cost: about a second.
let private budgetFor columns = if columns <= 3 then 10_000 else 4096

/// A block decided: by the direction that the search found, where too few rows are non-negative for certain, else by all cones.
let private decideBlock cancellation budget (block: LayerBlock) count (direction: float[]) =
    let columns = block.Inputs[0].Length

    let zero () =
        Array.create columns System.Numerics.BigInteger.Zero

    if block.Rows.Length = 0 then
        Spanning.Fails(zero (), 0)
    elif count < columns then
        let whole = SpanningCones.wholeOf direction
        let rank = SpanningCones.rankToward block.Rows whole

        if rank < columns then
            Spanning.Fails(whole, rank)
        else
            SpanningCones.decide cancellation budget block.Rows
    else
        SpanningCones.decide cancellation budget block.Rows

/// One layer's blocks, one after the other, until one fails.
let private decideLayer cancellation (blocks: (LayerBlock * struct (int * float[])) list) =
    ((Spanning.Everywhere 0), blocks)
    ||> List.fold (fun found (block, struct (count, direction)) ->
        match found with
        | Spanning.Fails _ -> found
        | _ ->
            let spent =
                match found with
                | Spanning.Everywhere cones -> cones
                | _ -> 0

            let budget = budgetFor block.Inputs[0].Length - spent

            match found, decideBlock cancellation budget block count direction with
            | _, (Spanning.Fails _ as failure) -> failure
            | Spanning.Open _, _ -> found
            | _, Spanning.Everywhere cones -> Spanning.Everywhere(spent + cones)
            | _, other -> other)

/// Whether layers that are one-to-one make A G one-to-one: A hides outputs of the last layer at most, and nothing lies between layers.
let private isChain (subject: Subject) (network: ReferenceNetwork) =
    network.Network.IsHomogeneous
    && (MeasurementRows.observed subject.Measurement).IsSome
    && network.Stages
       |> Array.forall (fun stage ->
           match stage with
           | Stage.Affine(_, number, _) -> number > 0
           | Stage.Activation _ -> true)

/// Searches and decides the directed spanning sets of every layer, block by block. None when a layer's outputs read several positions, or a
/// unit is no ReLU.
let measure (key: RandomKey) (settings: Settings) (cancellation: CancellationToken) (subject: Subject) =
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

        let byLayer = found |> List.groupBy (fun (block, _) -> block.Layer)

        let margins =
            byLayer
            |> List.map (fun (_, list) ->
                list
                |> List.map (fun (block, struct (count, _)) -> float (count - block.Inputs[0].Length))
                |> List.min)

        let decided =
            if network.Network.IsHomogeneous then
                byLayer |> List.map (fun (layer, list) -> layer, decideLayer cancellation list)
            else
                byLayer
                |> List.map (fun (layer, _) -> layer, Spanning.Open "with a bias, directions alone decide nothing")

        // Random at the other positions, so that the code lies on no kink.
        let codeOf (block: LayerBlock) (direction: float[]) =
            let code = (Codes.random (key.Child "others") 1 network.LatentDimension).[0]
            block.Inputs[0] |> Array.iteri (fun i unit' -> code[unit'] <- direction[i])
            code

        let first = found |> List.filter (fun (block, _) -> block.Layer = 1)

        let codes =
            [
                for layer, spanning in decided do
                    match spanning with
                    | Spanning.Fails(direction, _) when layer = 1 ->
                        for block, _ in first do
                            codeOf block (Codes.unit (SpanningCones.approximate direction))
                    | _ -> ()

                for block, struct (_, direction) in first do
                    codeOf block direction
            ]

        Some
            {
                Margins = margins
                Decided = decided
                Codes = codes
                IsOneToOne =
                    isChain subject network
                    && decided
                       |> List.forall (fun (_, spanning) ->
                           match spanning with
                           | Spanning.Everywhere _ -> true
                           | _ -> false)
            }

/// What was decided, in words.
let describe (found: LayerSpanning) =
    let direction (v: System.Numerics.BigInteger[]) =
        let entries = SpanningCones.approximate v |> Array.map (fun x -> x.ToString "G4")

        "("
        + String.Join(", ", Array.truncate SpanningCones.largestDimension entries)
        + (if v.Length > SpanningCones.largestDimension then
               ", …)"
           else
               ")")

    let layers =
        found.Decided
        |> List.map (fun (layer, spanning) ->
            match spanning with
            | Spanning.Everywhere cones -> $"layer {layer}: in every direction, over all {cones} cones"
            | Spanning.Fails(v, rank) -> $"layer {layer}: not toward {direction v}, where the rank is {rank}"
            | Spanning.Open reason -> $"layer {layer}: not decided ({reason})")

    "directed spanning sets by layer, without rounding: "
    + String.Join("; ", layers)
    + (if found.IsOneToOne then
           ". Every layer is one-to-one, so A G is"
       else
           "")
