using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Inversion.Numerics.Lanes;

namespace Inversion.Numerics;

/// <summary>
/// A right-hand factor B (rows × columns) stored once for <see cref="MatrixKernel"/>: its columns are cut into panels of two vectors'
/// width, each panel row-major and contiguous, the last one padded with zeros to one vector or two.
/// </summary>
/// <remarks>A product walks down one panel at a time, so that what it reads lies together and stays in the nearest cache.</remarks>
/// <typeparam name="T">double or float.</typeparam>
/// <threadsafety>Immutable.</threadsafety>
public sealed class PackedMatrix<T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    private const int RowsPerBlock = 32;

    /// <summary>Packs <paramref name="entries"/>, given row-major (rows × columns).</summary>
    /// <exception cref="ArgumentException">The number of entries is not rows × columns, or the padded rows are too large for an array.</exception>
    public PackedMatrix(int rows, int columns, ReadOnlySpan<double> entries)
        : this(rows, columns, entries, false, LaneWidths.Best)
    {
    }

    /// <summary>Packs B, or Bᵀ, for one width of vector.</summary>
    /// <param name="rows">Rows of what is packed.</param>
    /// <param name="columns">Columns of what is packed.</param>
    /// <param name="entries">Row-major: rows × columns, or columns × rows where it is transposed.</param>
    /// <param name="transposed">Whether <paramref name="entries"/> holds the transpose of what is packed.</param>
    /// <param name="width">The vectors of the products.</param>
    internal PackedMatrix(int rows, int columns, ReadOnlySpan<double> entries, bool transposed, LaneWidth width)
    {
        Guard.Length(entries.Length, (long)Guard.AtLeast(rows, 0) * Guard.AtLeast(columns, 0), nameof(entries));
        Rows = rows;
        Columns = columns;
        Width = width;
        Lanes = Math.Max(1, (width switch { LaneWidth.Single => 0, LaneWidth.Bits128 => 16, LaneWidth.Bits256 => 32, _ => 64 }) / Unsafe.SizeOf<T>());
        long padded = ((long)columns + Lanes - 1) / Lanes * Lanes;
        Entries = rows * padded <= Array.MaxLength
            ? new T[rows * padded]
            : throw new ArgumentException($"{rows} rows of {padded} entries are more than an array holds", nameof(rows));
        Zeros = new T[padded];
        // Rows by the block, so that neither side walks over more pages of memory than a processor remembers.
        for (int first = 0; first < rows; first += RowsPerBlock)
        {
            int last = Math.Min(rows, first + RowsPerBlock);
            for (int panel = 0; panel < columns; panel += PanelWidth)
            {
                int stride = (int)Math.Min(PanelWidth, padded - panel);
                int used = Math.Min(PanelWidth, columns - panel);
                for (int r = first; r < last; r++)
                {
                    Span<T> target = Entries.AsSpan((panel * rows) + (r * stride), used);
                    if (transposed)
                    {
                        Convert(entries[((panel * rows) + r)..], rows, target);
                    }
                    else
                    {
                        Convert(entries.Slice((r * columns) + panel, used), target);
                    }
                }
            }
        }
    }

    /// <summary>Number of rows: the length of the accumulation.</summary>
    public int Rows { get; }

    /// <summary>Number of columns.</summary>
    public int Columns { get; }

    /// <summary>The vectors it is laid out for.</summary>
    internal LaneWidth Width { get; }

    /// <summary>Numbers in one vector.</summary>
    internal int Lanes { get; }

    /// <summary>Columns of a panel; the last one may have half as many.</summary>
    internal int PanelWidth => 2 * Lanes;

    /// <summary>Columns, rounded up to whole vectors.</summary>
    internal int PaddedColumns => Zeros.Length;

    internal T[] Entries { get; }

    /// <summary>What every row of a product begins with, unless something is added to it: as many zeros as there are columns, padded to a vector.</summary>
    internal T[] Zeros { get; }

    /// <summary>Bᵀ, packed.</summary>
    /// <exception cref="ArgumentException">The number of entries is not rows × columns.</exception>
    public static PackedMatrix<T> Transposed(int rows, int columns, ReadOnlySpan<double> entries) =>
        new(columns, rows, entries, true, LaneWidths.Best);

    private static void Convert(ReadOnlySpan<double> from, Span<T> to)
    {
        if (typeof(T) == typeof(double))
        {
            MemoryMarshal.Cast<double, T>(from).CopyTo(to);
        }
        else
        {
            Convert(from, 1, to);
        }
    }

    private static void Convert(ReadOnlySpan<double> from, int stride, Span<T> to)
    {
        for (int i = 0; i < to.Length; i++)
        {
            to[i] = T.CreateTruncating(from[i * stride]);
        }
    }
}
