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
        ref T x0 = ref MemoryMarshal.GetReference(x);
        ref T y0 = ref MemoryMarshal.GetReference(y);
        nint done = 0;
        bool isDouble = typeof(T) == typeof(double);
        if (width == LaneWidth.Bits512)
        {
            done = isDouble
                ? Whole<LanePair<LanePair<Lanes512<T>, T>, T>, T>(ref x0, ref y0, x.Length, ref sums[0])
                : Whole<LanePair<Lanes512<T>, T>, T>(ref x0, ref y0, x.Length, ref sums[0]);
        }
        else if (width == LaneWidth.Bits256)
        {
            done = isDouble
                ? Whole<LanePair<LanePair<LanePair<Lanes256<T>, T>, T>, T>, T>(ref x0, ref y0, x.Length, ref sums[0])
                : Whole<LanePair<LanePair<Lanes256<T>, T>, T>, T>(ref x0, ref y0, x.Length, ref sums[0]);
        }
        else
        {
            sums.Clear();
        }

        for (nint i = done; i < x.Length; i++)
        {
            ref T sum = ref sums[(int)(i % Sums)];
            sum = T.FusedMultiplyAdd(Unsafe.Add(ref x0, i), Unsafe.Add(ref y0, i), sum);
        }

        for (int half = Sums / 2; half > 0; half /= 2)
        {
            for (int j = 0; j < half; j++)
            {
                sums[j] += sums[j + half];
            }
        }

        return sums[0];
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static nint Whole<V, T>(ref T x, ref T y, nint length, ref T sums)
        where V : struct, ILanes<V, T>
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        V sum = default;
        nint i = 0;
        for (; i + V.Count <= length; i += V.Count)
        {
            sum = V.MultiplyAdd(V.Load(ref x, i), V.Load(ref y, i), sum);
        }

        V.Store(sum, ref sums, 0);
        return i;
    }
}
