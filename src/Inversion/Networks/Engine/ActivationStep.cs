using System.Numerics;

namespace Inversion.Networks.Engine;

/// <summary>A nonlinearity on every unit.</summary>
internal sealed class ActivationStep<T>(ActivationLayer layer, int length) : EngineStep<T>(length, length)
    where T : unmanaged, IFloatingPointIeee754<T>
{
    private readonly Activation activation = layer.Activation;
    private readonly T slope = T.CreateTruncating(layer.Slope);

    public override void Forward(ReadOnlySpan<T> input, Span<T> output, int batch, Span<T> scratch)
    {
        int count = batch * InputLength;
        switch (activation)
        {
            case Activation.Relu:
                for (int i = 0; i < count; i++)
                {
                    // Max of a NaN is NaN.
                    output[i] = T.Max(input[i], T.Zero);
                }

                break;
            case Activation.LeakyRelu:
                for (int i = 0; i < count; i++)
                {
                    output[i] = input[i] > T.Zero ? input[i] : slope * input[i];
                }

                break;
            case Activation.Sigmoid:
                for (int i = 0; i < count; i++)
                {
                    // The exponential of a number that is not positive cannot overflow.
                    T small = T.Exp(-T.Abs(input[i]));
                    output[i] = (input[i] >= T.Zero ? T.One : small) / (T.One + small);
                }

                break;
            default:
                for (int i = 0; i < count; i++)
                {
                    output[i] = T.Tanh(input[i]);
                }

                break;
        }
    }

    public override void Backward(
        ReadOnlySpan<T> input, ReadOnlySpan<T> output, ReadOnlySpan<T> outputCotangent, Span<T> inputCotangent, int batch, Span<T> scratch)
    {
        int count = batch * InputLength;
        switch (activation)
        {
            case Activation.Relu:
            case Activation.LeakyRelu:
                for (int i = 0; i < count; i++)
                {
                    inputCotangent[i] = input[i] > T.Zero ? outputCotangent[i] : Below(input[i], outputCotangent[i]);
                }

                break;
            case Activation.Sigmoid:
                for (int i = 0; i < count; i++)
                {
                    inputCotangent[i] = outputCotangent[i] * output[i] * (T.One - output[i]);
                }

                break;
            default:
                for (int i = 0; i < count; i++)
                {
                    inputCotangent[i] = outputCotangent[i] * (T.One - output[i]) * (T.One + output[i]);
                }

                break;
        }
    }

    public override void Tangent(
        ReadOnlySpan<T> input, ReadOnlySpan<T> output, ReadOnlySpan<T> inputTangent, Span<T> outputTangent, int batch, int primalAdvance, Span<T> scratch)
    {
        for (int row = 0; row < batch; row++)
        {
            int primal = row * primalAdvance * InputLength;
            int tangent = row * InputLength;
            for (int i = 0; i < InputLength; i++)
            {
                T t = inputTangent[tangent + i];
                T x = input[primal + i];
                T y = output[primal + i];
                outputTangent[tangent + i] = activation switch
                {
                    // On a kink the side that the direction points to decides.
                    Activation.Relu or Activation.LeakyRelu => x > T.Zero || (x == T.Zero && t > T.Zero) ? t : Below(x, t),
                    Activation.Sigmoid => t * y * (T.One - y),
                    _ => t * (T.One - y) * (T.One + y),
                };
            }
        }
    }

    private T Below(T x, T t) => T.IsNaN(x) ? x : activation == Activation.Relu ? T.Zero : slope * t;
}
