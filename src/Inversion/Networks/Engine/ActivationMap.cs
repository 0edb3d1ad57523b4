using System.Numerics;
using Inversion.Numerics.Lanes;

namespace Inversion.Networks.Engine;

/// <summary>A nonlinearity and its derivatives on spans of units.</summary>
internal sealed class ActivationMap<T>(ActivationLayer layer)
    where T : unmanaged, IFloatingPointIeee754<T>
{
    /// <summary>Which one.</summary>
    public Activation Kind { get; } = layer.Activation;

    /// <summary>Slope of a leaky ReLU below zero.</summary>
    public T Slope { get; } = T.CreateTruncating(layer.Slope);

    /// <summary>How a product finishes with it in its registers; null where it cannot.</summary>
    public TileEnd? End => Kind switch
    {
        Activation.Relu => TileEnd.Relu,
        Activation.LeakyRelu => TileEnd.LeakyRelu,
        _ => null,
    };

    /// <summary>to ← σ(x).</summary>
    public void Apply(ReadOnlySpan<T> x, Span<T> to)
    {
        switch (Kind)
        {
            case Activation.Relu:
                ElementLoop.Run<T, Relu>(x, x, T.Zero, to);
                break;
            case Activation.LeakyRelu:
                ElementLoop.Run<T, LeakyRelu>(x, x, Slope, to);
                break;
            case Activation.Sigmoid:
                for (int i = 0; i < to.Length; i++)
                {
                    // The exponential of a number that is not positive cannot overflow.
                    T small = T.Exp(-T.Abs(x[i]));
                    to[i] = (x[i] >= T.Zero ? T.One : small) / (T.One + small);
                }

                break;
            default:
                for (int i = 0; i < to.Length; i++)
                {
                    to[i] = T.Tanh(x[i]);
                }

                break;
        }
    }

    /// <summary>to ← σ'(x) · cotangent, with relu'(0) = 0 and leaky relu'(0) = slope; y = σ(x). <paramref name="to"/> may be the cotangent.</summary>
    public void Pull(ReadOnlySpan<T> x, ReadOnlySpan<T> y, ReadOnlySpan<T> cotangent, Span<T> to)
    {
        switch (Kind)
        {
            case Activation.Relu:
                ElementLoop.Run<T, ReluPullback>(x, cotangent, T.Zero, to);
                break;
            case Activation.LeakyRelu:
                ElementLoop.Run<T, LeakyReluPullback>(x, cotangent, Slope, to);
                break;
            case Activation.Sigmoid:
                ElementLoop.Run<T, SigmoidPullback>(y, cotangent, T.One, to);
                break;
            default:
                ElementLoop.Run<T, TanhPullback>(y, cotangent, T.One, to);
                break;
        }
    }

    /// <summary>to ← the one-sided derivative of σ at x along the tangent: on a kink the side that the tangent points to decides. <paramref name="to"/> may be the tangent.</summary>
    public void Push(ReadOnlySpan<T> x, ReadOnlySpan<T> y, ReadOnlySpan<T> tangent, Span<T> to)
    {
        switch (Kind)
        {
            case Activation.Relu:
                ElementLoop.Run<T, ReluPush>(x, tangent, T.Zero, to);
                break;
            case Activation.LeakyRelu:
                ElementLoop.Run<T, LeakyReluPush>(x, tangent, Slope, to);
                break;
            default:
                Pull(x, y, tangent, to);
                break;
        }
    }

    /// <summary>Turns tangents of what enters into tangents of what leaves, in place, where <paramref name="perRow"/> tangents in turn share a row of the primal signals.</summary>
    public void PushRows(ReadOnlySpan<T> x, ReadOnlySpan<T> y, Span<T> tangents, int length, int count, int perRow, int first)
    {
        for (int row = 0; row < count; row++)
        {
            int primal = (first + row) / perRow * length;
            Span<T> tangent = tangents.Slice(row * length, length);
            Push(x.Slice(primal, length), y.Slice(primal, length), tangent, tangent);
        }
    }
}
