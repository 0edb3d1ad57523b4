using System.Numerics;
using System.Runtime.InteropServices;

namespace Inversion.Numerics.Lanes;

/// <summary>What one loop over vectors does at each entry, from two inputs.</summary>
internal interface IElementwise
{
    /// <summary>The result at one vector of entries.</summary>
    static abstract V At<V, T>(V x, V y, V parameter)
        where V : struct, ILanes<V, T>
        where T : unmanaged, IFloatingPointIeee754<T>;
}

/// <summary>Loops that do the same at every entry, on the widest vectors of the machine.</summary>
internal static class ElementLoop
{
    /// <summary>to[i] ← operation(x[i], y[i], parameter). <paramref name="to"/> may be x or y itself; it sets the length.</summary>
    public static void Run<T, TOperation>(ReadOnlySpan<T> x, ReadOnlySpan<T> y, T parameter, Span<T> to)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TOperation : struct, IElementwise
    {
        if (x.Length < to.Length || y.Length < to.Length)
        {
            throw new ArgumentException($"inputs of {x.Length} and {y.Length} entries are too short for {to.Length}", nameof(to));
        }

        ref T x0 = ref MemoryMarshal.GetReference(x);
        ref T y0 = ref MemoryMarshal.GetReference(y);
        ref T to0 = ref MemoryMarshal.GetReference(to);
        nint done = LaneWidths.Best switch
        {
            LaneWidth.Bits512 => Some<Lanes512<T>, T, TOperation>(ref x0, ref y0, parameter, ref to0, 0, to.Length),
            LaneWidth.Bits256 => Some<Lanes256<T>, T, TOperation>(ref x0, ref y0, parameter, ref to0, 0, to.Length),
            LaneWidth.Bits128 => Some<Lanes128<T>, T, TOperation>(ref x0, ref y0, parameter, ref to0, 0, to.Length),
            _ => 0,
        };
        Some<SingleLane<T>, T, TOperation>(ref x0, ref y0, parameter, ref to0, done, to.Length);
    }

    private static nint Some<V, T, TOperation>(ref T x, ref T y, T parameter, ref T to, nint from, nint length)
        where V : struct, ILanes<V, T>
        where T : unmanaged, IFloatingPointIeee754<T>
        where TOperation : struct, IElementwise
    {
        V constant = V.Splat(parameter);
        nint i = from;
        for (; i + V.Count <= length; i += V.Count)
        {
            V.Store(TOperation.At<V, T>(V.Load(ref x, i), V.Load(ref y, i), constant), ref to, i);
        }

        return i;
    }
}
