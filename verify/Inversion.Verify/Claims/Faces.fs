namespace Inversion.Verify.Claims

open System
open Inversion.Numerics
open Inversion.Verify
open MathNet.Numerics.LinearAlgebra.Double

/// The codes where some units are held at zero, and the calculus of J there.
[<RequireQualifiedAccess>]
module internal Faces =
    /// Orthonormal basis (rows) of the codes where every held unit stays zero, and the rows b of the held units.
    let span valley (z: float[]) (held: KinkUnit list) =
        let n = z.Length

        if held.IsEmpty then
            Array.init n (fun i -> Array.init n (fun j -> if i = j then 1.0 else 0.0)), [||]
        else
            let rows = held |> List.map (valley.Kinks.Normal z) |> List.toArray
            let basis = ResizeArray<float[]>()

            // Modified Gram–Schmidt over the rows, then over the axes, twice for orthogonality (Björck, 1967).
            let reduce (v: float[]) =
                let mutable w = v

                for _ in 1..2 do
                    for q in basis do
                        w <- Valley.axpy w -(Theory.dot q w) q

                w

            let add tolerance v =
                let w = reduce v
                let length = Theory.norm w

                if length > tolerance * Theory.norm v && length > 0.0 then
                    basis.Add(w |> Array.map (fun x -> x / length))

            rows |> Array.iter (add 1e-9)
            let held = basis.Count

            for i in 0 .. n - 1 do
                if basis.Count < n then
                    add 1e-6 (Array.init n (fun j -> if i = j then 1.0 else 0.0))

            basis.GetRange(held, basis.Count - held).ToArray(), rows

    /// Solves H x = c for a positive semidefinite H given by its lower rows (overwritten): Cholesky, with x_i = 0 where a pivot is at most `least`.
    let private solve (h: float[][]) (c: float[]) least =
        let x = Array.copy c
        let kept = Array.create h.Length true

        for j in 0 .. h.Length - 1 do
            kept[j] <- h[j][j] > least
            let pivot = Math.Sqrt(h[j][j])

            for i in j .. h.Length - 1 do
                h[i][j] <- if kept[j] then h[i][j] / pivot else 0.0

            for i in j + 1 .. h.Length - 1 do
                for k in j + 1 .. i do
                    h[i][k] <- h[i][k] - h[i][j] * h[k][j]

        for i in 0 .. h.Length - 1 do
            for j in 0 .. i - 1 do
                x[i] <- x[i] - h[i][j] * x[j]

            x[i] <- if kept[i] then x[i] / h[i][i] else 0.0

        for i in h.Length - 1 .. -1 .. 0 do
            for j in i + 1 .. h.Length - 1 do
                x[i] <- x[i] - h[j][i] * x[j]

            x[i] <- if kept[i] then x[i] / h[i][i] else 0.0

        x

    /// Gauss–Newton step in the face: its direction in code space, and the slope ‖Nᵀ∇J‖ with the curvature's size.
    let newton valley (z: float[]) (basis: float[][]) =
        let q = basis.Length
        let m = valley.Risk.Measurement.Count
        let products = Array.zeroCreate (q * m)
        valley.Risk.JacobianProducts(ReadOnlySpan z, ReadOnlySpan(Array.concat basis), Span products, q)
        let residual = valley.Risk.LastResidual.ToArray()

        let inner i (other: float[]) from =
            Vectors.Dot<float>(ReadOnlySpan(products, i * m, m), ReadOnlySpan(other, from, m))

        let slope = Array.init q (fun i -> inner i residual 0)

        let curvature =
            Array.init q (fun i -> Array.init (i + 1) (fun j -> inner i products (j * m)))

        let size =
            Seq.init q (fun i -> curvature[i][i])
            |> Seq.fold (fun most x -> Math.Max(most, x)) 0.0

        let direction =
            if size > 0.0 then
                let step = solve curvature slope (1e-12 * size)
                let p = Array.zeroCreate<float> z.Length

                for i in 0 .. q - 1 do
                    for j in 0 .. p.Length - 1 do
                        p[j] <- p[j] - step[i] * basis[i][j]

                p
            else
                Array.zeroCreate z.Length

        direction, Theory.norm slope, size, residual

    /// The unit to release and the direction in which J falls off its kink; None when the multipliers 0 ≤ λ ≤ δ hold.
    let release valley (z: float[]) (held: KinkUnit list) (rows: float[][]) residual tolerance =
        let _, gradient = Valley.gradientAt valley z
        let units = List.toArray held
        let jumps = units |> Array.map (valley.Kinks.Jump z residual)
        let b = DenseMatrix.OfRowArrays rows

        let inactive = DenseVector.OfArray gradient

        for i in 0 .. units.Length - 1 do
            if valley.Kinks.PreActivation z units[i] > 0.0 then
                inactive.Subtract(b.Row(i) * jumps[i], inactive)

        let gram = (b * b.Transpose()).Inverse()
        let lambda = -(gram * (b * inactive))
        let dual = b.Transpose() * gram

        let worst =
            units
            |> Array.mapi (fun i unit ->
                let below = -lambda[i]
                let above = lambda[i] - jumps[i]
                let sign = if below >= above then -1.0 else 1.0
                let away = (sign * dual.Column i).ToArray()
                max below above / Theory.norm away, unit, away)
            |> Array.maxBy (fun (slope, _, _) -> slope)

        match worst with
        | slope, unit, direction when slope > tolerance -> Some(unit, direction)
        | _ -> None
