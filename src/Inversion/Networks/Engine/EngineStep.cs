using System.Numerics;

namespace Inversion.Networks.Engine;

/// <summary>
/// One layer, or one with weights and the activation above it, made ready to compute on batches, channels last: entry (row, position, channel).
/// </summary>
/// <remarks>The signal between the two layers of such a pair is kept as <c>pre</c>; of a single layer, <c>pre</c> is empty.</remarks>
internal abstract class EngineStep<T>(int inputLength, int outputLength)
    where T : unmanaged, IFloatingPointIeee754<T>
{
    public int InputLength { get; } = inputLength;

    public int OutputLength { get; } = outputLength;

    /// <summary>Layers that it stands for: 1 or 2.</summary>
    public virtual int Layers => 1;

    /// <summary>Entries of scratch memory that a call with so many rows needs.</summary>
    public virtual int ScratchLength(int batch) => 0;

    /// <summary>output ← layers(input), row by row.</summary>
    public abstract void Forward(ReadOnlySpan<T> input, Span<T> pre, Span<T> output, int batch, Span<T> scratch);

    /// <summary>
    /// inputCotangent ← (derivative at input)ᵀ outputCotangent, with relu'(0) = 0 and leaky relu'(0) = slope. Spoils
    /// outputCotangent. Not masked, every activation is taken as the identity.
    /// </summary>
    /// <returns>False where it left inputCotangent alone: it would be outputCotangent, unchanged.</returns>
    public abstract bool Backward(
        ReadOnlySpan<T> input, ReadOnlySpan<T> pre, ReadOnlySpan<T> output, Span<T> outputCotangent, Span<T> inputCotangent, int batch, Span<T> scratch, bool masked);

    /// <summary>
    /// outputTangent ← one-sided derivative at input along inputTangent, for each row of tangents: perRow of them in turn share a row of
    /// the primal signals, and first of them came before these.
    /// </summary>
    public abstract void Tangent(
        ReadOnlySpan<T> input, ReadOnlySpan<T> pre, ReadOnlySpan<T> output, ReadOnlySpan<T> inputTangent, Span<T> outputTangent, int count, int perRow, int first, Span<T> scratch);
}
