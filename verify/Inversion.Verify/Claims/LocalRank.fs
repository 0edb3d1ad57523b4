/// How much the observed output moves near one code: the singular values of A DG there.
module internal Inversion.Verify.Claims.LocalRank

open System
open Inversion.Randomness
open Inversion.Risk
open Inversion.Verify
open MathNet.Numerics.LinearAlgebra.Double

/// A code, the extreme singular values of A DG there, and the direction of the smallest.
type Local =
    {
        Code: float[]
        Smallest: float
        Largest: float
        Direction: float[]
        /// Coordinates that take part in a direction without effect.
        Flat: int[]
        /// Singular values above 1e-7 of the largest; all of them when the smallest has an effect above rounding.
        Rank: int
    }

/// What is below this share of the typical size is worth an exact look.
let suspicious = 1e-10

/// The singular values of A DG(z) by the eigenvalues of its Gram matrix; the smallest again by applying A DG(z) to its direction.
let localAt (risk: EmpiricalRisk<float>) (code: float[]) =
    let n, m = code.Length, risk.Measurement.Count
    let columns = Codes.jacobian risk code
    // Symmetric: by rows or by columns.
    let gram = DenseMatrix(n, n, Codes.gram n columns)

    if gram.Values |> Array.forall Double.IsFinite then
        let eigen = gram.Evd MathNet.Numerics.LinearAlgebra.Symmetricity.Symmetric
        let values = eigen.EigenValues.ToArray() |> Array.map (fun c -> c.Real)
        let direction = eigen.EigenVectors.Column(0).ToArray()
        let largest = sqrt (max 0.0 values[n - 1])
        let image = Array.zeroCreate<float> m

        for i in 0 .. n - 1 do
            for row in 0 .. m - 1 do
                image[row] <- image[row] + direction[i] * columns[i * m + row]

        let floor = 1e-14 * values[n - 1]

        let participation i =
            Seq.sum (
                seq {
                    for v in 0 .. n - 1 do
                        if values[v] <= floor then
                            eigen.EigenVectors[i, v] * eigen.EigenVectors[i, v]
                }
            )

        Some
            {
                Code = code
                Smallest = Theory.norm image
                Largest = largest
                Direction = direction
                Flat = [| 0 .. n - 1 |] |> Array.filter (fun i -> participation i > 1e-12)
                Rank =
                    if Theory.norm image > suspicious * largest then
                        n
                    else
                        values |> Array.filter (fun v -> v > floor) |> Array.length
            }
    else
        None

/// Whether float64 sees a direction without effect.
let isFlat (local: Local) =
    local.Flat.Length > 0 && local.Smallest <= suspicious * local.Largest

/// Smallest over largest singular value; 0 where the derivative vanishes.
let flatness (local: Local) =
    if local.Largest > 0.0 then
        local.Smallest / local.Largest
    else
        0.0

/// Random steps toward a smaller smallest singular value.
let flatten (risk: EmpiricalRisk<float>) steps (key: RandomKey) (local: Local) =
    let score code =
        match localAt risk code with
        | Some found -> -(flatness found)
        | None -> nan

    let best = Search.climb key steps score local.Code
    localAt risk best.Point |> Option.defaultValue local
