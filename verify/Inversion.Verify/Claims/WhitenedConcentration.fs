/// The weight distribution condition of a layer's shape alone: its rows centred and scaled to a covariance that is a multiple of I.
[<RequireQualifiedAccess>]
module Inversion.Verify.Claims.WhitenedConcentration

open System
open System.Threading
open Inversion.Randomness
open Inversion.Verify
open Inversion.Verify.Exact

let private id = "whitened-concentration"

let private statement =
    "‖F̃₊ₓᵀF̃₊ᵧ − Q_{x,y}‖₂ ≤ ε for all nonzero x, y and every block F of the layer, F̃ = (F − 1μᵀ)T with μ the mean row and F̃ᵀF̃ = I"

let private source = "ours; HV (arXiv 1705.07576), Definition 2 after whitening"

/// At most this many blocks of a layer are searched, those that most positions share.
let private mostBlocks = 24

let private unconfirmed note =
    {
        Confirmed = false
        Measured = Enclosure.Point nan
        Note = note
    }

/// Judges a pair again from the slow reference's rows: the codes are given before whitening, so that no root is taken.
let private replay (subject: Subject) (witness: Witness) =
    match Subject.defect subject, witness.Layer with
    | Some reason, _ -> unconfirmed reason
    | _, None -> unconfirmed "the witness names no layer"
    | None, Some _ when witness.Claim <> id || witness.Side <> Side.AtMost ->
        unconfirmed "the witness is of another claim"
    | None, Some number ->
        let position = witness.Scalar "position"
        let a, b, c = witness.Vector "x", witness.Vector "y", witness.Vector "u"

        match BlockEnclosure.rows subject number (int position) with
        | Some(inputs, rows) when
            float (int position) = position
            && List.forall (BlockEnclosure.isUsable inputs) [ a; b; c ]
            ->
            match Whitening.deviation inputs rows a b c with
            | None -> unconfirmed "the centred rows are dependent, or vanish on a code"
            | Some deviation ->
                let measured: Enclosure =
                    {
                        Lower = deviation.Lower
                        Upper = deviation.Upper
                    }

                {
                    Confirmed = Verdict.breaks Side.AtMost witness.Allowed measured
                    Measured = measured
                    Note =
                        $"|uᵀ(F̃₊ₓᵀF̃₊ᵧ − Q)u|/‖u‖² lies in [{measured.Lower:R}, {measured.Upper:R}]; at most {witness.Allowed:R} is claimed"
                }
        | _ -> unconfirmed "the witness names no block of the network, or its vectors do not fit"

type private Judged =
    {
        Block: Block
        Whitened: Whitened
        Effort: ConcentrationSearch.Effort
        Found: ConcentrationSearch.Found
    }

let private witnessOf (settings: Settings) number (judged: Judged) =
    let best = judged.Found.Best

    {
        Claim = id
        Kind = "pair"
        Layer = Some number
        Vectors =
            [
                "x", judged.Whitened.Back best.X
                "y", judged.Whitened.Back best.Y
                "u", judged.Whitened.Back best.U
            ]
        Scalars = [ "position", float judged.Block.Position ]
        Measured = Enclosure.Point best.Value
        Side = Side.AtMost
        Allowed = settings.Epsilon
        Fact =
            $"layer {number}, block of input position {judged.Block.Position}, whitened: along u, F̃₊ₓᵀF̃₊ᵧ leaves Q by {best.Value:G6}, more than ε = {settings.Epsilon:R}"
    }

let private judgeLayer
    (settings: Settings)
    (key: RandomKey)
    (cancellation: CancellationToken)
    subject
    (layer: BlockedLayer)
    =
    let key = key.Child(int64 layer.Number)

    let blocks =
        layer.Blocks
        |> List.sortByDescending (fun block -> block.Copies)
        |> List.truncate mostBlocks

    let whitened =
        blocks
        |> List.map (fun block ->
            cancellation.ThrowIfCancellationRequested()
            block, Whitening.ofBlock block)

    let judged =
        [
            for block, result in whitened do
                match result with
                | Error _ -> ()
                | Ok whitened ->
                    let rows =
                        Rows(
                            { block with
                                Weights = whitened.Weights
                            },
                            1.0
                        )

                    let effort = ConcentrationSearch.effort settings blocks.Length rows

                    {
                        Block = block
                        Whitened = whitened
                        Effort = effort
                        Found =
                            ConcentrationSearch.run settings effort (key.Child(int64 block.Position)) cancellation rows
                    }
        ]

    let missing =
        whitened
        |> List.tryPick (fun (_, result) ->
            match result with
            | Error reason -> Some reason
            | Ok _ -> None)

    let blank =
        { Claim.blank id Role.Hypothesis statement source settings key subject with
            Layer = Some layer.Number
            Allowed = [ "epsilon", settings.Epsilon ]
        }

    match judged, missing with
    | [], Some reason ->
        { blank with
            Verdict = Verdict.Undecided reason
        }
    | [], None -> blank
    | _ ->
        let worst = judged |> List.maxBy (fun judged -> judged.Found.Best.Value)
        let value = worst.Found.Best.Value

        let verdict =
            if not (value <= settings.Epsilon) then
                Claim.confirm replay subject (witnessOf settings layer.Number worst)
            else
                match missing with
                | Some reason -> Verdict.Undecided reason
                | None -> Verdict.Supported

        let trials, failures =
            judged |> List.sumBy (fun j -> j.Found.Trials), judged |> List.sumBy (fun j -> j.Found.Failures)

        let notes =
            [
                match verdict with
                | Verdict.Undecided reason -> reason
                | _ -> Option.toList missing |> String.concat "; "

                layer.Note

                if not layer.Tiles then
                    "copies of the kernel overlap or are cut: judged for inputs on a single position"

                if blocks.Length < layer.Blocks.Length then
                    $"{blocks.Length} of {layer.Blocks.Length} distinct blocks were searched, those that most positions share"
            ]
            |> List.filter (fun note -> note <> "")

        { blank with
            Verdict = verdict
            Reason = String.Join("; ", notes)
            Arithmetic =
                match verdict with
                | Verdict.Refuted _ -> Arithmetic.Interval
                | _ -> Arithmetic.Float64
            Measured =
                [
                    "supremum", Quantity.Number value
                    "condition", Quantity.Number(judged |> List.map (fun j -> j.Whitened.Condition) |> List.max)
                    "meanShare", Quantity.Number(judged |> List.map (fun j -> j.Whitened.MeanShare) |> List.max)
                    "blocks", Quantity.Number(float layer.Blocks.Length)
                    "worstBlock", Quantity.Number(float worst.Block.Position)
                ]
            Method =
                $"{worst.Effort.Trials} pairs of independent Gaussian codes for each of {judged.Length} whitened blocks; then {2 * worst.Effort.Starts} climbs on the smoothed Gram matrix, and {worst.Effort.Polish} pairs around the best"
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
