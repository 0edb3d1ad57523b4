/// Tests of whether numbers look like independent draws from one normal law with mean zero.
[<RequireQualifiedAccess>]
module Inversion.Verify.Claims.WeightStatistics

open System
open MathNet.Numerics
open MathNet.Numerics.Distributions

/// Mean and central moments.
type Moments =
    {
        Count: int
        Mean: float
        /// Mean squared deviation (divided by n).
        Variance: float
        /// m₄/m₂² − 3.
        ExcessKurtosis: float
    }

/// Mean, variance and excess kurtosis; the last is NaN when all values are equal.
let moments (values: float[]) =
    let n = float values.Length
    let mean = Array.sum values / n

    let power p =
        (values |> Array.sumBy (fun v -> Math.Pow(v - mean, p))) / n

    let equal = values |> Array.forall (fun v -> v = values[0])
    let second = if equal then 0.0 else power 2.0

    {
        Count = values.Length
        Mean = mean
        Variance = second
        ExcessKurtosis = power 4.0 / (second * second) - 3.0
    }

/// √n · mean / standard deviation: standard normal for mean zero and many values.
let meanZ (m: Moments) =
    sqrt (float m.Count) * m.Mean / sqrt m.Variance

/// ln Φ(z), floored where Φ underflows.
let private logNormal (z: float) =
    log (max 1e-300 (0.5 * SpecialFunctions.Erfc(-z / sqrt 2.0)))

/// A*² = A² (1 + 0.75/n + 2.25/n²) of Anderson and Darling's test of normality with estimated mean and variance. Source: Stephens in
/// D'Agostino and Stephens, Goodness-of-Fit Techniques (1986), section 4.8. NaN when all values are equal.
let andersonDarling (values: float[]) =
    let m = moments values
    let n = float values.Length
    let deviation = sqrt (m.Variance * n / (n - 1.0))

    if not (deviation > 0.0) then
        nan
    else
        let z = values |> Array.map (fun v -> (v - m.Mean) / deviation) |> Array.sort
        let mutable sum = 0.0

        for i in 0 .. z.Length - 1 do
            sum <- sum + (2.0 * float i + 1.0) * (logNormal z[i] + logNormal -z[z.Length - 1 - i])

        (-n - sum / n) * (1.0 + 0.75 / n + 2.25 / (n * n))

/// The value that A*² exceeds with probability `level` under normality: inverse of p = exp(1.2937 − 5.709 A + 0.0186 A²), A ≥ 0.6, D'Agostino
/// and Stephens (1986), table 4.9. Levels above 0.1 are treated as 0.1. Far below 10⁻³ the formula extrapolates.
let andersonDarlingLimit level =
    let p = min 0.1 level
    let gap = 1.2937 - log p

    (5.709 - sqrt (max 0.0 (5.709 * 5.709 - 4.0 * 0.0186 * gap))) / (2.0 * 0.0186)

/// Standard normal under normality, from the sample kurtosis. Source: Anscombe and Glynn, Biometrika 70 (1983). For n ≥ 20.
let kurtosisZ (m: Moments) =
    let n = float m.Count
    let mean = 3.0 * (n - 1.0) / (n + 1.0)

    let variance =
        24.0 * n * (n - 2.0) * (n - 3.0)
        / ((n + 1.0) * (n + 1.0) * (n + 3.0) * (n + 5.0))

    let x = (m.ExcessKurtosis + 3.0 - mean) / sqrt variance

    let skew =
        6.0 * (n * n - 5.0 * n + 2.0) / ((n + 7.0) * (n + 9.0))
        * sqrt (6.0 * (n + 3.0) * (n + 5.0) / (n * (n - 2.0) * (n - 3.0)))

    let a = 6.0 + 8.0 / skew * (2.0 / skew + sqrt (1.0 + 4.0 / (skew * skew)))

    let root = Math.Cbrt((1.0 - 2.0 / a) / (1.0 + x * sqrt (2.0 / (a - 4.0))))

    let z = (1.0 - 2.0 / (9.0 * a) - root) / sqrt (2.0 / (9.0 * a))
    // Past the pole the cube root changes sign: the sample is as far out as the scale goes.
    if root < 0.0 then -infinity else z

/// Correlation of neighbors `stride` apart along an axis of `size` entries in a row-major tensor, as Σ w w'/(σ² √pairs): standard normal for
/// independent values and many pairs. The number of pairs comes with it.
let neighborZ (m: Moments) (values: float[]) size stride =
    let mutable sum = 0.0
    let mutable pairs = 0

    for i in 0 .. values.Length - 1 do
        if i / stride % size + 1 < size then
            sum <- sum + (values[i] - m.Mean) * (values[i + stride] - m.Mean)
            pairs <- pairs + 1

    struct (sum / (m.Variance * sqrt (float pairs)), pairs)

/// What a standard normal exceeds in absolute value with probability `level`.
let normalLimit level =
    Normal.InvCDF(0.0, 1.0, 1.0 - level / 2.0)
