using System.Buffers;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Inversion.Numerics.Lanes;

namespace Inversion.Numerics;

/// <summary>
/// The dense product C = A B that every layer comes down to. Each entry is accumulated along k in increasing order with
/// fused multiply-adds, starting from zero; vectors run across columns. So the bits are those of the scalar loop,
/// whatever the vector width, the blocking or the number of rows at once.
/// </summary>
/// <remarks>
/// Rows and depth are cut into blocks as in Goto, van de Geijn, "Anatomy of high-performance matrix multiplication", ACM TOMS 34 (2008): a panel
/// of B stays in the nearest cache while the rows of A pass by, a block of A in the next one while the panels pass by.
/// </remarks>
public static class MatrixKernel
{
    /// <summary>Rows of B at a time: a panel of two 512-bit vectors is then 32 KiB.</summary>
    internal const int DepthAtOnce = 256;

    /// <summary>Rows of A at a time: a block of 256 columns in double is then 256 KiB.</summary>
    internal const int RowsAtOnce = 128;

    // Rows that lie a multiple of 4 KiB apart compete for the same few lines of the nearest cache. A copy with rows this much longer does not.
    private const int Padding = 8;
    private const int CompetingBytes = 4096;

    /// <summary>Room that a product needs for copies of rows of A.</summary>
    internal static int CopyLength(int rows, int depth) => Math.Min(rows, RowsAtOnce) * (Math.Min(depth, DepthAtOnce) + Padding);

    /// <summary>C = A B with A (rows × B.Rows) row-major and B packed.</summary>
    /// <param name="rows">Rows of A and C.</param>
    /// <param name="a">A, row-major, rows × B.Rows. Not modified.</param>
    /// <param name="b">B, packed.</param>
    /// <param name="c">C, row-major, rows × B.Columns. Overwritten. Must not overlap A.</param>
    /// <exception cref="ArgumentException">A span is too short, or rows is negative. Nothing has been written.</exception>
    /// <remarks>
    /// <para>Cost: rows × B.Rows × B.Columns multiply-adds, columns rounded up to a vector; no allocation but for at most 300 KiB once a thread.</para>
    /// <para>Accuracy: each entry within γₖ Σ|a·b|, k = B.Rows, γₖ = k u/(1 − k u). NaN propagates to its row or column.</para>
    /// </remarks>
    public static void Multiply<T>(int rows, ReadOnlySpan<T> a, PackedMatrix<T> b, Span<T> c)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        CheckSizes(rows, a, b, c);
        Multiply(rows, ref MemoryMarshal.GetReference(a), b.Rows, 1, b, c);
    }

    /// <summary>C = Aᵀ B with A (B.Rows × rows) row-major and B packed; A is read where it lies, not copied.</summary>
    /// <param name="rows">Columns of A, rows of C.</param>
    /// <param name="a">A, row-major, B.Rows × rows. Not modified.</param>
    /// <param name="b">B, packed.</param>
    /// <param name="c">C, row-major, rows × B.Columns. Overwritten. Must not overlap A.</param>
    /// <exception cref="ArgumentException">A span is too short, or rows is negative. Nothing has been written.</exception>
    /// <remarks>Cost and accuracy as <see cref="Multiply{T}(int, ReadOnlySpan{T}, PackedMatrix{T}, Span{T})"/>, and the same bits as with Aᵀ written out.</remarks>
    public static void MultiplyTransposed<T>(int rows, ReadOnlySpan<T> a, PackedMatrix<T> b, Span<T> c)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        CheckSizes(rows, a, b, c);
        Multiply(rows, ref MemoryMarshal.GetReference(a), 1, rows, b, c);
    }

    private static void Multiply<T>(int rows, ref T a, nint rowStride, nint depthStride, PackedMatrix<T> b, Span<T> c)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        T[] copies = ArrayPool<T>.Shared.Rent(CopyLength(rows, b.Rows));
        ref T to = ref MemoryMarshal.GetReference(c);
        Multiply(rows, ref a, rowStride, depthStride, b, b.Zeros, ref to, ref to, TileEnd.Plain, T.Zero, copies);
        ArrayPool<T>.Shared.Return(copies);
    }

    private static void CheckSizes<T>(int rows, ReadOnlySpan<T> a, PackedMatrix<T> b, Span<T> c)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        Guard.AtLeast(rows, 0);
        if (a.Length < (long)rows * b.Rows)
        {
            throw new ArgumentException($"a has {a.Length} entries; {(long)rows * b.Rows} are needed", nameof(a));
        }

        if (c.Length < (long)rows * b.Columns)
        {
            throw new ArgumentException($"c has {c.Length} entries; {(long)rows * b.Columns} are needed", nameof(c));
        }
    }

    /// <summary>C ← start + A B and what follows from each sum, with A wherever its strides say; nothing is checked.</summary>
    /// <param name="rows">Rows of A and C.</param>
    /// <param name="a">The first entry of A; entry (r, k) lies rowStride·r + depthStride·k after it.</param>
    /// <param name="rowStride">Entries between neighbors of a column of A.</param>
    /// <param name="depthStride">Entries between neighbors of a row of A.</param>
    /// <param name="b">B, packed.</param>
    /// <param name="start">What every row begins with, padded as <see cref="PackedMatrix{T}.Zeros"/>.</param>
    /// <param name="c">The first entry of C, row-major, rows × B.Columns.</param>
    /// <param name="post">The first entry of what the end writes, shaped as C.</param>
    /// <param name="end">What follows from each sum.</param>
    /// <param name="slope">Slope below zero, where the end asks for it.</param>
    /// <param name="copies">At least <see cref="CopyLength"/> entries. Overwritten.</param>
    internal static void Multiply<T>(
        int rows, ref T a, nint rowStride, nint depthStride, PackedMatrix<T> b, T[] start, ref T c, ref T post, TileEnd end, T slope, Span<T> copies)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        if (depthStride == 1 && b.Rows > DepthAtOnce && rows > 8 && rowStride * Unsafe.SizeOf<T>() % CompetingBytes == 0)
        {
            StridedRows<T> source = new(ref a, rowStride, b.Rows);
            MultiplyRows(rows, source, b, start, ref c, ref post, end, slope, copies);
            return;
        }

        for (int row = 0; row < rows; row += RowsAtOnce)
        {
            int count = Math.Min(RowsAtOnce, rows - row);
            nint at = (nint)row * b.Columns;
            int from = 0;
            do
            {
                int depth = Math.Min(DepthAtOnce, b.Rows - from);
                ref T left = ref Unsafe.Add(ref a, (row * rowStride) + (from * depthStride));
                Block(count, ref left, rowStride, depthStride, b, from, depth, start, ref Unsafe.Add(ref c, at), ref Unsafe.Add(ref post, at), end, slope);
                from += depth;
            }
            while (from < b.Rows);
        }
    }

    /// <summary>As <see cref="Multiply{T}(int, ref T, nint, nint, PackedMatrix{T}, T[], ref T, ref T, TileEnd, T, Span{T})"/>, with the rows of A made block by block when they are needed.</summary>
    internal static void MultiplyRows<T, TSource>(
        int rows, TSource source, PackedMatrix<T> b, T[] start, ref T c, ref T post, TileEnd end, T slope, Span<T> copies)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TSource : struct, IRowSource<T>, allows ref struct
    {
        for (int row = 0; row < rows; row += RowsAtOnce)
        {
            int count = Math.Min(RowsAtOnce, rows - row);
            nint at = (nint)row * b.Columns;
            int from = 0;
            do
            {
                int depth = Math.Min(DepthAtOnce, b.Rows - from);
                int stride = depth + Padding;
                for (int r = 0; r < count; r++)
                {
                    source.Read(row + r, from, copies.Slice(r * stride, depth));
                }

                Block(count, ref copies[0], stride, 1, b, from, depth, start, ref Unsafe.Add(ref c, at), ref Unsafe.Add(ref post, at), end, slope);
                from += depth;
            }
            while (from < b.Rows);
        }
    }

    private static void Block<T>(
        int rows, ref T left, nint rowStride, nint depthStride, PackedMatrix<T> b, int from, int depth, T[] start, ref T c, ref T post, TileEnd end, T slope)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        PanelProduct<T> product = new()
        {
            B = b,
            Depth = (from, depth),
            RowStride = rowStride,
            DepthStride = depthStride,
            StartStride = from == 0 ? 0 : b.Columns,
            Stride = b.Columns,
            Slope = slope,
        };
        ref T begin = ref from == 0 ? ref MemoryMarshal.GetArrayDataReference(start) : ref c;
        switch (from + depth < b.Rows ? TileEnd.Plain : end)
        {
            case TileEnd.Relu:
                product.Run<ReluEnd>(rows, ref left, ref begin, ref c, ref post);
                break;
            case TileEnd.LeakyRelu:
                product.Run<LeakyReluEnd>(rows, ref left, ref begin, ref c, ref post);
                break;
            default:
                product.Run<PlainEnd>(rows, ref left, ref begin, ref c, ref post);
                break;
        }
    }
}
