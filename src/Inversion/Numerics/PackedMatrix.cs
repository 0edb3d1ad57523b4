using System.Numerics;
using System.Runtime.Intrinsics;

namespace Inversion.Numerics;

/// <summary>
/// A right-hand factor B (rows × columns) stored once, its columns padded with zeros to a whole number of vectors and cut into
/// panels of <see cref="PanelWidth"/> columns, each panel row-major and contiguous, ready for <see cref="MatrixKernel"/>.
/// </summary>
/// <remarks>A product walks down one panel at a time, so that what it reads lies together and stays in the nearest cache.</remarks>
/// <typeparam name="T">double or float.</typeparam>
public sealed class PackedMatrix<T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    /// <summary>Columns are padded to a multiple of this: one 512-bit vector of the smallest element type.</summary>
    internal const int ColumnAlignment = 16;

    /// <summary>Columns of a panel: two 512-bit vectors. The last panel may be half as wide.</summary>
    internal static int PanelWidth => 2 * Vector512<T>.Count;

    /// <summary>Packs <paramref name="entries"/>, given row-major (rows × columns).</summary>
    /// <exception cref="ArgumentException">The number of entries is not rows × columns, or the padded rows are too large for an array.</exception>
    public PackedMatrix(int rows, int columns, ReadOnlySpan<double> entries)
    {
        Guard.Length(entries.Length, (long)Guard.AtLeast(rows, 0) * Guard.AtLeast(columns, 0), nameof(entries));
        Rows = rows;
        Columns = columns;
        Stride = PaddedWidth(columns);
        Entries = (long)rows * Stride <= Array.MaxLength
            ? new T[rows * Stride]
            : throw new ArgumentException($"{rows} rows of {Stride} entries are more than an array holds", nameof(rows));
        for (int r = 0; r < rows; r++)
        {
            for (int c = 0; c < columns; c++)
            {
                int panel = c / PanelWidth * PanelWidth;
                int width = Math.Min(PanelWidth, Stride - panel);
                Entries[(panel * rows) + (r * width) + c - panel] = T.CreateTruncating(entries[(r * columns) + c]);
            }
        }
    }

    /// <summary>Number of rows: the length of the accumulation.</summary>
    public int Rows { get; }

    /// <summary>Number of columns that carry values.</summary>
    public int Columns { get; }

    /// <summary>Columns rounded up: the row stride of a product with this factor.</summary>
    public int Stride { get; }

    internal T[] Entries { get; }

    /// <summary>The row width that a result of this many columns needs.</summary>
    /// <exception cref="OverflowException">The padded width is larger than an int holds.</exception>
    public static int PaddedWidth(int columns) => checked((columns + ColumnAlignment - 1) / ColumnAlignment * ColumnAlignment);

    /// <summary>Bᵀ, packed.</summary>
    /// <exception cref="ArgumentException">The number of entries is not rows × columns.</exception>
    public static PackedMatrix<T> Transposed(int rows, int columns, ReadOnlySpan<double> entries)
    {
        Guard.Length(entries.Length, (long)rows * columns, nameof(entries));
        double[] transposed = new double[entries.Length];
        for (int r = 0; r < rows; r++)
        {
            for (int c = 0; c < columns; c++)
            {
                transposed[(c * rows) + r] = entries[(r * columns) + c];
            }
        }

        return new PackedMatrix<T>(columns, rows, transposed);
    }
}
