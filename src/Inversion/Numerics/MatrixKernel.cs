using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Inversion.Numerics;

/// <summary>
/// The dense product C = A B that every layer comes down to. Each entry is accumulated along k in increasing order with
/// fused multiply-adds, starting from zero; vectors run across columns. So the bits are those of the scalar loop,
/// whatever the vector width.
/// </summary>
public static class MatrixKernel
{
    private const int RowsAtOnce = 4;

    /// <summary>C = A B with A (rows × B.Rows) row-major and B packed.</summary>
    /// <param name="rows">Rows of A and C.</param>
    /// <param name="a">A, row-major, rows × B.Rows. Not modified.</param>
    /// <param name="b">B, packed.</param>
    /// <param name="c">C, row-major with row stride <c>b.Stride</c>, rows × b.Stride. Overwritten, padding columns with zeros.</param>
    /// <exception cref="ArgumentException">A span is too short, or rows is negative. Nothing has been written.</exception>
    /// <remarks>
    /// <para>Cost: rows × B.Rows × B.Stride multiply-adds; no allocation.</para>
    /// <para>Accuracy: each entry within γₖ Σ|a·b|, k = B.Rows, γₖ = k u/(1 − k u). NaN propagates to its row or column.</para>
    /// </remarks>
    public static void Multiply<T>(int rows, ReadOnlySpan<T> a, PackedMatrix<T> b, Span<T> c)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        Guard.AtLeast(rows, 0);
        int depth = b.Rows;
        int stride = b.Stride;
        if (a.Length < (long)rows * depth)
        {
            throw new ArgumentException($"a has {a.Length} entries; {(long)rows * depth} are needed", nameof(a));
        }

        if (c.Length < (long)rows * stride)
        {
            throw new ArgumentException($"c has {c.Length} entries; {(long)rows * stride} are needed", nameof(c));
        }

        ref T a0 = ref MemoryMarshal.GetReference(a);
        ref T b0 = ref MemoryMarshal.GetArrayDataReference(b.Entries);
        ref T c0 = ref MemoryMarshal.GetReference(c);
        int width = PackedMatrix<T>.PanelWidth;
        for (int column = 0; column < stride; column += width)
        {
            ref T panel = ref Unsafe.Add(ref b0, column * depth);
            ref T target = ref Unsafe.Add(ref c0, column);
            bool whole = column + width <= stride;
            int row = 0;
            for (; row + RowsAtOnce <= rows; row += RowsAtOnce)
            {
                ref T left = ref Unsafe.Add(ref a0, row * depth);
                ref T result = ref Unsafe.Add(ref target, row * stride);
                if (whole)
                {
                    FourRows(ref left, ref panel, ref result, depth, stride);
                }
                else
                {
                    FourRowsOfHalf(ref left, ref panel, ref result, depth, stride);
                }
            }

            for (; row < rows; row++)
            {
                ref T left = ref Unsafe.Add(ref a0, row * depth);
                ref T result = ref Unsafe.Add(ref target, row * stride);
                if (whole)
                {
                    OneRow(ref left, ref panel, ref result, depth);
                }
                else
                {
                    OneRowOfHalf(ref left, ref panel, ref result, depth);
                }
            }
        }
    }

    private static void FourRows<T>(ref T a, ref T b, ref T c, int depth, int stride)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        int width = Vector512<T>.Count;
        ref T a1 = ref Unsafe.Add(ref a, depth);
        ref T a2 = ref Unsafe.Add(ref a, 2 * depth);
        ref T a3 = ref Unsafe.Add(ref a, 3 * depth);
        Vector512<T> s00 = default, s01 = default, s10 = default, s11 = default;
        Vector512<T> s20 = default, s21 = default, s30 = default, s31 = default;
        for (int k = 0; k < depth; k++)
        {
            Vector512<T> left = Vector512.LoadUnsafe(ref b);
            Vector512<T> right = Vector512.LoadUnsafe(ref b, (nuint)width);
            b = ref Unsafe.Add(ref b, 2 * width);
            Vector512<T> x = Vector512.Create(Unsafe.Add(ref a, k));
            s00 = MultiplyAdd(x, left, s00);
            s01 = MultiplyAdd(x, right, s01);
            x = Vector512.Create(Unsafe.Add(ref a1, k));
            s10 = MultiplyAdd(x, left, s10);
            s11 = MultiplyAdd(x, right, s11);
            x = Vector512.Create(Unsafe.Add(ref a2, k));
            s20 = MultiplyAdd(x, left, s20);
            s21 = MultiplyAdd(x, right, s21);
            x = Vector512.Create(Unsafe.Add(ref a3, k));
            s30 = MultiplyAdd(x, left, s30);
            s31 = MultiplyAdd(x, right, s31);
        }

        s00.StoreUnsafe(ref c);
        s01.StoreUnsafe(ref c, (nuint)width);
        s10.StoreUnsafe(ref c, (nuint)stride);
        s11.StoreUnsafe(ref c, (nuint)(stride + width));
        s20.StoreUnsafe(ref c, (nuint)(2 * stride));
        s21.StoreUnsafe(ref c, (nuint)((2 * stride) + width));
        s30.StoreUnsafe(ref c, (nuint)(3 * stride));
        s31.StoreUnsafe(ref c, (nuint)((3 * stride) + width));
    }

    private static void FourRowsOfHalf<T>(ref T a, ref T b, ref T c, int depth, int stride)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        Vector512<T> s0 = default, s1 = default, s2 = default, s3 = default;
        for (int k = 0; k < depth; k++)
        {
            Vector512<T> right = Vector512.LoadUnsafe(ref b, (nuint)(k * Vector512<T>.Count));
            s0 = MultiplyAdd(Vector512.Create(Unsafe.Add(ref a, k)), right, s0);
            s1 = MultiplyAdd(Vector512.Create(Unsafe.Add(ref a, depth + k)), right, s1);
            s2 = MultiplyAdd(Vector512.Create(Unsafe.Add(ref a, (2 * depth) + k)), right, s2);
            s3 = MultiplyAdd(Vector512.Create(Unsafe.Add(ref a, (3 * depth) + k)), right, s3);
        }

        s0.StoreUnsafe(ref c);
        s1.StoreUnsafe(ref c, (nuint)stride);
        s2.StoreUnsafe(ref c, (nuint)(2 * stride));
        s3.StoreUnsafe(ref c, (nuint)(3 * stride));
    }

    private static void OneRow<T>(ref T a, ref T b, ref T c, int depth)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        int width = Vector512<T>.Count;
        Vector512<T> s0 = default, s1 = default;
        for (int k = 0; k < depth; k++)
        {
            Vector512<T> x = Vector512.Create(Unsafe.Add(ref a, k));
            nuint at = (nuint)(k * 2 * width);
            s0 = MultiplyAdd(x, Vector512.LoadUnsafe(ref b, at), s0);
            s1 = MultiplyAdd(x, Vector512.LoadUnsafe(ref b, at + (nuint)width), s1);
        }

        s0.StoreUnsafe(ref c);
        s1.StoreUnsafe(ref c, (nuint)width);
    }

    private static void OneRowOfHalf<T>(ref T a, ref T b, ref T c, int depth)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        Vector512<T> sum = default;
        for (int k = 0; k < depth; k++)
        {
            sum = MultiplyAdd(Vector512.Create(Unsafe.Add(ref a, k)), Vector512.LoadUnsafe(ref b, (nuint)(k * Vector512<T>.Count)), sum);
        }

        sum.StoreUnsafe(ref c);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<T> MultiplyAdd<T>(Vector512<T> x, Vector512<T> y, Vector512<T> sum)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        if (typeof(T) == typeof(double))
        {
            return Vector512.FusedMultiplyAdd(x.AsDouble(), y.AsDouble(), sum.AsDouble()).As<double, T>();
        }

        if (typeof(T) == typeof(float))
        {
            return Vector512.FusedMultiplyAdd(x.AsSingle(), y.AsSingle(), sum.AsSingle()).As<float, T>();
        }

        throw new NotSupportedException($"products are defined for double and float, not {typeof(T).Name}");
    }
}
