/// The weight distribution condition, block by block: HV Definition 2; for a convolution MAK Lemma Sup.2.
[<RequireQualifiedAccess>]
module Inversion.Verify.Claims.WeightConcentration

open System
open System.Threading
open Inversion.Randomness
open Inversion.Verify
open Inversion.Verify.Exact

let private id = "weight-concentration"

let private statement =
    "‖F₊ₓᵀF₊ᵧ − Q_{x,y}‖₂ ≤ ε for all nonzero x, y and every block F of the layer, scaled so that E[FᵀF] = I"

let private source = "HV (arXiv 1705.07576), Definition 2; MAK, Lemma Sup.2"

/// At most this many blocks of a layer are searched; with more, short trials of all choose them.
let private mostBlocks = 24

let private confirmed (witness: Witness) (measured: Enclosure) =
    {
        Confirmed = Verdict.breaks Side.AtMost witness.Allowed measured
        Measured = measured
        Note =
            $"|uᵀ(F₊ₓᵀF₊ᵧ − Q)u|/‖u‖² lies in [{measured.Lower:R}, {measured.Upper:R}]; at most {witness.Allowed:R} is claimed"
    }

let private unconfirmed note =
    {
        Confirmed = false
        Measured = Enclosure.Point nan
        Note = note
    }

let private asEnclosure (interval: Interval) : Enclosure =
    {
        Lower = interval.Lower
        Upper = interval.Upper
    }

/// How many outputs of how many are measured: r as a quotient.
let private seen (subject: Subject) (layer: BlockedLayer) =
    if layer.Rate = 1.0 then
        1, 1
    else
        subject.Measurement.Count, subject.Measurement.SignalLength

/// Judges a pair again: the rows of the witness' block from the slow reference, activity decided exactly, the rest in intervals.
let private replay (subject: Subject) (witness: Witness) =
    let position = witness.Scalar "position"
    let x, y, u = witness.Vector "x", witness.Vector "y", witness.Vector "u"

    match Subject.defect subject, witness.Layer with
    | Some reason, _ -> unconfirmed reason
    | _, None -> unconfirmed "the witness names no layer"
    | None, Some _ when witness.Claim <> id || witness.Side <> Side.AtMost ->
        unconfirmed "the witness is of another claim"
    | None, Some number ->
        let layer =
            BlockedLayer.ofSubject subject
            |> List.tryFind (fun layer -> layer.Number = number)

        match layer, BlockEnclosure.rows subject number (int position) with
        | Some layer, Some(inputs, rows) when
            float (int position) = position
            && List.forall (BlockEnclosure.isUsable inputs) [ x; y; u ]
            ->
            BlockEnclosure.deviation rows layer.Scale (seen subject layer) x y u
            |> asEnclosure
            |> confirmed witness
        | _ -> unconfirmed "the witness names no block of the network, or its vectors do not fit"

type private Judged =
    {
        Block: Block
        Found: ConcentrationSearch.Found
    }

let private scaled (layer: BlockedLayer) (block: Block) =
    Rows(block, 1.0 / (layer.Scale * sqrt layer.Rate))

/// The blocks to be searched, and how many trials of how many the choice cost.
let private chosen settings (key: RandomKey) (cancellation: CancellationToken) (layer: BlockedLayer) =
    if layer.Blocks.Length <= mostBlocks then
        layer.Blocks
    else
        layer.Blocks
        |> List.sortByDescending (fun block ->
            cancellation.ThrowIfCancellationRequested()
            let rows = scaled layer block

            let effort =
                { ConcentrationSearch.effort settings layer.Blocks.Length rows with
                    Trials = 4
                    Starts = 0
                    Polish = 0
                }

            let found =
                ConcentrationSearch.run settings effort (key.Child(int64 block.Position)) cancellation rows

            found.Best.Value)
        |> List.truncate mostBlocks

let private judge settings (key: RandomKey) cancellation scaling (blocks: Block list) =
    blocks
    |> List.map (fun block ->
        let rows = scaling block
        let effort = ConcentrationSearch.effort settings blocks.Length rows

        {
            Block = block
            Found = ConcentrationSearch.run settings effort (key.Child(int64 block.Position)) cancellation rows
        })

let private worst judged =
    judged |> List.maxBy (fun judged -> judged.Found.Best.Value)

/// The largest deviation when each block is scaled by its own share of kept rows; None without a mask.
let private perBlock settings (key: RandomKey) cancellation (layer: BlockedLayer) (blocks: Block list) =
    match blocks |> List.filter (fun block -> block.Rows > 0) with
    | seen when layer.Rate = 1.0 || seen.IsEmpty -> None
    | seen ->
        let scaling (block: Block) =
            Rows(block, sqrt (float block.AllRows / float block.Rows) / layer.Scale)

        Some (worst (judge settings (key.Child "per-block") cancellation scaling seen)).Found.Best.Value

let private witnessOf (settings: Settings) (layer: BlockedLayer) (judged: Judged) =
    let best = judged.Found.Best

    {
        Claim = id
        Kind = "pair"
        Layer = Some layer.Number
        Vectors = [ "x", best.X; "y", best.Y; "u", best.U ]
        Scalars =
            [
                "position", float judged.Block.Position
                "scale", layer.Scale
                "rate", layer.Rate
            ]
        Measured = Enclosure.Point best.Value
        Side = Side.AtMost
        Allowed = settings.Epsilon
        Fact =
            $"layer {layer.Number}, block of input position {judged.Block.Position}: along u, F₊ₓᵀF₊ᵧ leaves Q by {best.Value:G6}, more than ε = {settings.Epsilon:R}"
    }

let private methodOf
    (settings: Settings)
    (layer: BlockedLayer)
    (blocks: Block list)
    (bound: ConcentrationBound.Bound option)
    =
    let effort =
        ConcentrationSearch.effort settings blocks.Length (scaled layer blocks.Head)

    let every = if blocks.Length = 1 then "" else " for each block"

    let choice =
        if blocks.Length < layer.Blocks.Length then
            $"; the {blocks.Length} of {layer.Blocks.Length} distinct blocks that looked worst in 4 trials each"
        else
            ""

    let line =
        if layer.Input.Channels = 1 then
            "; with one channel every pair of directions is judged"
        elif layer.Input.Channels = 2 then
            "; in the plane every arc between hyperplanes is tried"
        else
            ""

    $"{effort.Trials} pairs of independent Gaussian codes{every}; then {2 * effort.Starts} climbs of {effort.Stages * effort.StepsPerStage} steps on the smoothed Gram matrix from the worst trials, x = y and random pairs, and {effort.Polish} pairs around the best{line}{choice}"
    + (match bound with
       | Some bound -> $"; supremumUpper by branch and bound over {bound.Pairs} pairs of cells of directions"
       | None -> "")

/// Judges one layer.
let judgeLayer (settings: Settings) (key: RandomKey) cancellation subject (layer: BlockedLayer) : Finding =
    let key = key.Child(int64 layer.Number)
    let blocks = chosen settings (key.Child "choice") cancellation layer
    let judged = judge settings key cancellation (scaled layer) blocks
    let worst = worst judged
    let value = worst.Found.Best.Value

    let verdict =
        if value <= settings.Epsilon then
            Verdict.Supported
        else
            Claim.confirm replay subject (witnessOf settings layer worst)

    let trials, failures =
        judged |> List.sumBy (fun j -> j.Found.Trials), judged |> List.sumBy (fun j -> j.Found.Failures)

    let bound =
        ConcentrationUpper.ofLayer layer (seen subject layer) (worst.Block, worst.Found.Best) cancellation

    let notes =
        [
            if layer.Note <> "" then
                layer.Note

            match bound with
            | Some bound when bound.Upper <= settings.Epsilon ->
                $"no pair deviates by more than {bound.Upper:R}: proven in interval arithmetic, without a certificate"
            | _ -> ()

            if not layer.Tiles then
                "copies of the kernel overlap or are cut: judged for inputs on a single position, which bounds the layer's deviation from below"

            if layer.Rate < 1.0 && blocks |> List.exists (fun block -> block.Rows = 0) then
                "the mask hides whole blocks, which then deviate by 1/2"

            if blocks.Length < layer.Blocks.Length then
                $"{layer.Blocks.Length - blocks.Length} of {layer.Blocks.Length} distinct blocks saw 4 trials only"
        ]

    let scale =
        if layer.Rate = 1.0 then
            $"F divided by s = {layer.Scale:R}"
        else
            $"F, the observed rows, divided by s√r = {layer.Scale:R}·√{layer.Rate:R}"

    { Claim.blank id Role.Hypothesis statement source settings key subject with
        Statement =
            $"{statement}: {worst.Block.Inputs} channels, at most {(blocks |> List.map (fun b -> b.Rows) |> List.max)} rows, {scale}"
            + (if layer.Tiles then "" else ", inputs on one position")
        Verdict = verdict
        Reason = String.Join("; ", notes)
        Arithmetic =
            (match verdict with
             | Verdict.Refuted _ -> Arithmetic.Interval
             | _ -> Arithmetic.Float64)
        Layer = Some layer.Number
        Measured =
            [
                "supremum", Quantity.Number value

                "supremumUpper",
                (match bound with
                 | Some bound -> Quantity.Number bound.Upper
                 | None -> Quantity.Absent)

                match perBlock settings key cancellation layer blocks with
                | Some number -> "supremumPerBlock", Quantity.Number number
                | None -> ()

                "scale", Quantity.Number layer.Scale
                "blocks", Quantity.Number(float layer.Blocks.Length)
                "worstBlock", Quantity.Number(float worst.Block.Position)
            ]
        Allowed = [ "epsilon", settings.Epsilon ]
        Method = methodOf settings layer blocks bound
        Trials = trials
        Failures = failures
        FailureRateUpper = Statistics.rateUpper failures trials settings.Confidence
    }
    |> Finding.guarded

let private check (settings: Settings) key cancellation subject =
    Claim.blank id Role.Hypothesis statement source settings key subject
    |> BlockedLayer.judgeEach subject (judgeLayer settings key cancellation subject)

/// The claim.
let claim: Claim =
    {
        Id = id
        Role = Role.Hypothesis
        Statement = statement
        Source = source
        Check = check
        Replay = replay
    }
