namespace Inversion.Verify.Claims

open System
open Inversion.Verify
open Inversion.Verify.Exact
open Inversion.Verify.Reference

/// A number and the same formula evaluated with absolute values: what rounding errors are relative to.
[<Struct>]
type Sized = { Value: float; Size: float }

/// Arithmetic on both at once. A product adds 2⁻¹⁰²¹ to the size, more than what underflow can take from it in units of u.
[<Struct>]
type SizedArithmetic =
    /// A value below this share of its size may have another sign in another order of summation: more than γ_K for every K < 2²³.
    static member Doubt = Math.ScaleB(1.0, -29)

    static member private Underflow = Math.ScaleB(1.0, -1021)

    interface IArithmetic<Sized> with
        member _.OfFloat value = { Value = value; Size = abs value }

        member _.Add(x, y) =
            {
                Value = x.Value + y.Value
                Size = x.Size + y.Size
            }

        member _.Subtract(x, y) =
            {
                Value = x.Value - y.Value
                Size = x.Size + y.Size
            }

        member _.Multiply(x, y) =
            {
                Value = x.Value * y.Value
                Size =
                    if x.Size = 0.0 || y.Size = 0.0 then
                        0.0
                    else
                        x.Size * y.Size + SizedArithmetic.Underflow
            }

        member _.AddScaled(total, weight, x) =
            if weight = 0.0 || x.Size = 0.0 then
                total
            else
                {
                    Value = total.Value + weight * x.Value
                    Size = total.Size + abs weight * x.Size + SizedArithmetic.Underflow
                }

        // Where the sign is in doubt the unit's error is at most that of its input, times the steeper side.
        member _.LeakyRelu(slope, x) =
            let doubt = SizedArithmetic.Doubt * x.Size

            {
                Value =
                    if x.Value > 0.0 then x.Value
                    elif slope = 0.0 then 0.0
                    else slope * x.Value
                Size =
                    if x.Value > doubt then x.Size
                    elif x.Value < -doubt then abs slope * x.Size
                    else max 1.0 (abs slope) * x.Size
            }

        // |σ'| ≤ 1/4 and |tanh'| ≤ 1.
        member _.Sigmoid x =
            let value = 1.0 / (1.0 + exp -x.Value)

            {
                Value = value
                Size = 0.25 * x.Size + value
            }

        member _.Tanh x =
            let value = tanh x.Value

            {
                Value = value
                Size = x.Size + abs value
            }

        // Asked for only where a sign is unknown; such points are left out.
        member _.Hull(_, _) = { Value = nan; Size = infinity }

        member _.Sign x =
            let doubt = SizedArithmetic.Doubt * x.Size

            if x.Size = 0.0 then Sign.Zero
            elif x.Value > doubt then Sign.Positive
            elif x.Value < -doubt then Sign.Negative
            else Sign.Unknown

/// How many roundings lie on the longest path to each quantity: with K of them, and away from kinks, a computed number differs from
/// the exact one by at most γ_K times its size, γ_K = K u/(1 − K u), u = 2⁻⁵³, in any order of summation, fused or not.
/// Source: Higham, Accuracy and Stability of Numerical Algorithms, 2nd edition, lemmas 3.1 and 8.4.
/// A row of k terms has at most k + 2 roundings on a path (product, k sums, offset; the core first sums a position's channels, then what
/// overlaps). A smooth unit adds 12: exp and tanh within 4 units in the last place, then its sums and quotients. Its derivative, a
/// product of two numbers that carry G's roundings, adds 2K_G + 8.
type RoundingCounts =
    {
        /// G.
        Output: int
        /// A G.
        Observed: int
        /// J.
        Value: int
        /// ∇J.
        Gradient: int
        /// D_vJ.
        Directional: int
        /// A DG v.
        Product: int
        /// (A DG)ᵀ w.
        Transposed: int
    }

[<RequireQualifiedAccess>]
module ForwardError =
    /// γ_{2K}: at least the two errors of two computations with K roundings each.
    let both count =
        let error = 2.0 * float count * Math.ScaleB(1.0, -53)
        error / (1.0 - error)

    let private longestRow (rows: SparseRows) =
        2 + (rows.Columns |> Array.fold (fun most c -> max most c.Length) 0)

    let private longestColumn (rows: SparseRows) =
        let counts = Array.zeroCreate<int> rows.Inputs

        for columns in rows.Columns do
            for c in columns do
                counts[c] <- counts[c] + 1

        2 + Array.max counts

    /// The counts for a network and a measurement's rows.
    let counts (network: ReferenceNetwork) (rows: SparseRows) =
        let sum f = network.Stages |> Array.sumBy f

        let smooth =
            sum (fun stage ->
                match stage with
                | Stage.Activation(_, nonlinearity, _) when not nonlinearity.IsPiecewiseLinear -> 1
                | _ -> 0)

        let affine length =
            sum (fun stage ->
                match stage with
                | Stage.Affine(rows, _, _) -> length rows
                | Stage.Activation _ -> 1)

        let output = affine longestRow + 12 * smooth
        let observed = output + longestRow rows
        let derivative = smooth * (2 * output + 8)
        let product = affine longestRow + derivative + longestRow rows
        let transposed = affine longestColumn + derivative + longestColumn rows
        let m = rows.Count

        {
            Output = output
            Observed = observed
            Value = 2 * (observed + 1) + m + 2
            Gradient = observed + 1 + transposed
            Directional = observed + 1 + product + m + 2
            Product = product
            Transposed = transposed
        }
