using System.Numerics;

namespace Inversion.Networks.Engine;

/// <summary>output[i] = input[source[i]]: reshape (a permutation, since channels come last here and first in PyTorch) and upsampling.</summary>
internal sealed class IndexStep<T>(int inputLength, int[] source) : EngineStep<T>(inputLength, source.Length)
    where T : unmanaged, IFloatingPointIeee754<T>
{
    public static IndexStep<T> Reshape(Shape input, Shape output)
    {
        int[] source = new int[output.Length];
        for (int c = 0; c < output.Channels; c++)
        {
            for (int p = 0; p < output.Positions; p++)
            {
                int flat = (c * output.Positions) + p;
                source[(p * output.Channels) + c] = (flat % input.Positions * input.Channels) + (flat / input.Positions);
            }
        }

        return new IndexStep<T>(input.Length, source);
    }

    public static IndexStep<T> Upsample(UpsampleLayer layer, Shape input, Shape output)
    {
        int[] source = new int[output.Length];
        for (int p = 0; p < output.Positions; p++)
        {
            int from = (p / output.Width / layer.FactorHeight * input.Width) + (p % output.Width / layer.FactorWidth);
            for (int c = 0; c < output.Channels; c++)
            {
                source[(p * output.Channels) + c] = (from * input.Channels) + c;
            }
        }

        return new IndexStep<T>(input.Length, source);
    }

    public override void Forward(ReadOnlySpan<T> input, Span<T> pre, Span<T> output, int batch, Span<T> scratch) =>
        Copy(input, output, batch);

    public override bool Backward(
        ReadOnlySpan<T> input, ReadOnlySpan<T> pre, ReadOnlySpan<T> output, Span<T> outputCotangent, Span<T> inputCotangent, int batch, Span<T> scratch, bool masked)
    {
        inputCotangent[..(batch * InputLength)].Clear();
        for (int row = 0; row < batch; row++)
        {
            Span<T> to = inputCotangent.Slice(row * InputLength, InputLength);
            ReadOnlySpan<T> from = outputCotangent.Slice(row * OutputLength, OutputLength);
            for (int i = 0; i < from.Length; i++)
            {
                to[source[i]] += from[i];
            }
        }

        return true;
    }

    public override void Tangent(
        ReadOnlySpan<T> input, ReadOnlySpan<T> pre, ReadOnlySpan<T> output, ReadOnlySpan<T> inputTangent, Span<T> outputTangent, int count, int perRow, int first, Span<T> scratch) =>
        Copy(inputTangent, outputTangent, count);

    private void Copy(ReadOnlySpan<T> input, Span<T> output, int batch)
    {
        for (int row = 0; row < batch; row++)
        {
            ReadOnlySpan<T> from = input.Slice(row * InputLength, InputLength);
            Span<T> to = output.Slice(row * OutputLength, OutputLength);
            for (int i = 0; i < to.Length; i++)
            {
                to[i] = from[source[i]];
            }
        }
    }
}
