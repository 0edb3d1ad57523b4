/// Certificates of weight-concentration for layers of at most three input channels (docs/proofs.md).
[<RequireQualifiedAccess>]
module Inversion.Verify.Proofs.ConcentrationProof

open System.Numerics
open System.Threading
open Inversion.Certificates
open Inversion.Randomness
open Inversion.Verify
open Inversion.Verify.Claims

/// The rows of the distinct blocks in the checker's order: sorted, without rows of zeros.
let blocks (layer: BlockedLayer) =
    [|
        for block in layer.Blocks do
            let k = block.Inputs

            Array.init block.Rows (fun j -> block.Weights[j * k .. j * k + k - 1])
            |> Array.filter (Array.exists (fun w -> w <> 0.0))
            |> Array.sort
    |]
    |> Array.distinct

/// The nodes that prove that every block of k ≤ 3 columns stays within ε, the same each time; None where `budget` nodes do not prove it. A pair of
/// cells is split until the checker's own test holds, so that what is written is accepted. `progress` is told the share of the pairs
/// that is done. Costs some 50 µs a node of 64 rows; ε near the supremum costs more nodes. Rejected: the scale is no positive number.
let nodes k (blocks: float[][][]) scale rate epsilon budget progress (cancellation: CancellationToken) =
    let written = ResizeArray<bool>()

    let rec walk isDone pending =
        match pending with
        | [] -> Some(written.ToArray())
        | _ when written.Count = budget -> None
        | struct (block: Concentration.Block, x, y, share: float) :: rest ->
            cancellation.ThrowIfCancellationRequested()

            if written.Count % 256 = 0 then
                progress isDone

            let holds = block.Holds(x, y)
            written.Add holds

            if holds then
                walk (isDone + share) rest
            else
                let parts = Concentration.split x y
                let share = share / float parts.Length

                walk isDone ((parts |> List.map (fun (struct (x, y)) -> struct (block, x, y, share))) @ rest)

    let roots = Concentration.roots k

    walk
        0.0
        [
            for rows in blocks do
                let judged = Concentration.Block(k, rows, scale, rate, epsilon)

                for struct (x, y) in roots do
                    struct (judged, x, y, 1.0 / float (roots.Length * blocks.Length))
        ]

/// How many outputs of how many are measured.
let rate (subject: Subject) (layer: BlockedLayer) =
    if layer.Rate = 1.0 then
        struct (1I, 1I)
    else
        struct (BigInteger subject.Measurement.Count, BigInteger subject.Measurement.SignalLength)

/// Weights times positions above which a layer's refutation is not written: the checker goes through all of them.
let private mostProducts = 50000000L

// A float vector times a power of two.
let private whole (v: float[]) =
    let struct (integers, _) = Integers.ofFloats v
    CertificateField.ofIntegers integers

/// Decides weight-concentration on one layer: a pair that the claim's search finds refutes it, or the checker's own test proves it pair of cells by
/// pair of cells; `Budget` are nodes. Only what the independent checker accepted is said.
let decide (task: ProofTask) (number: int) (path: string) : Decision =
    let layer =
        BlockedLayer.ofSubject task.Subject |> List.find (fun l -> l.Number = number)

    let k = layer.Blocks.Head.Inputs
    let epsilon = CertificateField.fraction task.Epsilon

    let fields =
        [
            "layer", string number
            "scale", layer.Scale.ToString("R", System.Globalization.CultureInfo.InvariantCulture)
            "epsilon", CertificateField.ofFraction epsilon
        ]

    let settings =
        { Settings.Default with
            Epsilon = task.Epsilon
        }

    let task = { task with Truth = None }

    let products =
        int64 layer.Affine.Weight.Length
        * int64 (min layer.Input.Positions layer.Output.Positions)

    let name = WeightConcentration.claim.Id

    let finding =
        if products > mostProducts then
            None
        else
            Some(WeightConcentration.judgeLayer settings (RandomKey 0UL) task.Cancellation task.Subject layer)

    match finding with
    | None -> Decision.Undecided $"budget: layer {number} has {products} products; up to {mostProducts} are checked"
    | Some { Verdict = Verdict.Refuted witness } ->
        let codes =
            [ "x"; "y"; "u" ] |> List.map (fun name -> name, whole (witness.Vector name))

        match ProofSteps.refute task path name (fields @ codes) with
        | Ok decision -> decision
        | Error why -> Decision.Undecided $"precision: {why}"
    | Some { Verdict = Verdict.Undecided why } -> Decision.Undecided why
    | _ when k > ConcentrationBound.mostInputs ->
        Decision.Undecided
            $"budget: layer {number} has blocks of {k} columns; up to {ConcentrationBound.mostInputs} are proved"
    | Some finding ->
        match
            nodes
                k
                (blocks layer)
                layer.Scale
                (rate task.Subject layer)
                epsilon
                task.Budget
                (fun share -> task.Progress(0.7 * share))
                task.Cancellation
        with
        | None ->
            let found = finding.Number "supremum"

            Decision.Undecided
                $"budget: {task.Budget} pairs of cells do not prove layer {number}; the largest deviation found is {found:G6}, ε = {task.Epsilon:R}"
        | Some written ->
            ProofSteps.write task path name "proved" fields (fun file ->
                written |> Array.iter (fun holds -> file.Node(if holds then "1" else "0")))

            match ProofSteps.check task path with
            | Ok statement -> Decision.Proved statement
            | Error why -> Decision.Undecided $"precision: the checker rejected the certificate: {why.Message}"
