namespace Inversion.Verify

open Inversion.Randomness

/// An exponential rate against size, fitted to counts.
type ExponentialDecay =
    {
        /// b in rate = exp(a − b x), in units of 1/x; without a value where nothing, or nothing but a limit, is known of it.
        Exponent: Estimate
        /// The distinct x with trials, rising.
        X: float[]
        /// The fitted rate at each x; zeros without hits.
        Rates: float[]
        /// Upper confidence limit, one-sided, on the mean rate of all trials.
        MeanUpper: float
        /// How likely hits in trials of one common rate lie at sizes as small as these. NaN without hits or with one size.
        FallP: float
        /// How likely the fitted curve's counts deviate from their own fit as much as these. NaN without hits or with one size.
        FitP: float
    }

/// Does a failure rate fall exponentially with size? Hits are the failures.
[<RequireQualifiedAccess>]
module ExponentialDecay =
    let private logLikelihood (rates: float[]) points =
        Array.map2 Tally.logLikelihood rates points |> Array.sum

    let private deviance points =
        let curve = DecayCurve points
        let struct (_, rates) = curve.Maximum()
        max 0.0 (2.0 * (Tally.saturated points - logLikelihood rates points))

    let private exponent (curve: DecayCurve) value maximum drop =
        let threshold = maximum - drop
        let profile = curve.AtExponent

        let outward step from =
            Profile.outward profile threshold from step

        if System.Double.IsNaN value then
            Estimate.none
        elif System.Double.IsFinite value then
            {
                Value = Some value
                Lower = outward -1.0 value
                Upper = outward 1.0 value
            }
        else
            // All hits are at one end: the steeper the likelier. From far enough there is a limit on the other side.
            let direction = float (sign value)

            let limit =
                Profile.doubled (fun distance -> profile (direction * distance) >= threshold) 1.0
                |> Option.bind (fun distance -> outward -direction (direction * distance))

            { Estimate.none with
                Lower = if direction > 0.0 then limit else None
                Upper = if direction > 0.0 then None else limit
            }

    /// The cells of `count` trials drawn without replacement, as sums of x.
    let private drawnSum (stream: RandomStream) (points: Tally[]) count =
        let left = points |> Array.map _.Trials
        let mutable remaining = Array.sum left
        let mutable sum = 0.0

        for _ in 1..count do
            let mutable place = stream.NextBelow remaining
            let mutable i = 0

            while place >= left[i] do
                place <- place - left[i]
                i <- i + 1

            left[i] <- left[i] - 1
            remaining <- remaining - 1
            sum <- sum + points[i].X

        sum

    /// (1 + #{draw as extreme}) / (1 + draws), a valid p-value for any number of draws.
    let private share (key: RandomKey) draws (isExtreme: RandomStream -> bool) =
        let mutable extreme = 0

        for draw in 1..draws do
            if isExtreme (key.Child(int64 draw).Open()) then
                extreme <- extreme + 1

        float (1 + extreme) / float (1 + draws)

    /// The probability, at one common rate and the given number of hits, that the hits' sizes have a sum as small as the observed one, from
    /// `draws` random placements of the hits. Exact: below α with probability at most α.
    let private fallP key draws (points: Tally[]) =
        let hits = points |> Array.sumBy _.Hits
        let trials = points |> Array.sumBy _.Trials
        let total = points |> Array.sumBy (fun p -> float p.Trials * p.X)
        let observed = points |> Array.sumBy (fun p -> float p.Hits * p.X)
        let slack = 1e-12 * (points |> Array.sumBy (fun p -> float p.Trials * abs p.X))

        share key draws (fun stream ->
            // Fewer draws where most trials hit: the misses' sum is the rest.
            if 2 * hits <= trials then
                drawnSum stream points hits <= observed + slack
            else
                total - drawnSum stream points (trials - hits) <= observed + slack)

    /// The binomial fit of largest likelihood of rate = exp(a − b x) ≤ 1, b of any sign.
    ///
    /// `Exponent` has the b with 2 (max ℓ − ℓ of the best curve with that b) ≤ χ²₁'s quantile, which holds with about `confidence`, in the limit of
    /// many hits. Where all hits are at the smallest size only a lower end is known, at the largest only an upper one. Without hits, or with one
    /// size, nothing is known of b, and `MeanUpper` bounds the rate (Clopper–Pearson; for rates that do not rise, also that of the largest size).
    ///
    /// `FallP` tests a common rate against a falling one: given the number of hits all placements among the trials are equally likely (Armitage,
    /// Biometrics 11 (1955), by `draws` random placements). `FitP` compares the deviance with that of refits to `draws` sets of counts drawn from the
    /// fitted curve (parametric bootstrap: Efron and Tibshirani, An Introduction to the Bootstrap (1993)); small values say that no
    /// exponential describes the rates. With few hits it says little.
    ///
    /// Points may come in any order; the same key gives the same result. None without trials. ArgumentException: counts that do not fit, an x that is
    /// not finite, a confidence outside (0, 1), NaN included, less than one draw. Cost: `draws` fits.
    let fit (key: RandomKey) (draws: int) (confidence: float) (tallies: Tally seq) =
        let drop = Profile.drop confidence
        let points = Tally.ordered tallies

        if draws < 1 then
            invalidArg (nameof draws) $"at least one draw is needed, not {draws}"

        if points.Length = 0 then
            None
        else
            let hits, trials = points |> Array.sumBy _.Hits, points |> Array.sumBy _.Trials
            let curve = DecayCurve points
            let struct (value, rates) = curve.Maximum()
            let observed = deviance points
            let isKnown = hits > 0 && points.Length > 1

            Some
                {
                    Exponent =
                        exponent curve value (logLikelihood rates points) drop
                        |> Estimate.scaled (1.0 / curve.Range) 0.0
                    X = points |> Array.map _.X
                    Rates = rates
                    MeanUpper = Statistics.rateUpper hits trials confidence
                    FallP =
                        if isKnown then
                            fallP (key.Child "fall") draws points
                        else
                            nan
                    FitP =
                        if isKnown then
                            share (key.Child "fit") draws (fun stream ->
                                deviance (Tally.draw stream rates points) >= observed - 1e-8)
                        else
                            nan
                }
