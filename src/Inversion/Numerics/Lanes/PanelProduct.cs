using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Inversion.Numerics.Lanes;

/// <summary>C ← start + A·B over some of the rows of a packed B, with an end that sees each sum in its register. Chooses the loop; checks nothing.</summary>
internal readonly ref struct PanelProduct<T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    /// <summary>Rows of the largest tile.</summary>
    private const int TileRows = 8;

    /// <summary>The factor on the right.</summary>
    public required PackedMatrix<T> B { get; init; }

    /// <summary>First row of B, and how many.</summary>
    public required (int From, int Count) Depth { get; init; }

    /// <summary>Entries between neighbors of a column of A.</summary>
    public required nint RowStride { get; init; }

    /// <summary>Entries between neighbors of a row of A.</summary>
    public required nint DepthStride { get; init; }

    /// <summary>Entries between the rows of what the sums begin with; 0 for one row that all begin with, padded to whole vectors.</summary>
    public required nint StartStride { get; init; }

    /// <summary>Entries between the rows of C, and of what the end writes beside it.</summary>
    public required nint Stride { get; init; }

    /// <summary>Slope below zero, for an end that asks for it.</summary>
    public T Slope { get; init; }

    /// <summary>Runs over <paramref name="rows"/> rows. A, the start, C and what stands beside C are given by their first entries.</summary>
    public void Run<TEnd>(int rows, ref T a, ref T start, ref T c, ref T post)
        where TEnd : struct, ITileEnd
    {
        switch (B.Width)
        {
            case LaneWidth.Bits512:
                Run<Lanes512<T>, TEnd>(rows, ref a, ref start, ref c, ref post);
                break;
            case LaneWidth.Bits256:
                Run<Lanes256<T>, TEnd>(rows, ref a, ref start, ref c, ref post);
                break;
            case LaneWidth.Bits128:
                Run<Lanes128<T>, TEnd>(rows, ref a, ref start, ref c, ref post);
                break;
            default:
                Run<SingleLane<T>, TEnd>(rows, ref a, ref start, ref c, ref post);
                break;
        }
    }

    private void Run<V, TEnd>(int rows, ref T a, ref T start, ref T c, ref T post)
        where V : struct, ILanes<V, T>
        where TEnd : struct, ITileEnd
    {
        int width = LanePair<V, T>.Count;
        int columns = B.Columns;
        int column = 0;
        if (rows == 1)
        {
            for (; column + (4 * width) <= columns; column += 4 * width)
            {
                Tile.OneRowOfFourPanels<LanePair<V, T>, T, TEnd>(
                    ref a, DepthStride, ref Panel(column, width), (nint)width * B.Rows,
                    ref Unsafe.Add(ref start, column), ref Unsafe.Add(ref c, column), ref Unsafe.Add(ref post, column), Depth.Count, Slope);
            }
        }

        for (; column < columns; column += width)
        {
            int used = Math.Min(width, columns - column);
            int held = used <= V.Count ? V.Count : width;
            ref T panel = ref Panel(column, held);
            ref T from = ref Unsafe.Add(ref start, column);
            ref T to = ref Unsafe.Add(ref c, column);
            ref T beside = ref Unsafe.Add(ref post, column);
            if (used < held)
            {
                Edge<V, TEnd>(rows, used, held, ref a, ref panel, ref from, ref to, ref beside);
            }
            else if (held == width)
            {
                Rows<V, LanePair<V, T>, TEnd>(rows, ref a, ref panel, ref from, StartStride, ref to, ref beside, Stride);
            }
            else
            {
                Rows<V, V, TEnd>(rows, ref a, ref panel, ref from, StartStride, ref to, ref beside, Stride);
            }
        }
    }

    private ref T Panel(int column, int width) =>
        ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(B.Entries), ((nint)column * B.Rows) + ((nint)Depth.From * width));

    // The tiles write whole vectors: a panel that the columns do not fill goes by way of a buffer.
    [SkipLocalsInit]
    private void Edge<V, TEnd>(int rows, int used, int held, ref T a, ref T panel, ref T start, ref T c, ref T post)
        where V : struct, ILanes<V, T>
        where TEnd : struct, ITileEnd
    {
        Span<T> sums = stackalloc T[TileRows * held];
        Span<T> ends = stackalloc T[TileRows * held];
        for (int row = 0; row < rows; row += TileRows)
        {
            int count = Math.Min(TileRows, rows - row);
            if (StartStride != 0)
            {
                Copy(count, used, ref Unsafe.Add(ref start, row * StartStride), StartStride, ref sums[0], held);
            }

            ref T from = ref StartStride != 0 ? ref sums[0] : ref start;
            nint fromStride = StartStride != 0 ? held : 0;
            ref T left = ref Unsafe.Add(ref a, row * RowStride);
            if (held > V.Count)
            {
                Rows<V, LanePair<V, T>, TEnd>(count, ref left, ref panel, ref from, fromStride, ref sums[0], ref ends[0], held);
            }
            else
            {
                Rows<V, V, TEnd>(count, ref left, ref panel, ref from, fromStride, ref sums[0], ref ends[0], held);
            }

            Copy(count, used, ref sums[0], held, ref Unsafe.Add(ref c, row * Stride), Stride);
            if (typeof(TEnd) != typeof(PlainEnd))
            {
                Copy(count, used, ref ends[0], held, ref Unsafe.Add(ref post, row * Stride), Stride);
            }
        }
    }

    private static void Copy(int rows, int columns, ref T from, nint fromStride, ref T to, nint toStride)
    {
        for (int row = 0; row < rows; row++)
        {
            for (int i = 0; i < columns; i++)
            {
                Unsafe.Add(ref to, i) = Unsafe.Add(ref from, i);
            }

            from = ref Unsafe.Add(ref from, fromStride);
            to = ref Unsafe.Add(ref to, toStride);
        }
    }

    private void Rows<V, W, TEnd>(
        int rows, ref T a, ref T panel, ref T start, nint startStride, ref T c, ref T post, nint stride)
        where V : struct, ILanes<V, T>
        where W : struct, ILanes<W, T>
        where TEnd : struct, ITileEnd
    {
        int row = 0;

        // Only processors with 512-bit vectors have the registers for eight rows.
        if (typeof(V) == typeof(Lanes512<T>))
        {
            for (; row + 8 <= rows; row += 8)
            {
                Tile.EightRows<W, T, TEnd>(
                    ref Unsafe.Add(ref a, row * RowStride), RowStride, DepthStride, ref panel, ref Unsafe.Add(ref start, row * startStride), startStride,
                    ref Unsafe.Add(ref c, row * stride), ref Unsafe.Add(ref post, row * stride), stride, Depth.Count, Slope);
            }
        }

        for (; row + 4 <= rows; row += 4)
        {
            Tile.FourRows<W, T, TEnd>(
                ref Unsafe.Add(ref a, row * RowStride), RowStride, DepthStride, ref panel, ref Unsafe.Add(ref start, row * startStride), startStride,
                ref Unsafe.Add(ref c, row * stride), ref Unsafe.Add(ref post, row * stride), stride, Depth.Count, Slope);
        }

        for (; row < rows; row++)
        {
            Tile.OneRow<W, T, TEnd>(
                ref Unsafe.Add(ref a, row * RowStride), DepthStride, ref panel, ref Unsafe.Add(ref start, row * startStride),
                ref Unsafe.Add(ref c, row * stride), ref Unsafe.Add(ref post, row * stride), Depth.Count, Slope);
        }
    }
}
