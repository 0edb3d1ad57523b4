using System.Numerics;
using System.Runtime.CompilerServices;

namespace Inversion.Numerics.Lanes;

/// <summary>Two registers used as one of twice the width: a product with eight of them has enough sums under way to hide each other's latency.</summary>
internal struct LanePair<V, T> : ILanes<LanePair<V, T>, T>
    where V : struct, ILanes<V, T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    private V low;
    private V high;

    public static int Count => 2 * V.Count;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static LanePair<V, T> Load(ref readonly T from, nint at) => Of(V.Load(in from, at), V.Load(in from, at + V.Count));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static LanePair<V, T> Splat(T value)
    {
        V both = V.Splat(value);
        return Of(both, both);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(LanePair<V, T> x, ref T to, nint at)
    {
        V.Store(x.low, ref to, at);
        V.Store(x.high, ref to, at + V.Count);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static LanePair<V, T> MultiplyAdd(LanePair<V, T> x, LanePair<V, T> y, LanePair<V, T> sum) =>
        Of(V.MultiplyAdd(x.low, y.low, sum.low), V.MultiplyAdd(x.high, y.high, sum.high));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static LanePair<V, T> Add(LanePair<V, T> x, LanePair<V, T> y) => Of(V.Add(x.low, y.low), V.Add(x.high, y.high));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static LanePair<V, T> Subtract(LanePair<V, T> x, LanePair<V, T> y) =>
        Of(V.Subtract(x.low, y.low), V.Subtract(x.high, y.high));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static LanePair<V, T> Multiply(LanePair<V, T> x, LanePair<V, T> y) =>
        Of(V.Multiply(x.low, y.low), V.Multiply(x.high, y.high));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static LanePair<V, T> SelectPositive(LanePair<V, T> x, LanePair<V, T> whenPositive, LanePair<V, T> elsewhere) =>
        Of(V.SelectPositive(x.low, whenPositive.low, elsewhere.low), V.SelectPositive(x.high, whenPositive.high, elsewhere.high));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static LanePair<V, T> SelectZero(LanePair<V, T> x, LanePair<V, T> whenZero, LanePair<V, T> elsewhere) =>
        Of(V.SelectZero(x.low, whenZero.low, elsewhere.low), V.SelectZero(x.high, whenZero.high, elsewhere.high));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static LanePair<V, T> Of(V low, V high)
    {
        LanePair<V, T> pair;
        pair.low = low;
        pair.high = high;
        return pair;
    }
}
