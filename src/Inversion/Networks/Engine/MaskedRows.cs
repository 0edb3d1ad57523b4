using System.Numerics;
using Inversion.Numerics.Lanes;

namespace Inversion.Networks.Engine;

/// <summary>Rows of cotangents above an activation, each entry multiplied by the activation's derivative as it is read.</summary>
internal readonly ref struct MaskedRows<T>(
    ActivationMap<T> activation, ReadOnlySpan<T> pre, ReadOnlySpan<T> output, ReadOnlySpan<T> cotangents, int length) : IRowSource<T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    private readonly ReadOnlySpan<T> pre = pre;
    private readonly ReadOnlySpan<T> output = output;
    private readonly ReadOnlySpan<T> cotangents = cotangents;

    public void Read(int row, int from, Span<T> to)
    {
        int at = (row * length) + from;
        activation.Pull(pre.Slice(at, to.Length), output.Slice(at, to.Length), cotangents.Slice(at, to.Length), to);
    }
}
