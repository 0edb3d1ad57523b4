namespace Inversion.Verify.Claims

open System
open Inversion.Verify.Exact

/// Rows brought to mean 0 and covariance I/n: F̃ = (F − 1μᵀ) T with F̃ᵀF̃ = I.
type Whitened =
    {
        /// n × k, row-major: F̃.
        Weights: float[]
        /// The share of ‖F‖² that the mean row takes: n‖μ‖²/‖F‖².
        MeanShare: float
        /// Largest over smallest singular value of the centred rows.
        Condition: float
        /// x ↦ T x: the code whose centred products are those of F̃ with x, up to a common factor.
        Back: float[] -> float[]
    }

[<RequireQualifiedAccess>]
module Whitening =
    /// Above this condition number float64 does not carry a Gram matrix' factor.
    let private worstCondition = 1e7

    let private residueRank (rows: Dyadic[][]) =
        ExactLinear.rankOfResidues (ExactLinear.residues rows)

    /// n w_j − Σ w, for all rows j: the centred rows n times over, without rounding.
    let centred (rows: Dyadic[][]) =
        let count = Dyadic.ofInt rows.Length
        let sums = rows |> Array.reduce (Array.map2 (+))

        rows
        |> Array.map (fun row -> Array.map2 (fun w sum -> count * w - sum) row sums)

    /// The upper triangle R with RᵀR = VᵀV (Cholesky), R[i * k + j]; None where a pivot is not positive.
    let private triangle k (rows: float[]) =
        let n = rows.Length / k
        let r = Array.zeroCreate (k * k)

        for row in 0 .. n - 1 do
            for i in 0 .. k - 1 do
                let factor = rows[row * k + i]

                for j in i .. k - 1 do
                    r[i * k + j] <- r[i * k + j] + factor * rows[row * k + j]

        let mutable positive = true

        for i in 0 .. k - 1 do
            for above in 0 .. i - 1 do
                let factor = r[above * k + i]

                for j in i .. k - 1 do
                    r[i * k + j] <- r[i * k + j] - factor * r[above * k + j]

            if r[i * k + i] > 0.0 then
                let pivot = sqrt r[i * k + i]

                for j in i .. k - 1 do
                    r[i * k + j] <- r[i * k + j] / pivot
            else
                positive <- false

        if positive then Some r else None

    /// V R⁻¹.
    let private divided k (r: float[]) (rows: float[]) =
        let result = Array.copy rows

        for row in 0 .. rows.Length / k - 1 do
            for j in 0 .. k - 1 do
                let mutable value = result[row * k + j]

                for i in 0 .. j - 1 do
                    value <- value - result[row * k + i] * r[i * k + j]

                result[row * k + j] <- value / r[j * k + j]

        result

    /// R⁻¹ x.
    let private solved k (r: float[]) (x: float[]) =
        let result = Array.copy x

        for i in k - 1 .. -1 .. 0 do
            let mutable value = result[i]

            for j in i + 1 .. k - 1 do
                value <- value - r[i * k + j] * result[j]

            result[i] <- value / r[i * k + i]

        result

    let private condition k (rows: float[]) =
        let matrix =
            MathNet.Numerics.LinearAlgebra.Double.DenseMatrix.Build.Dense(
                rows.Length / k,
                k,
                fun row column -> rows[row * k + column]
            )

        let values = matrix.Svd(false).S
        values[0] / values[values.Count - 1]

    /// The block's rows whitened, or why they cannot be. Two rounds of Cholesky's factorization, the second of which removes the rounding
    /// of the first (Yamamoto, Nakatsukasa, Yanagisawa, Fukaya, "Roundoff error analysis of the CholeskyQR2 algorithm", 2015).
    /// Cost: n k² twice, and n k² modulo a prime for the rank.
    let ofBlock (block: Block) : Result<Whitened, string> =
        let n, k = block.Rows, block.Inputs

        let rank =
            if n = 0 then
                0
            else
                Array.init n (fun j -> block.Weights[j * k .. (j + 1) * k - 1] |> Array.map Dyadic.ofFloat)
                |> centred
                |> residueRank

        if rank < k then
            Error
                $"not applicable: the block of input position {block.Position} has {n} observed rows of {k} channels, and about their mean they have rank {rank}: no scaling makes their covariance a multiple of I"
        else
            let mean =
                Array.init k (fun i -> (Array.init n (fun j -> block.Weights[j * k + i]) |> Array.sum) / float n)

            let centre = block.Weights |> Array.mapi (fun at w -> w - mean[at % k])
            let condition = condition k centre

            if not (condition <= worstCondition) then
                Error
                    $"numerics: the centred rows of the block of input position {block.Position} have the condition number {condition:G3}, above {worstCondition:G1}"
            else
                let squares values = values |> Array.sumBy (fun w -> w * w)

                let refine rows =
                    triangle k rows |> Option.map (fun r -> r, divided k r rows)

                match
                    refine centre
                    |> Option.bind (fun (first, rows) -> refine rows |> Option.map (fun again -> first, again))
                with
                | None ->
                    Error $"numerics: the block of input position {block.Position} has no Cholesky factor in float64"
                | Some(first, (second, rows)) ->
                    Ok
                        {
                            Weights = rows
                            MeanShare = float n * squares mean / squares block.Weights
                            Condition = condition
                            Back = solved k second >> solved k first
                        }

    /// |uᵀ(F̃₊ₓᵀF̃₊ᵧ − Q)u|/‖u‖² for codes x = R a, y = R b, u = R c, where RᵀR = M is the Gram matrix of the centred rows v_j: activity is the sign
    /// of ⟨v_j, a⟩ and of ⟨v_j, b⟩, the Gram part Σ ⟨v_j, c⟩² over active rows, and Q_{x,y} depends on the inner products aᵀMa, aᵀMb, … alone, so
    /// that no root of M is taken: all but the angle is exact. None where the rows are dependent, or a or b gives only zeros.
    let deviation inputs (block: BlockEnclosure.ReferenceRow[]) (a: float[]) (b: float[]) (c: float[]) =
        let rows =
            block
            |> Array.map (fun row ->
                let full = Array.create inputs Dyadic.zero

                row.Channels
                |> Array.iteri (fun t channel -> full[channel] <- full[channel] + Dyadic.ofFloat row.Weights[t])

                full)

        let rows = if rows.Length = 0 then rows else centred rows

        if rows.Length < inputs || residueRank rows < inputs then
            None
        else
            let heights (code: float[]) =
                let code = Array.map Dyadic.ofFloat code
                rows |> Array.map (fun row -> Dyadic.dot row code)

            let x, y, u = heights a, heights b, heights c
            let products = BlockEnclosure.products x y u

            if products.XX.Sign = 0 || products.YY.Sign = 0 || products.UU.Sign = 0 then
                None
            else
                let mutable gram = Dyadic.zero

                for j in 0 .. rows.Length - 1 do
                    if x[j].Sign > 0 && y[j].Sign > 0 then
                        gram <- gram + u[j] * u[j]

                Some(
                    abs (Dyadic.toInterval gram - BlockEnclosure.quadraticOf products)
                    / Dyadic.toInterval products.UU
                )
