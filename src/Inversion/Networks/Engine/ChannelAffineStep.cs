using System.Numerics;

namespace Inversion.Networks.Engine;

/// <summary>y = scale[c]·x + shift[c]: a batch norm with no affine layer below to fold into.</summary>
internal sealed class ChannelAffineStep<T>(ChannelAffineLayer layer, int length) : EngineStep<T>(length, length)
    where T : unmanaged, IFloatingPointIeee754<T>
{
    private readonly T[] scale = Array.ConvertAll(layer.Scale, T.CreateTruncating);
    private readonly T[] shift = Array.ConvertAll(layer.Shift, T.CreateTruncating);

    public override void Forward(ReadOnlySpan<T> input, Span<T> output, int batch, Span<T> scratch)
    {
        for (int i = 0; i < batch * InputLength; i++)
        {
            output[i] = T.FusedMultiplyAdd(scale[i % scale.Length], input[i], shift[i % scale.Length]);
        }
    }

    public override void Backward(
        ReadOnlySpan<T> input, ReadOnlySpan<T> output, ReadOnlySpan<T> outputCotangent, Span<T> inputCotangent, int batch, Span<T> scratch) =>
        Multiply(outputCotangent, inputCotangent, batch);

    public override void Tangent(
        ReadOnlySpan<T> input, ReadOnlySpan<T> output, ReadOnlySpan<T> inputTangent, Span<T> outputTangent, int batch, int primalAdvance, Span<T> scratch) =>
        Multiply(inputTangent, outputTangent, batch);

    private void Multiply(ReadOnlySpan<T> from, Span<T> to, int batch)
    {
        for (int i = 0; i < batch * InputLength; i++)
        {
            to[i] = scale[i % scale.Length] * from[i];
        }
    }
}
