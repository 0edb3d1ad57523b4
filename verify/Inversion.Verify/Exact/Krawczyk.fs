namespace Inversion.Verify.Exact

open System
open MathNet.Numerics.LinearAlgebra

/// Verified solution of linear systems with interval entries.
[<RequireQualifiedAccess>]
module Krawczyk =
    let private multiply (r: float[][]) (x: Interval[]) =
        r
        |> Array.map (fun row ->
            let mutable total = Interval.zero

            for j in 0 .. row.Length - 1 do
                total <- total + row[j] * x[j]

            total)

    /// An approximate inverse of the midpoints; None when it is not finite.
    let private approximateInverse (a: Interval[][]) =
        let n = a.Length

        let inverse =
            (Matrix<float>.Build.Dense(n, n, fun i j -> Interval.midpoint a[i].[j])).Inverse()

        let rows = Array.init n (fun i -> Array.init n (fun j -> inverse[i, j]))

        if rows |> Array.forall (Array.forall Double.IsFinite) then
            Some rows
        else
            None

    /// A box with, for every choice of A and b in their enclosures, the one solution of A x = b. None when that could not be verified:
    /// A may be singular, or is too wide or too badly conditioned. With R ≈ A⁻¹, C = I − R A, ‖C‖∞ &lt; 1: A is regular and the
    /// error of any x̃ is at most ‖R (b − A x̃)‖∞/(1 − ‖C‖∞); then sharpened by e ↦ (R (b − A x̃) + C e) ∩ e.
    /// Source: Krawczyk, Computing 4 (1969); Rump, "Verification methods", Acta Numerica 19 (2010), section 10.
    /// ArgumentException: not a square system. Cost: n³ interval operations.
    let solve (a: Interval[][]) (b: Interval[]) : Interval[] option =
        let n = a.Length

        if b.Length <> n || a |> Array.exists (fun row -> row.Length <> n) then
            invalidArg (nameof a) "not a square system"

        if n = 0 then
            Some [||]
        elif
            not (
                Array.forall (Array.forall Interval.isBounded) a
                && Array.forall Interval.isBounded b
            )
        then
            None
        else
            approximateInverse a
            |> Option.bind (fun r ->
                let product row j =
                    let mutable total = Interval.zero

                    for k in 0 .. n - 1 do
                        total <- total + (row: float[])[k] * a[k].[j]

                    total

                let c =
                    r
                    |> Array.mapi (fun i row ->
                        Array.init n (fun j -> (if i = j then Interval.one else Interval.zero) - product row j))

                let norm =
                    c
                    |> Array.map (fun row -> (Interval.sum (Array.map abs row)).Upper)
                    |> Array.max

                let contraction = Interval.one - Interval.ofFloat norm

                if not (norm < 1.0 && contraction.Lower > 0.0) then
                    None
                else
                    let guess = multiply r b |> Array.map Interval.midpoint

                    let residual =
                        Array.map2 (fun right row -> right - Interval.dot row (Interval.ofArray guess)) b a

                    let correction = multiply r residual

                    let largest =
                        correction |> Array.map Interval.magnitude |> Array.max |> Interval.ofFloat

                    let radius = (largest / contraction).Upper
                    let mutable error = Array.create n (Interval.between -radius radius)

                    for _ in 1..3 do
                        error <-
                            Array.mapi2
                                (fun i z old ->
                                    // Both enclose the error, so they meet.
                                    Interval.intersect (z + Interval.dot c[i] error) old |> Option.defaultValue old)
                                correction
                                error

                    let solution = Array.map2 (fun x e -> Interval.ofFloat x + e) guess error

                    if Array.forall Interval.isBounded solution then
                        Some solution
                    else
                        None)
