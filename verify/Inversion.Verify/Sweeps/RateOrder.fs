/// Two cells whose counts show that the rate of one is above a multiple of the rate of the other: the witness of a sweep's refutation.
[<RequireQualifiedAccess>]
module Inversion.Verify.RateOrder

open System
open Inversion.Verify.Exact

/// The kind of a witness of two rates in the wrong order.
[<Literal>]
let Kind = "rates"

/// The kind of a witness of two rates on the wrong sides of ½.
[<Literal>]
let HalfKind = "half"

/// That rate(Higher) ≤ Factor · rate(Lower) is claimed.
[<Struct>]
type Order =
    {
        Lower: int
        Higher: int
        Factor: float
    }

/// The claimed order that the limits of the cells contradict most: lower limit of the one above Factor times the upper limit of the other.
let contradicted (limits: Enclosure[]) (orders: Order seq) =
    let excess order =
        limits[order.Higher].Lower - order.Factor * limits[order.Lower].Upper

    let broken = orders |> Seq.filter (fun order -> excess order > 0.0) |> Seq.toArray

    if broken.Length = 0 then
        None
    else
        Some(Array.maxBy excess broken)

/// The probability that a cell of this rate shows a count as far up (or down) as this one, at any time if trials stopped by what they
/// showed; in interval arithmetic. For counts that stop: (n + 1) Pr(X = count) is 1 over the martingale of `ConfidenceSequence`.
let private error isStopped isAbove count trials rate =
    let isFar =
        if isAbove then
            float count > rate * float trials
        else
            float count < rate * float trials

    if not isFar then
        Interval.one
    elif isStopped then
        Interval.min' Interval.one (Interval.ofInt (trials + 1) * BinomialTail.exactly count trials rate)
    elif isAbove then
        BinomialTail.atLeast count trials rate
    else
        BinomialTail.atMost count trials rate

let private whole name (value: float) =
    if value >= 0.0 && value <= float Int32.MaxValue && floor value = value then
        int value
    else
        raise (FormatException $"'{name}' holds {value}, not a count")

/// True where the cells and the factor contradict the claim at all: more is observed and fewer are recovered (`phase-transition`), or the larger size
/// fails more often than Factor ≥ 1 times the smaller (`failure-probability`); both at ½ where ½ is what was claimed of.
let private isContradiction (witness: Witness) x rate x' rate' =
    let factor = witness.Scalar "factor"

    match witness.Claim, witness.Kind with
    | "phase-transition", Kind -> x' < x && factor = 1.0
    | "phase-transition", HalfKind -> x' <= x && factor = 1.0 && rate = 0.5 && rate' = 0.5
    | "failure-probability", Kind -> x < x' && factor >= 1.0
    | _ -> false

/// Judges the witness again from its numbers: at the rates that it names, of which the one is at least Factor times the other, how likely are
/// the counts of each cell? The larger of the two probabilities, by sums in interval arithmetic. No enclosure where the rates are not so, or where the
/// two cells would contradict nothing.
let judge (witness: Witness) =
    let cell name =
        match witness.Vectors |> List.tryFind (fun (key, _) -> key = name) with
        | Some(_, [| _; x; count; trials; rate |]) -> struct (x, whole name count, whole name trials, rate)
        | _ -> raise (FormatException $"the witness has no five numbers '{name}'")

    let struct (x, count, trials, rate) = cell "lower"
    let struct (x', count', trials', rate') = cell "higher"
    let isStopped = witness.Scalar "stopped" <> 0.0

    let isApart =
        isContradiction witness x rate x' rate'
        && Interval.certainlyAtMost (witness.Scalar "factor" * Interval.ofFloat rate) (Interval.ofFloat rate')

    if not isApart then
        { Lower = nan; Upper = nan }
    else
        let error =
            Interval.max' (error isStopped false count trials rate) (error isStopped true count' trials' rate')

        {
            Lower = error.Lower
            Upper = error.Upper
        }

/// The witness of two cells, of the kind named: counts, and a rate for each that the counts exclude. `level` is the error that each of the two may have.
let witness claim kind isStopped level (cells: CellCounts[]) (limits: Enclosure[]) order fact =
    let lower, higher = cells[order.Lower], cells[order.Higher]

    // Between the limits, so that neither count is just at its level.
    let rate =
        if kind = HalfKind then
            0.5
        else
            let middle =
                0.5
                * (limits[order.Lower].Upper + limits[order.Higher].Lower / max order.Factor 1e-300)

            min middle (Math.BitDecrement 1.0)

    let rate' =
        if order.Factor = 1.0 then
            rate
        else
            Math.BitIncrement(order.Factor * rate)

    let numbers (c: CellCounts) count rate =
        [| float c.Cell; c.X; float count; float c.Trials; rate |]

    let unjudged =
        {
            Claim = claim
            Kind = kind
            Layer = None
            Vectors =
                [
                    "lower", numbers lower (lower.Hits + lower.Undecided) rate
                    "higher", numbers higher higher.Hits rate'
                ]
            Scalars = [ "factor", order.Factor; "stopped", (if isStopped then 1.0 else 0.0) ]
            Measured = { Lower = nan; Upper = nan }
            Side = Side.AtLeast
            Allowed = level
            Fact = fact
        }

    { unjudged with
        Measured = judge unjudged
    }
