namespace Inversion.Verify

/// Rates that do not fall with x, fitted to counts without any other assumption.
type IsotonicFit =
    {
        /// The distinct x with trials, rising.
        X: float[]
        /// The fitted rate at each x.
        Rates: float[]
        /// Where the rate reaches ½, in the unit of x.
        R50: Estimate
    }

[<RequireQualifiedAccess>]
module IsotonicFit =
    /// The nondecreasing numbers that are nearest to `values` in weighted least squares: neighbours that are out of order are replaced by
    /// their mean until none is (pool adjacent violators). Weights are positive. ArgumentException: different lengths. A NaN
    /// value makes no sense here and is not looked for. Source: Ayer, Brunk, Ewing, Reid and Silverman, Annals of Mathematical
    /// Statistics 26 (1955).
    let pool (weights: float[]) (values: float[]) =
        if weights.Length <> values.Length then
            invalidArg (nameof weights) $"{weights.Length} weights for {values.Length} values"

        let sums = Array.zeroCreate<float> values.Length
        let totals = Array.zeroCreate<float> values.Length
        let sizes = Array.zeroCreate<int> values.Length
        let mutable blocks = 0

        for i in 0 .. values.Length - 1 do
            sums[blocks] <- weights[i] * values[i]
            totals[blocks] <- weights[i]
            sizes[blocks] <- 1
            blocks <- blocks + 1

            while blocks > 1
                  && sums[blocks - 2] * totals[blocks - 1] >= sums[blocks - 1] * totals[blocks - 2] do
                sums[blocks - 2] <- sums[blocks - 2] + sums[blocks - 1]
                totals[blocks - 2] <- totals[blocks - 2] + totals[blocks - 1]
                sizes[blocks - 2] <- sizes[blocks - 2] + sizes[blocks - 1]
                blocks <- blocks - 1

        Array.init blocks (fun b -> Array.create sizes[b] (sums[b] / totals[b]))
        |> Array.concat

    /// The straight line between the last point below ½ and the first that is not; None where all points are on one side.
    let private half (x: float[]) (rates: float[]) =
        match rates |> Array.tryFindIndex (fun rate -> rate >= 0.5) with
        | None
        | Some 0 -> None
        | Some i ->
            let share = (0.5 - rates[i - 1]) / (rates[i] - rates[i - 1])
            Some(x[i - 1] + share * (x[i] - x[i - 1]))

    /// The last of the points, from the first on, that all pass.
    let private lastPassing passes (points: Tally[]) =
        points |> Array.takeWhile passes |> Array.tryLast |> Option.map _.X

    /// The fit of largest likelihood, which is the pooled one, and r50 = inf { x : rate ≥ ½ } with an interval that holds with at least
    /// `confidence` at any number of trials and any nondecreasing rates. The lower end: from the left, points are found below ½ by a binomial
    /// test at level 1 − confidence; the last before the first that is not is the end. The upper end is the same from the right. An end that no
    /// point proves is None; the value is None where the fit does not cross ½. At a confidence of ½ or more the interval contains the value.
    /// None without trials. ArgumentException: counts that do not fit, an x that is not finite, a confidence outside (0, 1), NaN included.
    ///
    /// Why no correction for the number of tests: let i be the first point at or above ½, j the one before. The lower end is wrong only if i and j are
    /// both found below, the upper only if both are found above: a b + c d with a = P(i below) ≤ α, d = P(j above) ≤ α, b + d ≤ 1. In i's rate this
    /// falls and then rises (the likelihood ratio of two counts is monotone), so that it is largest at ½, where a, c ≤ α, or at 1, where a = 0: at
    /// most α. Source of the tests in order: Maurer, Hothorn and Lehmacher, Biometrie in der chemisch-pharmazeutischen Industrie 6 (1995).
    let fit (confidence: float) (tallies: Tally seq) =
        if not (confidence > 0.0 && confidence < 1.0) then
            invalidArg (nameof confidence) $"a confidence lies between 0 and 1, not {confidence}"

        let points = Tally.ordered tallies

        if points.Length = 0 then
            None
        else
            let x = points |> Array.map _.X

            let rates =
                pool (points |> Array.map (_.Trials >> float)) (points |> Array.map Tally.rate)


            let isBelow point =
                Statistics.rateUpper point.Hits point.Trials confidence < 0.5

            let isAbove point =
                Statistics.rateLower point.Hits point.Trials confidence > 0.5

            Some
                {
                    X = x
                    Rates = rates
                    R50 =
                        {
                            Value = half x rates
                            Lower = points |> lastPassing isBelow
                            Upper = Array.rev points |> lastPassing isAbove
                        }
                }
