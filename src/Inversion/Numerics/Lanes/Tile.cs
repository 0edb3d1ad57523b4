using System.Numerics;
using System.Runtime.CompilerServices;

namespace Inversion.Numerics.Lanes;

/// <summary>
/// The innermost loops of every product: a few rows of A against one panel of B, every sum in a register of its own, accumulated along k
/// in increasing order with fused multiply-adds from what <c>start</c> holds.
/// </summary>
/// <remarks>
/// Entry (r, k) of A lies rowStride·r + depthStride·k after <c>a</c>, so that a transposed A needs no copy. <c>post</c> is only touched by ends
/// that write there. Nothing is checked here.
/// </remarks>
internal static class Tile
{
    /// <summary>Eight rows: with registers of two vectors enough sums that none waits for its own last addition; needs 32 registers.</summary>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public static void EightRows<V, T, TEnd>(
        ref T a, nint rowStride, nint depthStride, ref T b, ref T start, nint startStride, ref T c, ref T post, nint stride, nint depth, T slope)
        where V : struct, ILanes<V, T>
        where T : unmanaged, IFloatingPointIeee754<T>
        where TEnd : struct, ITileEnd
    {
        V s0 = V.Load(ref start, 0);
        V s1 = V.Load(ref start, startStride);
        V s2 = V.Load(ref start, 2 * startStride);
        V s3 = V.Load(ref start, 3 * startStride);
        V s4 = V.Load(ref start, 4 * startStride);
        V s5 = V.Load(ref start, 5 * startStride);
        V s6 = V.Load(ref start, 6 * startStride);
        V s7 = V.Load(ref start, 7 * startStride);
        ref T a4 = ref Unsafe.Add(ref a, 4 * rowStride);
        nint third = 3 * rowStride;
        for (nint k = 0; k < depth; k++)
        {
            V right = V.Load(ref b, 0);
            b = ref Unsafe.Add(ref b, V.Count);
            s0 = V.MultiplyAdd(V.Splat(a), right, s0);
            s1 = V.MultiplyAdd(V.Splat(Unsafe.Add(ref a, rowStride)), right, s1);
            s2 = V.MultiplyAdd(V.Splat(Unsafe.Add(ref a, 2 * rowStride)), right, s2);
            s3 = V.MultiplyAdd(V.Splat(Unsafe.Add(ref a, third)), right, s3);
            s4 = V.MultiplyAdd(V.Splat(a4), right, s4);
            s5 = V.MultiplyAdd(V.Splat(Unsafe.Add(ref a4, rowStride)), right, s5);
            s6 = V.MultiplyAdd(V.Splat(Unsafe.Add(ref a4, 2 * rowStride)), right, s6);
            s7 = V.MultiplyAdd(V.Splat(Unsafe.Add(ref a4, third)), right, s7);
            a = ref Unsafe.Add(ref a, depthStride);
            a4 = ref Unsafe.Add(ref a4, depthStride);
        }

        V below = V.Splat(slope);
        TEnd.Put(s0, ref c, ref post, 0, below);
        TEnd.Put(s1, ref c, ref post, stride, below);
        TEnd.Put(s2, ref c, ref post, 2 * stride, below);
        TEnd.Put(s3, ref c, ref post, 3 * stride, below);
        TEnd.Put(s4, ref c, ref post, 4 * stride, below);
        TEnd.Put(s5, ref c, ref post, 5 * stride, below);
        TEnd.Put(s6, ref c, ref post, 6 * stride, below);
        TEnd.Put(s7, ref c, ref post, 7 * stride, below);
    }

    /// <summary>Four rows: what 16 registers hold.</summary>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public static void FourRows<V, T, TEnd>(
        ref T a, nint rowStride, nint depthStride, ref T b, ref T start, nint startStride, ref T c, ref T post, nint stride, nint depth, T slope)
        where V : struct, ILanes<V, T>
        where T : unmanaged, IFloatingPointIeee754<T>
        where TEnd : struct, ITileEnd
    {
        V s0 = V.Load(ref start, 0);
        V s1 = V.Load(ref start, startStride);
        V s2 = V.Load(ref start, 2 * startStride);
        V s3 = V.Load(ref start, 3 * startStride);
        nint third = 3 * rowStride;
        for (nint k = 0; k < depth; k++)
        {
            V right = V.Load(ref b, 0);
            b = ref Unsafe.Add(ref b, V.Count);
            s0 = V.MultiplyAdd(V.Splat(a), right, s0);
            s1 = V.MultiplyAdd(V.Splat(Unsafe.Add(ref a, rowStride)), right, s1);
            s2 = V.MultiplyAdd(V.Splat(Unsafe.Add(ref a, 2 * rowStride)), right, s2);
            s3 = V.MultiplyAdd(V.Splat(Unsafe.Add(ref a, third)), right, s3);
            a = ref Unsafe.Add(ref a, depthStride);
        }

        V below = V.Splat(slope);
        TEnd.Put(s0, ref c, ref post, 0, below);
        TEnd.Put(s1, ref c, ref post, stride, below);
        TEnd.Put(s2, ref c, ref post, 2 * stride, below);
        TEnd.Put(s3, ref c, ref post, 3 * stride, below);
    }

    /// <summary>One row.</summary>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public static void OneRow<V, T, TEnd>(ref T a, nint depthStride, ref T b, ref T start, ref T c, ref T post, nint depth, T slope)
        where V : struct, ILanes<V, T>
        where T : unmanaged, IFloatingPointIeee754<T>
        where TEnd : struct, ITileEnd
    {
        V sum = V.Load(ref start, 0);
        for (nint k = 0; k < depth; k++)
        {
            sum = V.MultiplyAdd(V.Splat(a), V.Load(ref b, 0), sum);
            b = ref Unsafe.Add(ref b, V.Count);
            a = ref Unsafe.Add(ref a, depthStride);
        }

        TEnd.Put(sum, ref c, ref post, 0, V.Splat(slope));
    }

    /// <summary>One row against four panels that lie panelLength entries apart.</summary>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public static void OneRowOfFourPanels<V, T, TEnd>(
        ref T a, nint depthStride, ref T b, nint panelLength, ref T start, ref T c, ref T post, nint depth, T slope)
        where V : struct, ILanes<V, T>
        where T : unmanaged, IFloatingPointIeee754<T>
        where TEnd : struct, ITileEnd
    {
        V s0 = V.Load(ref start, 0);
        V s1 = V.Load(ref start, V.Count);
        V s2 = V.Load(ref start, 2 * V.Count);
        V s3 = V.Load(ref start, 3 * V.Count);
        nint third = 3 * panelLength;
        for (nint k = 0; k < depth; k++)
        {
            V x = V.Splat(a);
            s0 = V.MultiplyAdd(x, V.Load(ref b, 0), s0);
            s1 = V.MultiplyAdd(x, V.Load(ref b, panelLength), s1);
            s2 = V.MultiplyAdd(x, V.Load(ref b, 2 * panelLength), s2);
            s3 = V.MultiplyAdd(x, V.Load(ref b, third), s3);
            b = ref Unsafe.Add(ref b, V.Count);
            a = ref Unsafe.Add(ref a, depthStride);
        }

        V below = V.Splat(slope);
        TEnd.Put(s0, ref c, ref post, 0, below);
        TEnd.Put(s1, ref c, ref post, V.Count, below);
        TEnd.Put(s2, ref c, ref post, 2 * V.Count, below);
        TEnd.Put(s3, ref c, ref post, 3 * V.Count, below);
    }
}
