/// What the weights of a layer look like beside a normal law: the numbers of a histogram and of a Q–Q plot, and effect sizes.
[<RequireQualifiedAccess>]
module Inversion.Verify.Claims.WeightShape

open System
open MathNet.Numerics.Distributions

/// A bar of a histogram.
[<Struct>]
type Bar =
    {
        From: float
        To: float
        /// Share of the values in it.
        Share: float
        /// Share that the normal law with the values' mean and standard deviation has there.
        NormalShare: float
    }

/// A point of a Q–Q plot.
[<Struct>]
type QuantilePoint =
    {
        /// Φ⁻¹ of the share of values up to it, less half a value.
        Normal: float
        /// The value less the mean, over the standard deviation.
        Value: float
    }

/// How far values are from normal, in numbers that do not grow with how many there are.
type EffectSizes =
    {
        /// m₃/m₂^{3/2}.
        Skewness: float
        /// Correlation of the sorted values with the mean quantiles of a normal law, 1 for a normal one.
        QuantileCorrelation: float
        /// Wasserstein distance W₂ from the normal law with the values' mean and standard deviation, in standard deviations: √(2 − 2r).
        Wasserstein: float
    }

let private density (z: float) =
    if Double.IsInfinity z then
        0.0
    else
        exp (-0.5 * z * z) / sqrt (2.0 * Math.PI)

let private standardized (values: float[]) =
    let m = WeightStatistics.moments values
    let deviation = sqrt m.Variance
    values |> Array.map (fun v -> (v - m.Mean) / deviation)

/// `bins` bars of one width from the least value to the largest; a single bar where all are equal, none without values.
/// ArgumentException: no bins.
let histogram bins (values: float[]) =
    if bins < 1 then
        invalidArg (nameof bins) $"{bins} bins"

    if values.Length = 0 then
        [||]
    else
        let least, most = Array.min values, Array.max values
        let m = WeightStatistics.moments values
        let n = float values.Length

        if not (most > least) then
            [|
                {
                    From = least
                    To = most
                    Share = 1.0
                    NormalShare = nan
                }
            |]
        else
            let width = (most - least) / float bins
            let counts = Array.zeroCreate<int> bins

            for value in values do
                let bin = min (bins - 1) (int ((value - least) / width))
                counts[bin] <- counts[bin] + 1

            let below x =
                NormalFit.cumulative ((x - m.Mean) / sqrt m.Variance)

            Array.init bins (fun i ->
                let from = least + float i * width
                let upTo = least + float (i + 1) * width

                {
                    From = from
                    To = upTo
                    Share = float counts[i] / n
                    NormalShare = below upTo - below from
                })

/// The Q–Q plot against the normal law, thinned to at most `most` points that are even in rank, the extremes among them.
let quantiles most (values: float[]) =
    let sorted = Array.sort (standardized values)
    let n = sorted.Length
    let points = min (max 2 most) n

    Array.init points (fun p ->
        let i =
            if points = 1 then
                0
            else
                int (int64 p * int64 (n - 1) / int64 (points - 1))

        {
            Normal = Normal.InvCDF(0.0, 1.0, (float i + 0.5) / float n)
            Value = sorted[i]
        })

/// The effect sizes; NaN where all values are equal. Cost: n log n.
let effects (values: float[]) =
    let sorted = Array.sort (standardized values)
    let n = sorted.Length
    let mutable product = 0.0
    let mutable before = 0.0

    for i in 0 .. n - 1 do
        let next =
            if i + 1 = n then
                0.0
            else
                density (Normal.InvCDF(0.0, 1.0, float (i + 1) / float n))

        // n (φ(zᵢ) − φ(zᵢ₊₁)) is the mean of Φ⁻¹ over the i-th share of 1/n.
        product <- product + sorted[i] * (before - next)
        before <- next

    {
        Skewness = (sorted |> Array.sumBy (fun z -> z * z * z)) / float n
        QuantileCorrelation = product
        Wasserstein = sqrt (max 0.0 (2.0 - 2.0 * product))
    }
