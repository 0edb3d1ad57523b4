/// Many tests at once, one error budget.
[<RequireQualifiedAccess>]
module Inversion.Verify.Holm

open System

/// Adjusted p-values: with p₍₁₎ ≤ … ≤ p₍ₘ₎, the j-th is max over i ≤ j of min(1, (m − i + 1) p₍ᵢ₎). Rejecting all that are at most α
/// rejects a true hypothesis with probability at most α, whatever the dependence between tests. Equal p-values get equal adjusted ones.
/// A test without a p-value (NaN) stays NaN and is counted in m. ArgumentException: a p-value outside [0, 1]. Source: Holm, Scandinavian
/// Journal of Statistics 6 (1979).
let adjusted (pValues: float[]) =
    for p in pValues do
        if p < 0.0 || p > 1.0 then
            invalidArg (nameof pValues) $"a p-value lies between 0 and 1, not {p}"

    let result = Array.create pValues.Length nan

    let order =
        Array.init pValues.Length id
        |> Array.filter (fun i -> not (Double.IsNaN pValues[i]))
        |> Array.sortBy (fun i -> pValues[i])

    let mutable largest = 0.0

    order
    |> Array.iteri (fun rank i ->
        largest <- max largest (min 1.0 (float (pValues.Length - rank) * pValues[i]))
        result[i] <- largest)

    result

/// Which hypotheses are rejected with a family-wise error of at most `level`; never one without a p-value. ArgumentException: a level outside
/// (0, 1), NaN included, or a p-value outside [0, 1].
let rejected (level: float) (pValues: float[]) =
    if not (level > 0.0 && level < 1.0) then
        invalidArg (nameof level) $"a level lies between 0 and 1, not {level}"

    adjusted pValues |> Array.map (fun p -> p <= level)
