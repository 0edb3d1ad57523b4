using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Inversion.Numerics;

/// <summary>The inner loops of <see cref="MaskedGram"/>. Rows are padded with zeros to a whole number of vectors.</summary>
internal static class MaskedGramKernel
{
    /// <summary>Columns of a block of the Gram matrix: one vector.</summary>
    public const int Block = 8;

    /// <summary>active ← the indices j, increasing, with neither atX[j] ≤ 0 nor atY[j] ≤ 0, so that a NaN is active; returns their number.</summary>
    public static int Active(ReadOnlySpan<double> atX, ReadOnlySpan<double> atY, Span<int> active)
    {
        ref double x = ref MemoryMarshal.GetReference(atX);
        ref double y = ref MemoryMarshal.GetReference(atY[..atX.Length]);
        int count = 0, j = 0;
        for (; j + Block <= atX.Length; j += Block)
        {
            Vector512<double> off = Vector512.LessThanOrEqual(Vector512.LoadUnsafe(ref x, (nuint)j), default)
                | Vector512.LessThanOrEqual(Vector512.LoadUnsafe(ref y, (nuint)j), default);
            uint bits = ~(uint)off.ExtractMostSignificantBits() & 0xFF;
            while (bits != 0)
            {
                active[count++] = j + System.Numerics.BitOperations.TrailingZeroCount(bits);
                bits &= bits - 1;
            }
        }

        for (; j < atX.Length; j++)
        {
            if (!(atX[j] <= 0) && !(atY[j] <= 0))
            {
                active[count++] = j;
            }
        }

        return count;
    }

    /// <summary>Σ w wᵀ over the active rows, in the blocks of 8 × 8 that meet the lower triangle; each entry in increasing order of rows.</summary>
    public static void Gram(ref double rows, int stride, ReadOnlySpan<int> active, ref double gram)
    {
        for (int row = 0; row < stride; row += Block)
        {
            int column = 0;
            for (; column + Block <= row; column += 2 * Block)
            {
                TwoBlocks(ref rows, stride, active, row, column, ref Unsafe.Add(ref gram, (row * stride) + column));
            }

            if (column <= row)
            {
                OneBlock(ref rows, stride, active, row, column, ref Unsafe.Add(ref gram, (row * stride) + column));
            }
        }
    }

    /// <summary>into ← Σ ⟨w, v⟩ w over the active rows, each row read once; sums of eight lanes, then lane by lane.</summary>
    public static void Apply(ref double rows, int stride, ReadOnlySpan<int> active, ref double v, Span<double> into)
    {
        into.Clear();
        ref double sum = ref MemoryMarshal.GetReference(into);
        int at = 0;
        for (; at + 4 <= active.Length; at += 4)
        {
            ref double r0 = ref Unsafe.Add(ref rows, active[at] * stride);
            ref double r1 = ref Unsafe.Add(ref rows, active[at + 1] * stride);
            ref double r2 = ref Unsafe.Add(ref rows, active[at + 2] * stride);
            ref double r3 = ref Unsafe.Add(ref rows, active[at + 3] * stride);
            Vector512<double> s0 = default, s1 = default, s2 = default, s3 = default;
            for (nuint i = 0; i < (nuint)stride; i += Block)
            {
                Vector512<double> value = Vector512.LoadUnsafe(ref v, i);
                s0 = Vector512.FusedMultiplyAdd(Vector512.LoadUnsafe(ref r0, i), value, s0);
                s1 = Vector512.FusedMultiplyAdd(Vector512.LoadUnsafe(ref r1, i), value, s1);
                s2 = Vector512.FusedMultiplyAdd(Vector512.LoadUnsafe(ref r2, i), value, s2);
                s3 = Vector512.FusedMultiplyAdd(Vector512.LoadUnsafe(ref r3, i), value, s3);
            }

            Vector512<double> t0 = Vector512.Create(LaneSum(s0)), t1 = Vector512.Create(LaneSum(s1));
            Vector512<double> t2 = Vector512.Create(LaneSum(s2)), t3 = Vector512.Create(LaneSum(s3));
            for (nuint i = 0; i < (nuint)stride; i += Block)
            {
                Vector512<double> total = Vector512.LoadUnsafe(ref sum, i);
                total = Vector512.FusedMultiplyAdd(t0, Vector512.LoadUnsafe(ref r0, i), total);
                total = Vector512.FusedMultiplyAdd(t1, Vector512.LoadUnsafe(ref r1, i), total);
                total = Vector512.FusedMultiplyAdd(t2, Vector512.LoadUnsafe(ref r2, i), total);
                Vector512.FusedMultiplyAdd(t3, Vector512.LoadUnsafe(ref r3, i), total).StoreUnsafe(ref sum, i);
            }
        }

        for (; at < active.Length; at++)
        {
            ref double row = ref Unsafe.Add(ref rows, active[at] * stride);
            Vector512<double> partial = default;
            for (nuint i = 0; i < (nuint)stride; i += Block)
            {
                partial = Vector512.FusedMultiplyAdd(Vector512.LoadUnsafe(ref row, i), Vector512.LoadUnsafe(ref v, i), partial);
            }

            Vector512<double> t = Vector512.Create(LaneSum(partial));
            for (nuint i = 0; i < (nuint)stride; i += Block)
            {
                Vector512.FusedMultiplyAdd(t, Vector512.LoadUnsafe(ref row, i), Vector512.LoadUnsafe(ref sum, i)).StoreUnsafe(ref sum, i);
            }
        }
    }

    // In a fixed order, which Vector512.Sum does not promise.
    private static double LaneSum(Vector512<double> lanes)
    {
        Vector256<double> four = lanes.GetLower() + lanes.GetUpper();
        Vector128<double> two = four.GetLower() + four.GetUpper();
        return two.ToScalar() + two.GetElement(1);
    }

    private static void TwoBlocks(ref double rows, int stride, ReadOnlySpan<int> active, int row, int column, ref double gram)
    {
        Vector512<double> s00 = default, s10 = default, s20 = default, s30 = default, s40 = default, s50 = default, s60 = default, s70 = default;
        Vector512<double> s01 = default, s11 = default, s21 = default, s31 = default, s41 = default, s51 = default, s61 = default, s71 = default;
        ref double left = ref Unsafe.Add(ref rows, row);
        ref double right = ref Unsafe.Add(ref rows, column);
        foreach (int j in active)
        {
            ref double factor = ref Unsafe.Add(ref left, j * stride);
            ref double values = ref Unsafe.Add(ref right, j * stride);
            Vector512<double> v0 = Vector512.LoadUnsafe(ref values), v1 = Vector512.LoadUnsafe(ref values, Block);
            Vector512<double> w = Vector512.Create(factor);
            (s00, s01) = (Vector512.FusedMultiplyAdd(w, v0, s00), Vector512.FusedMultiplyAdd(w, v1, s01));
            w = Vector512.Create(Unsafe.Add(ref factor, 1));
            (s10, s11) = (Vector512.FusedMultiplyAdd(w, v0, s10), Vector512.FusedMultiplyAdd(w, v1, s11));
            w = Vector512.Create(Unsafe.Add(ref factor, 2));
            (s20, s21) = (Vector512.FusedMultiplyAdd(w, v0, s20), Vector512.FusedMultiplyAdd(w, v1, s21));
            w = Vector512.Create(Unsafe.Add(ref factor, 3));
            (s30, s31) = (Vector512.FusedMultiplyAdd(w, v0, s30), Vector512.FusedMultiplyAdd(w, v1, s31));
            w = Vector512.Create(Unsafe.Add(ref factor, 4));
            (s40, s41) = (Vector512.FusedMultiplyAdd(w, v0, s40), Vector512.FusedMultiplyAdd(w, v1, s41));
            w = Vector512.Create(Unsafe.Add(ref factor, 5));
            (s50, s51) = (Vector512.FusedMultiplyAdd(w, v0, s50), Vector512.FusedMultiplyAdd(w, v1, s51));
            w = Vector512.Create(Unsafe.Add(ref factor, 6));
            (s60, s61) = (Vector512.FusedMultiplyAdd(w, v0, s60), Vector512.FusedMultiplyAdd(w, v1, s61));
            w = Vector512.Create(Unsafe.Add(ref factor, 7));
            (s70, s71) = (Vector512.FusedMultiplyAdd(w, v0, s70), Vector512.FusedMultiplyAdd(w, v1, s71));
        }

        Store(ref gram, stride, s00, s10, s20, s30, s40, s50, s60, s70);
        Store(ref Unsafe.Add(ref gram, Block), stride, s01, s11, s21, s31, s41, s51, s61, s71);
    }

    private static void OneBlock(ref double rows, int stride, ReadOnlySpan<int> active, int row, int column, ref double gram)
    {
        Vector512<double> s0 = default, s1 = default, s2 = default, s3 = default, s4 = default, s5 = default, s6 = default, s7 = default;
        ref double left = ref Unsafe.Add(ref rows, row);
        ref double right = ref Unsafe.Add(ref rows, column);
        foreach (int j in active)
        {
            ref double factor = ref Unsafe.Add(ref left, j * stride);
            Vector512<double> values = Vector512.LoadUnsafe(ref Unsafe.Add(ref right, j * stride));
            s0 = Vector512.FusedMultiplyAdd(Vector512.Create(factor), values, s0);
            s1 = Vector512.FusedMultiplyAdd(Vector512.Create(Unsafe.Add(ref factor, 1)), values, s1);
            s2 = Vector512.FusedMultiplyAdd(Vector512.Create(Unsafe.Add(ref factor, 2)), values, s2);
            s3 = Vector512.FusedMultiplyAdd(Vector512.Create(Unsafe.Add(ref factor, 3)), values, s3);
            s4 = Vector512.FusedMultiplyAdd(Vector512.Create(Unsafe.Add(ref factor, 4)), values, s4);
            s5 = Vector512.FusedMultiplyAdd(Vector512.Create(Unsafe.Add(ref factor, 5)), values, s5);
            s6 = Vector512.FusedMultiplyAdd(Vector512.Create(Unsafe.Add(ref factor, 6)), values, s6);
            s7 = Vector512.FusedMultiplyAdd(Vector512.Create(Unsafe.Add(ref factor, 7)), values, s7);
        }

        Store(ref gram, stride, s0, s1, s2, s3, s4, s5, s6, s7);
    }

    private static void Store(
        ref double gram, int stride, Vector512<double> s0, Vector512<double> s1, Vector512<double> s2, Vector512<double> s3,
        Vector512<double> s4, Vector512<double> s5, Vector512<double> s6, Vector512<double> s7)
    {
        s0.StoreUnsafe(ref gram);
        s1.StoreUnsafe(ref gram, (nuint)stride);
        s2.StoreUnsafe(ref gram, (nuint)(2 * stride));
        s3.StoreUnsafe(ref gram, (nuint)(3 * stride));
        s4.StoreUnsafe(ref gram, (nuint)(4 * stride));
        s5.StoreUnsafe(ref gram, (nuint)(5 * stride));
        s6.StoreUnsafe(ref gram, (nuint)(6 * stride));
        s7.StoreUnsafe(ref gram, (nuint)(7 * stride));
    }
}
