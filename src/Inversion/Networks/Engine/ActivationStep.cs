using System.Numerics;

namespace Inversion.Networks.Engine;

/// <summary>A nonlinearity on every unit, where no layer with weights stands right below it.</summary>
internal sealed class ActivationStep<T>(ActivationLayer layer, int length) : EngineStep<T>(length, length)
    where T : unmanaged, IFloatingPointIeee754<T>
{
    private readonly ActivationMap<T> activation = new(layer);

    public override void Forward(ReadOnlySpan<T> input, Span<T> pre, Span<T> output, int batch, Span<T> scratch) =>
        activation.Apply(input, output[..(batch * InputLength)]);

    public override bool Backward(
        ReadOnlySpan<T> input, ReadOnlySpan<T> pre, ReadOnlySpan<T> output, Span<T> outputCotangent, Span<T> inputCotangent, int batch, Span<T> scratch, bool masked)
    {
        if (masked)
        {
            activation.Pull(input, output, outputCotangent, inputCotangent[..(batch * InputLength)]);
        }

        return masked;
    }

    public override void Tangent(
        ReadOnlySpan<T> input, ReadOnlySpan<T> pre, ReadOnlySpan<T> output, ReadOnlySpan<T> inputTangent, Span<T> outputTangent, int count, int perRow, int first, Span<T> scratch)
    {
        inputTangent[..(count * InputLength)].CopyTo(outputTangent);
        activation.PushRows(input, output, outputTangent, InputLength, count, perRow, first);
    }
}
