namespace Inversion.Verify

open System.Globalization
open Inversion.Randomness

/// What is asked of the failure rate along a size.
[<RequireQualifiedAccess>]
type RateBehavior =
    /// It falls exponentially.
    | Falls
    /// It grows at most as size^power.
    | GrowsAtMost of Power: int

/// `failure-probability`: how the rate at which drawn networks fail a claim changes with one of their sizes.
///
/// Theorem 1 bounds the probability of failure by κ Σ Dᵢ Cᵢ exp(−γ Cᵢ₋₁) with unnamed κ and γ (MAK). No counts contradict such a bound; judged
/// is whether the rate itself behaves along a size as the bound does: falls exponentially with the channels Cᵢ₋₁ that stand in an exponent, and grows at most
/// in proportion with D₀, with a kernel ℓᵢ and with the last Cᵢ.
[<RequireQualifiedAccess>]
module FailureProbability =
    /// The claim's id.
    [<Literal>]
    let Id = "failure-probability"

    // p-values of draws are no smaller than 1 over their number: enough for the level, within reason.
    let private draws level =
        min 19999 (max 1999 (int (ceil (2.0 / level))))

    let private short (value: float) =
        value.ToString("G4", CultureInfo.InvariantCulture)

    let private told size (cell: CellCounts) =
        $"{cell.Hits} of {cell.Trials} failed at {size} = {short cell.X}"

    let private statement size behavior =
        match behavior with
        | RateBehavior.Falls -> $"the rate of failing networks falls exponentially with {size}"
        | RateBehavior.GrowsAtMost 1 -> $"the rate of failing networks grows at most in proportion to {size}"
        | RateBehavior.GrowsAtMost power -> $"the rate of failing networks grows at most as {size}^{power}"

    /// The orders that the behavior implies for every two sizes.
    let private orders behavior (cells: CellCounts[]) =
        seq {
            for large in 0 .. cells.Length - 1 do
                for small in 0 .. large - 1 do
                    if cells[small].X < cells[large].X then
                        {
                            RateOrder.Lower = small
                            RateOrder.Higher = large
                            RateOrder.Factor =
                                match behavior with
                                | RateBehavior.Falls -> 1.0
                                // Rounded up, so that no more is refuted than the exact power would.
                                | RateBehavior.GrowsAtMost power ->
                                    System.Math.BitIncrement(
                                        (cells[large].X / cells[small].X) ** float power * (1.0 + 1e-14)
                                    )
                        }
        }

    let private flipped (estimate: Estimate) =
        {
            Value = estimate.Value |> Option.map (~-)
            Lower = estimate.Upper |> Option.map (~-)
            Upper = estimate.Lower |> Option.map (~-)
        }

    /// Judges the failing networks (`Hits`) of cells that differ in one size (`X`, positive) alone.
    ///
    /// Refuted by two sizes whose rates are in the wrong order by more than the behavior allows: exact limits, all cells together. "Falls" is
    /// supported where the interval of the fitted exponent lies above 0, a common rate is rejected, and an exponential is not; "grows at most"
    /// where the interval of the fitted power lies at or below the power. Intervals and tests at the evidence's confidence. Measured: `rate` at the largest
    /// size, `exponent` b of exp(a − b x), `power` c of a xᶜ, each with its interval, the p-values, and the `cells` by their numbers, with their sizes and rates. Where trials stopped by what they showed
    /// nothing is fitted.
    let judge
        (evidence: SweepEvidence)
        (key: RandomKey)
        name
        size
        behavior
        (expansion: float[])
        (counts: CellCounts seq)
        =
        let cells = CellCounts.ordered counts

        let finding =
            SweepFinding.blank Id Role.Conclusion (statement size behavior) "MAK Theorem 1" evidence key name cells

        let limits = CellCounts.together evidence cells
        let level = 1.0 - evidence.Confidence
        let isFitted = not evidence.IsStopped && cells.Length > 0
        let tallies = CellCounts.tallies cells

        let fit scale =
            if isFitted then
                tallies
                |> Array.map (fun tally -> { tally with X = scale tally.X })
                |> ExponentialDecay.fit key (draws level) evidence.Confidence
            else
                None

        let decay = fit id

        let growth =
            fit log
            |> Option.map (_.Exponent >> flipped)
            |> Option.defaultValue Estimate.none

        let exponent = decay |> Option.map _.Exponent |> Option.defaultValue Estimate.none

        let p choose =
            match decay |> Option.map choose with
            | Some value when not (System.Double.IsNaN value) -> Quantity.Number value
            | _ -> Quantity.Absent

        let rates = cells |> Array.map (fun cell -> float cell.Hits / float cell.Trials)

        let measured =
            { finding with
                Measured =
                    [ "rate", SweepFinding.quantity (Array.tryLast rates) ]
                    @ SweepFinding.estimate "exponent" exponent
                    @ SweepFinding.estimate "power" growth
                    @ [
                        "fallP", p _.FallP
                        "fitP", p _.FitP
                        "cells", Quantity.Numbers(cells |> Array.map (_.Cell >> float) |> Array.toList)
                        "sizes", Quantity.Numbers(cells |> Array.map _.X |> Array.toList)
                        "rates", Quantity.Numbers(Array.toList rates)
                        "expansion", Quantity.Numbers(Array.toList expansion)
                    ]
            }

        let supported () =
            match behavior, decay with
            | _, None -> Verdict.Undecided "rates are fitted only where the number of trials was fixed"
            | _, Some _ when cells |> Array.forall (fun cell -> cell.Hits = 0) ->
                let limit =
                    Statistics.rateUpper 0 (cells |> Array.sumBy _.Trials) evidence.Confidence

                Verdict.Undecided
                    $"no network failed: the mean rate is at most {short limit}, and nothing is known of how it changes"
            | RateBehavior.Falls, Some fit ->
                match fit.Exponent.Lower with
                | Some lower when lower > 0.0 && fit.FallP <= level ->
                    if fit.FitP <= level then
                        Verdict.Undecided $"the rate falls, but no exponential describes it (p = {short fit.FitP})"
                    else
                        Verdict.Supported
                | _ -> Verdict.Undecided $"no fall is found (p = {short fit.FallP} for a common rate)"
            | RateBehavior.GrowsAtMost power, Some _ ->
                match growth.Upper with
                | Some upper when upper <= float power -> Verdict.Supported
                | Some upper -> Verdict.Undecided $"the fitted power may be as large as {short upper}"
                | None -> Verdict.Undecided "the fitted power has no upper limit"

        match RateOrder.contradicted limits (orders behavior cells) with
        | Some order ->
            let fact = $"{told size cells[order.Lower]}, but {told size cells[order.Higher]}"

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
        | None -> { measured with Verdict = supported () } |> Finding.guarded
