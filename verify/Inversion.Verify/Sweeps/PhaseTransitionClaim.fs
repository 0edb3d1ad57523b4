/// `phase-transition`: the success rate against the share observed, for one mask, and for two masks side by side.
[<RequireQualifiedAccess>]
module Inversion.Verify.PhaseTransitionClaim

open System.Globalization
open Inversion.Randomness

/// The claim's id.
[<Literal>]
let Id = "phase-transition"

let private source = "MAK §3"

// Enough for a quantile at 0.999; each draw is a fit of its own.
[<Literal>]
let private Draws = 999

let private short (value: float) =
    value.ToString("G4", CultureInfo.InvariantCulture)

let private told (cell: CellCounts) =
    $"{cell.Hits} of {cell.Trials} recovered with {short cell.X} observed"

/// The logistic curve, its intervals calibrated by draws from `key` where so few draws have the quantile. None without trials.
let curve (key: RandomKey) confidence (cells: CellCounts[]) =
    if confidence <= float Draws / float (Draws + 1) then
        LogisticFit.calibrated key Draws confidence (CellCounts.tallies cells)
    else
        LogisticFit.fit confidence (CellCounts.tallies cells)

/// Judges "the success rate does not fall as more is observed, and passes ½". Refuted by two cells of which the one that observes more succeeds
/// less; supported where cells are found on both sides of ½; limits hold for all cells together with the evidence's confidence. Measured are r50
/// and width of the logistic curve, with intervals at the same confidence where the number of trials was fixed, else unknown.
let judge (evidence: SweepEvidence) (key: RandomKey) name (counts: CellCounts seq) =
    let cells = CellCounts.ordered counts

    let finding =
        SweepFinding.blank
            Id
            Role.Empirical
            "the rate of recovery does not fall as the share observed grows, and passes 1/2"
            source
            evidence
            key
            name
            cells

    let limits = CellCounts.together evidence cells

    let fit =
        if evidence.IsStopped then
            None
        else
            curve key evidence.Confidence cells

    let part choose =
        fit |> Option.map choose |> Option.defaultValue Estimate.none

    let measured =
        { finding with
            Measured =
                SweepFinding.estimate "r50" (part _.R50)
                @ SweepFinding.estimate "width" (part _.Width)
                @ [
                    "observed", Quantity.Numbers(cells |> Array.map _.X |> Array.toList)
                    "rates",
                    Quantity.Numbers(
                        cells
                        |> Array.map (fun cell -> float cell.Hits / float cell.Trials)
                        |> Array.toList
                    )
                ]
        }

    let orders =
        seq {
            for more in 0 .. cells.Length - 1 do
                for less in 0 .. more - 1 do
                    if cells[less].X < cells[more].X then
                        {
                            RateOrder.Lower = more
                            RateOrder.Higher = less
                            RateOrder.Factor = 1.0
                        }
        }

    match RateOrder.contradicted limits orders with
    | Some order ->
        let fact =
            $"{told cells[order.Higher]}, but only {told cells[order.Lower]}: more was observed and fewer recovered"

        let witness =
            RateOrder.witness
                Id
                RateOrder.Kind
                evidence.IsStopped
                (CellCounts.level evidence cells.Length)
                cells
                limits
                order
                fact

        SweepFinding.refutedBy witness measured
    | None ->
        let isBelow = limits |> Array.exists (fun limit -> limit.Upper < 0.5)
        let isAbove = limits |> Array.exists (fun limit -> limit.Lower > 0.5)

        { measured with
            Verdict =
                match isBelow, isAbove with
                | true, true -> Verdict.Supported
                | false, true -> Verdict.Undecided "no share that was tried is found to have a rate below 1/2"
                | true, false -> Verdict.Undecided "no share that was tried is found to have a rate above 1/2"
                | false, false -> Verdict.Undecided "no share that was tried is found on a side of 1/2"
        }
        |> Finding.guarded

/// Judges "with the first mask a smaller share observed is enough to recover half than with the second". Supported where the first recovers more
/// than half at a share at which the second, or at a larger one, recovers less than half; refuted by the opposite.
/// Two limits for each cell of both masks hold together with the evidence's confidence.
let compare (evidence: SweepEvidence) (key: RandomKey) name (first: CellCounts seq) (second: CellCounts seq) =
    let a, b = CellCounts.ordered first, CellCounts.ordered second
    let cells = Array.append a b

    let finding =
        SweepFinding.blank
            Id
            Role.Empirical
            "a smaller share observed is enough to recover half with the first mask than with the second"
            source
            evidence
            key
            name
            cells

    let limits = CellCounts.together evidence cells
    let firsts, seconds = [| 0 .. a.Length - 1 |], [| a.Length .. cells.Length - 1 |]

    /// A pair of cells in which `better` passes ½ where `worse`, observing as much or more, does not.
    let passed better worse =
        [
            for high in better do
                for low in worse do
                    if
                        cells[high].X <= cells[low].X
                        && limits[high].Lower > 0.5
                        && limits[low].Upper < 0.5
                    then
                        {
                            RateOrder.Lower = low
                            RateOrder.Higher = high
                            RateOrder.Factor = 1.0
                        }
        ]

    match passed firsts seconds, passed seconds firsts with
    | [], [] ->
        { finding with
            Verdict = Verdict.Undecided "no two cells tell the masks apart"
        }
        |> Finding.guarded
    | _ :: _, [] ->
        { finding with
            Verdict = Verdict.Supported
        }
        |> Finding.guarded
    | [], broken ->
        let order = RateOrder.contradicted limits broken |> Option.defaultValue broken.Head

        let fact =
            $"second mask: {told cells[order.Higher]}; first mask: {told cells[order.Lower]}"

        let witness =
            RateOrder.witness
                Id
                RateOrder.HalfKind
                evidence.IsStopped
                (CellCounts.level evidence cells.Length)
                cells
                limits
                order
                fact

        SweepFinding.refutedBy witness finding
    | _, _ ->
        { finding with
            Verdict = Verdict.Undecided "the rates of a mask fall somewhere as more is observed"
        }
        |> Finding.guarded
