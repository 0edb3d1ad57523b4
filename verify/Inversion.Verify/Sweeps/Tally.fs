namespace Inversion.Verify

open System
open Inversion.Randomness

/// Counts of one cell of a sweep: at x (a sampling rate, a size), `Hits` of `Trials` trials had the outcome that is counted.
[<Struct>]
type Tally = { X: float; Hits: int; Trials: int }

/// What data say about a number: its estimate and the ends of its interval, in the number's own unit. None where the data give no such
/// number: an interval without `Upper` has no upper end, an unlimited estimate is None and not an infinity.
type Estimate =
    {
        Value: float option
        Lower: float option
        Upper: float option
    }

[<RequireQualifiedAccess>]
module Estimate =
    /// The data say nothing.
    let none =
        {
            Value = None
            Lower = None
            Upper = None
        }

    /// True where the interval has `value` in it, its ends included. False for NaN.
    let contains (value: float) estimate =
        not (Double.IsNaN value)
        && Option.forall (fun lower -> lower <= value) estimate.Lower
        && Option.forall (fun upper -> value <= upper) estimate.Upper

    /// Every number multiplied by a positive factor and then moved by `shift`.
    let internal scaled factor shift estimate =
        let scale = Option.map (fun value -> shift + factor * value)

        {
            Value = scale estimate.Value
            Lower = scale estimate.Lower
            Upper = scale estimate.Upper
        }

[<RequireQualifiedAccess>]
module Tally =
    /// Sorted by x, equal x added up, cells without trials left out: fits see the same points whatever order they come in.
    /// ArgumentException: an x that is not finite (NaN is not), or counts that do not fit.
    let ordered (tallies: Tally seq) =
        let points = Seq.toArray tallies

        for tally in points do
            if not (Double.IsFinite tally.X) then
                invalidArg (nameof tallies) $"x = {tally.X} is not a finite number"

            if tally.Trials < 0 || tally.Hits < 0 || tally.Hits > tally.Trials then
                invalidArg (nameof tallies) $"{tally.Hits} of {tally.Trials} trials at x = {tally.X}"

        points
        |> Array.filter (fun tally -> tally.Trials > 0)
        |> Array.groupBy _.X
        |> Array.sortBy fst
        |> Array.map (fun (x, group) ->
            {
                X = x
                Hits = Array.sumBy _.Hits group
                Trials = Array.sumBy _.Trials group
            })

    /// The observed rate. NaN without trials.
    let rate tally = float tally.Hits / float tally.Trials

    /// ln of the likelihood of a cell at a rate, without the binomial coefficient; a count of 0 adds 0 at any rate.
    let internal logLikelihood rate tally =
        let part count p =
            if count = 0 then 0.0 else float count * log p

        part tally.Hits rate + part (tally.Trials - tally.Hits) (1.0 - rate)

    /// The largest log-likelihood that any rates give: each cell at its own.
    let internal saturated tallies =
        tallies |> Array.sumBy (fun tally -> logLikelihood (rate tally) tally)

    /// New counts for the same cells: every trial hits with its cell's rate, one uniform number for each trial.
    let draw (stream: RandomStream) (rates: float[]) (tallies: Tally[]) =
        Array.map2
            (fun rate tally ->
                let mutable hits = 0

                for _ in 1 .. tally.Trials do
                    if stream.NextUniform() < rate then
                        hits <- hits + 1

                { tally with Hits = hits })
            rates
            tallies
