namespace Inversion.Verify.Claims

open System.Runtime.CompilerServices
open System.Runtime.Intrinsics

/// A block's rows as the searches need them: divided by the layer's scale, multiplied by √(1/r), stored by columns and padded with zero
/// rows to whole vectors. Every sum runs in an order that the processor does not change: vectors of eight lanes, added lane by lane.
type Rows(block: Block, factor: float) =
    let n = (max 1 block.Rows + 7) / 8 * 8
    let k = block.Inputs

    let columns =
        let values = Array.zeroCreate (n * k)

        for j in 0 .. block.Rows - 1 do
            for i in 0 .. k - 1 do
                values[i * n + j] <- factor * block.Weights[j * k + i]

        values

    let laneSum (lanes: Vector512<float>) =
        let mutable sum = lanes.GetElement 0

        for i in 1..7 do
            sum <- sum + lanes.GetElement i

        sum

    /// Rows, padding included.
    member _.Padded = n

    /// k.
    member _.Inputs = k

    /// Root mean square of an entry: the size of ⟨w_j, x⟩ at a unit x.
    member _.TypicalEntry =
        let squares = columns |> Array.sumBy (fun value -> value * value)
        let typical = sqrt (squares / float (max 1 block.Rows * k))
        if typical > 0.0 then typical else 1.0

    /// Entry i of row j.
    member _.Entry j i = columns[i * n + j]

    /// into ← W x.
    [<MethodImpl(MethodImplOptions.AggressiveOptimization)>]
    member _.Apply(x: float[], into: float[]) =
        System.Array.Clear(into, 0, n)
        let mutable i = 0

        while i + 4 <= k do
            let x0, x1 = Vector512.Create x[i], Vector512.Create x[i + 1]
            let x2, x3 = Vector512.Create x[i + 2], Vector512.Create x[i + 3]
            let at = i * n
            let mutable j = 0

            while j < n do
                let mutable sum = Vector512.Create(into, j)
                sum <- Vector512.FusedMultiplyAdd(x0, Vector512.Create(columns, at + j), sum)
                sum <- Vector512.FusedMultiplyAdd(x1, Vector512.Create(columns, at + n + j), sum)
                sum <- Vector512.FusedMultiplyAdd(x2, Vector512.Create(columns, at + 2 * n + j), sum)
                sum <- Vector512.FusedMultiplyAdd(x3, Vector512.Create(columns, at + 3 * n + j), sum)
                sum.CopyTo(into, j)
                j <- j + 8

            i <- i + 4

        while i < k do
            let x0 = Vector512.Create x[i]
            let mutable j = 0

            while j < n do
                let sum =
                    Vector512.FusedMultiplyAdd(x0, Vector512.Create(columns, i * n + j), Vector512.Create(into, j))

                sum.CopyTo(into, j)
                j <- j + 8

            i <- i + 1

    /// into ← the first `count` entries of Wᵀ t.
    [<MethodImpl(MethodImplOptions.AggressiveOptimization)>]
    member rows.ApplyTransposed(t: float[], into: float[], count: int) =
        let mutable i = 0

        while i + 4 <= count do
            let at = i * n
            let mutable s0, s1 = Vector512<float>.Zero, Vector512<float>.Zero
            let mutable s2, s3 = Vector512<float>.Zero, Vector512<float>.Zero
            let mutable j = 0

            while j < n do
                let values = Vector512.Create(t, j)
                s0 <- Vector512.FusedMultiplyAdd(values, Vector512.Create(columns, at + j), s0)
                s1 <- Vector512.FusedMultiplyAdd(values, Vector512.Create(columns, at + n + j), s1)
                s2 <- Vector512.FusedMultiplyAdd(values, Vector512.Create(columns, at + 2 * n + j), s2)
                s3 <- Vector512.FusedMultiplyAdd(values, Vector512.Create(columns, at + 3 * n + j), s3)
                j <- j + 8

            into[i] <- laneSum s0
            into[i + 1] <- laneSum s1
            into[i + 2] <- laneSum s2
            into[i + 3] <- laneSum s3
            i <- i + 4

        while i < count do
            let mutable sum = Vector512<float>.Zero
            let mutable j = 0

            while j < n do
                sum <- Vector512.FusedMultiplyAdd(Vector512.Create(t, j), Vector512.Create(columns, i * n + j), sum)
                j <- j + 8

            into[i] <- laneSum sum
            i <- i + 1

    /// The entry (i, i') of Wᵀ diag(mask) W for i' ≤ i, in both triangles of `into` (k × k).
    member rows.Gram(mask: float[], into: float[], scratch: float[]) =
        let line = Array.zeroCreate k

        for i in 0 .. k - 1 do
            let mutable j = 0

            while j < n do
                Vector512.Multiply(Vector512.Create(mask, j), Vector512.Create(columns, i * n + j)).CopyTo(scratch, j)
                j <- j + 8

            rows.ApplyTransposed(scratch, line, i + 1)

            for other in 0..i do
                into[i * k + other] <- line[other]
                into[other * k + i] <- line[other]
