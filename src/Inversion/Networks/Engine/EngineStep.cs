using System.Numerics;

namespace Inversion.Networks.Engine;

/// <summary>One layer made ready to compute on batches, channels last: entry (row, position, channel).</summary>
internal abstract class EngineStep<T>(int inputLength, int outputLength)
    where T : unmanaged, IFloatingPointIeee754<T>
{
    public int InputLength { get; } = inputLength;

    public int OutputLength { get; } = outputLength;

    /// <summary>Entries of scratch memory that a call needs, whatever the batch.</summary>
    public virtual int ScratchLength => 0;

    /// <summary>output ← layer(input), row by row.</summary>
    public abstract void Forward(ReadOnlySpan<T> input, Span<T> output, int batch, Span<T> scratch);

    /// <summary>inputCotangent ← (derivative at input)ᵀ outputCotangent, with relu'(0) = 0 and leaky relu'(0) = slope.</summary>
    public abstract void Backward(
        ReadOnlySpan<T> input, ReadOnlySpan<T> output, ReadOnlySpan<T> outputCotangent, Span<T> inputCotangent, int batch, Span<T> scratch);

    /// <summary>
    /// outputTangent ← one-sided derivative at input along inputTangent. Primal rows advance with tangent rows by
    /// <paramref name="primalAdvance"/>: 1 for a tangent a row, 0 for many tangents at one row.
    /// </summary>
    public abstract void Tangent(
        ReadOnlySpan<T> input, ReadOnlySpan<T> output, ReadOnlySpan<T> inputTangent, Span<T> outputTangent, int batch, int primalAdvance, Span<T> scratch);
}
