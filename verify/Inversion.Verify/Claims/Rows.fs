namespace Inversion.Verify.Claims

open System
open Inversion.Numerics

/// A block's rows as the searches need them: divided by the layer's scale and multiplied by √(1/r), ready for products with many codes at
/// once. Immutable: shared by threads.
type Rows(block: Block, factor: float) =
    let n, k = block.Rows, block.Inputs
    let weights = Array.init (n * k) (fun at -> factor * block.Weights[at])
    let gram = MaskedGram(n, k, ReadOnlySpan weights)

    // Zero rows fill a code's heights up to whole vectors.
    let height = (n + 7) / 8 * 8
    let padded = Array.append weights (Array.zeroCreate ((height - n) * k))
    let forward = PackedMatrix<float>.Transposed(height, k, ReadOnlySpan padded)
    let backward = PackedMatrix<float>(height, k, ReadOnlySpan padded)

    let typical =
        let squares = weights |> Array.sumBy (fun value -> value * value)
        let typical = sqrt (squares / float (max 1 (n * k)))
        if typical > 0.0 then typical else 1.0

    /// n.
    member _.Count = n

    /// k.
    member _.Inputs = k

    /// Root mean square of an entry: the size of ⟨w_j, x⟩ at a unit x.
    member _.TypicalEntry = typical

    /// Entry i of row j.
    member _.Entry j i = weights[j * k + i]

    /// Row j.
    member _.Row j = weights[j * k .. (j + 1) * k - 1]

    /// The masked Gram matrices.
    member _.Gram = gram

    /// Entries between the heights of two codes; those from n on are zeros.
    member _.HeightStride = height

    /// into ← W x for each of `count` codes, row-major, `HeightStride` entries each.
    member _.Heights(count: int, codes: float[], into: float[]) =
        MatrixKernel.Multiply(count, ReadOnlySpan codes, forward, Span into)

    /// into ← Wᵀ t for each of `count` vectors of `HeightStride` entries, row-major, k entries each.
    member _.Pulls(count: int, slopes: float[], into: float[]) =
        MatrixKernel.Multiply(count, ReadOnlySpan slopes, backward, Span into)
