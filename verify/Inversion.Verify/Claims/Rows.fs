namespace Inversion.Verify.Claims

open System
open Inversion.Numerics

/// A block's rows as the searches need them: divided by the layer's scale and multiplied by √(1/r), ready for products with many codes at
/// once. Immutable: shared by threads.
type Rows(block: Block, factor: float) =
    let n, k = block.Rows, block.Inputs
    let weights = Array.init (n * k) (fun at -> factor * block.Weights[at])
    let gram = MaskedGram(n, k, ReadOnlySpan weights)
    let forward = PackedMatrix<float>.Transposed(n, k, ReadOnlySpan weights)

    // Zero rows fill a vector of heights up, so that it can be multiplied as it stands.
    let backward =
        PackedMatrix<float>(
            forward.Stride,
            k,
            ReadOnlySpan(Array.append weights (Array.zeroCreate ((forward.Stride - n) * k)))
        )

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
    member _.HeightStride = forward.Stride

    /// Entries between two pulls; those from k on are zeros.
    member _.PullStride = backward.Stride

    /// into ← W x for each of `count` codes, row-major, `HeightStride` entries each.
    member _.Heights(count: int, codes: float[], into: float[]) =
        MatrixKernel.Multiply(count, ReadOnlySpan codes, forward, Span into)

    /// into ← Wᵀ t for each of `count` vectors of `HeightStride` entries, row-major, `PullStride` entries each.
    member _.Pulls(count: int, slopes: float[], into: float[]) =
        MatrixKernel.Multiply(count, ReadOnlySpan slopes, backward, Span into)
