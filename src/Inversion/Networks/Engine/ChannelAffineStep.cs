using System.Numerics;

namespace Inversion.Networks.Engine;

/// <summary>y = scale[c]·x + shift[c]: a batch norm with no affine layer below to fold into.</summary>
internal sealed class ChannelAffineStep<T>(ChannelAffineLayer layer, int length) : EngineStep<T>(length, length)
    where T : unmanaged, IFloatingPointIeee754<T>
{
    private readonly T[] scale = Array.ConvertAll(layer.Scale, T.CreateTruncating);
    private readonly T[] shift = Array.ConvertAll(layer.Shift, T.CreateTruncating);

    public override void Forward(ReadOnlySpan<T> input, Span<T> pre, Span<T> output, int batch, Span<T> scratch)
    {
        for (int i = 0, c = 0; i < batch * InputLength; i++, c = c + 1 == scale.Length ? 0 : c + 1)
        {
            output[i] = T.FusedMultiplyAdd(scale[c], input[i], shift[c]);
        }
    }

    public override bool Backward(
        ReadOnlySpan<T> input, ReadOnlySpan<T> pre, ReadOnlySpan<T> output, Span<T> outputCotangent, Span<T> inputCotangent, int batch, Span<T> scratch, bool masked)
    {
        Multiply(outputCotangent, inputCotangent, batch);
        return true;
    }

    public override void Tangent(
        ReadOnlySpan<T> input, ReadOnlySpan<T> pre, ReadOnlySpan<T> output, ReadOnlySpan<T> inputTangent, Span<T> outputTangent, int count, int perRow, int first, Span<T> scratch) =>
        Multiply(inputTangent, outputTangent, count);

    private void Multiply(ReadOnlySpan<T> from, Span<T> to, int batch)
    {
        for (int i = 0, c = 0; i < batch * InputLength; i++, c = c + 1 == scale.Length ? 0 : c + 1)
        {
            to[i] = scale[c] * from[i];
        }
    }
}
