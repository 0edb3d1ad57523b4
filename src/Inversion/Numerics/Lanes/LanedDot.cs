using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Inversion.Numerics.Lanes;

/// <summary>
/// Σ x[i]·y[i] as 32 sums, the j-th over i ≡ j mod 32 in increasing order with fused multiply-adds, which are then added in halves: j and
/// j + 16, j and j + 8, … One order of summation for every width of vector, without the wait of a single chain.
/// </summary>
internal static class LanedDot
{
    /// <summary>Number of sums.</summary>
    public const int Sums = 32;

    [SkipLocalsInit]
    public static T Of<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> y, LaneWidth width)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        Span<T> sums = stackalloc T[Sums];
        nint done = Registers<T, Products>(
            ref MemoryMarshal.GetReference(x), ref MemoryMarshal.GetReference(y), ref MemoryMarshal.GetReference(y), x.Length, sums, width);
        for (int i = (int)done; i < x.Length; i++)
        {
            sums[i % Sums] = T.FusedMultiplyAdd(x[i], y[i], sums[i % Sums]);
        }

        return InHalves(sums);
    }

    /// <summary>difference[i] ← x[i] − y[i], or 0 where y[i] is NaN if that is how hidden entries are marked. Returns ‖difference‖² in one pass, with the bits of <see cref="Of"/>.</summary>
    [SkipLocalsInit]
    public static T OfDifference<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> y, bool hidesNaN, Span<T> difference, LaneWidth width)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        Span<T> sums = stackalloc T[Sums];
        ref T x0 = ref MemoryMarshal.GetReference(x);
        ref T y0 = ref MemoryMarshal.GetReference(y);
        ref T to = ref MemoryMarshal.GetReference(difference);
        nint done = hidesNaN
            ? Registers<T, ShownDifferences>(ref x0, ref y0, ref to, difference.Length, sums, width)
            : Registers<T, Differences>(ref x0, ref y0, ref to, difference.Length, sums, width);
        for (int i = (int)done; i < difference.Length; i++)
        {
            difference[i] = hidesNaN && T.IsNaN(y[i]) ? T.Zero : x[i] - y[i];
            sums[i % Sums] = T.FusedMultiplyAdd(difference[i], difference[i], sums[i % Sums]);
        }

        return InHalves(sums);
    }

    private static T InHalves<T>(Span<T> sums)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        for (int half = Sums / 2; half > 0; half /= 2)
        {
            for (int j = 0; j < half; j++)
            {
                sums[j] += sums[j + half];
            }
        }

        return sums[0];
    }

    // Registers of 32 numbers, whatever they are made of.
    private static nint Registers<T, TTerm>(ref T x, ref T y, ref T to, nint length, Span<T> sums, LaneWidth width)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TTerm : struct, ITerm
    {
        bool isDouble = typeof(T) == typeof(double);
        switch (width)
        {
            case LaneWidth.Bits512:
                return isDouble
                    ? Whole<LanePair<LanePair<Lanes512<T>, T>, T>, T, TTerm>(ref x, ref y, ref to, length, ref sums[0])
                    : Whole<LanePair<Lanes512<T>, T>, T, TTerm>(ref x, ref y, ref to, length, ref sums[0]);
            case LaneWidth.Bits256:
                return isDouble
                    ? Whole<LanePair<LanePair<LanePair<Lanes256<T>, T>, T>, T>, T, TTerm>(ref x, ref y, ref to, length, ref sums[0])
                    : Whole<LanePair<LanePair<Lanes256<T>, T>, T>, T, TTerm>(ref x, ref y, ref to, length, ref sums[0]);
            default:
                sums.Clear();
                return 0;
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static nint Whole<V, T, TTerm>(ref T x, ref T y, ref T to, nint length, ref T sums)
        where V : struct, ILanes<V, T>
        where T : unmanaged, IFloatingPointIeee754<T>
        where TTerm : struct, ITerm
    {
        V sum = default;
        nint i = 0;
        for (; i + V.Count <= length; i += V.Count)
        {
            sum = TTerm.Add<V, T>(ref x, ref y, ref to, i, sum);
        }

        V.Store(sum, ref sums, 0);
        return i;
    }

    /// <summary>What is added at one place.</summary>
    private interface ITerm
    {
        static abstract V Add<V, T>(ref T x, ref T y, ref T to, nint at, V sum)
            where V : struct, ILanes<V, T>
            where T : unmanaged, IFloatingPointIeee754<T>;
    }

    private readonly struct Products : ITerm
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static V Add<V, T>(ref T x, ref T y, ref T to, nint at, V sum)
            where V : struct, ILanes<V, T>
            where T : unmanaged, IFloatingPointIeee754<T> => V.MultiplyAdd(V.Load(ref x, at), V.Load(ref y, at), sum);
    }

    private readonly struct Differences : ITerm
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static V Add<V, T>(ref T x, ref T y, ref T to, nint at, V sum)
            where V : struct, ILanes<V, T>
            where T : unmanaged, IFloatingPointIeee754<T>
        {
            V difference = V.Subtract(V.Load(ref x, at), V.Load(ref y, at));
            V.Store(difference, ref to, at);
            return V.MultiplyAdd(difference, difference, sum);
        }
    }

    private readonly struct ShownDifferences : ITerm
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static V Add<V, T>(ref T x, ref T y, ref T to, nint at, V sum)
            where V : struct, ILanes<V, T>
            where T : unmanaged, IFloatingPointIeee754<T>
        {
            V observed = V.Load(ref y, at);
            V difference = V.SelectNaN(observed, default, V.Subtract(V.Load(ref x, at), observed));
            V.Store(difference, ref to, at);
            return V.MultiplyAdd(difference, difference, sum);
        }
    }
}
