namespace Inversion.Numerics;

/// <summary>The masked Gram matrices W₊ₓᵀW₊ᵧ of one matrix W, W₊ₓ = diag(W x &gt; 0) W, without forming W₊ₓ. Immutable: shared by threads.</summary>
/// <remarks>Source: Hand and Voroninski, arXiv 1705.07576, Definition 2.</remarks>
public sealed class MaskedGram
{
    /// <summary>Copies W.</summary>
    /// <param name="rows">n.</param>
    /// <param name="columns">k.</param>
    /// <param name="weights">W, row-major, n × k. Not modified.</param>
    /// <exception cref="ArgumentException">The number of weights is not n × k, or the padded rows are larger than an array.</exception>
    public MaskedGram(int rows, int columns, ReadOnlySpan<double> weights)
    {
        Rows = Guard.AtLeast(rows, 0);
        Columns = Guard.AtLeast(columns, 1);
        Guard.Length(weights.Length, (long)rows * columns, nameof(weights));
        Stride = (columns + MaskedGramKernel.Block - 1) / MaskedGramKernel.Block * MaskedGramKernel.Block;
        if (Math.Max(rows, Stride) * (long)Stride > Capacity.Entries)
        {
            throw new ArgumentException($"a matrix of {rows} × {columns} entries or its Gram matrix is too large", nameof(weights));
        }

        Padded = new(rows * Stride);
        for (int j = 0; j < rows; j++)
        {
            weights.Slice(j * columns, columns).CopyTo(Padded.Values[(j * Stride)..]);
        }

        Transposed = PackedMatrix<double>.Transposed(rows, columns, weights);
    }

    /// <summary>n.</summary>
    public int Rows { get; }

    /// <summary>k.</summary>
    public int Columns { get; }

    /// <summary>k rounded up to whole vectors: the row stride of <see cref="Padded"/> and of a Gram matrix.</summary>
    internal int Stride { get; }

    /// <summary>W, rows padded with zeros.</summary>
    internal SymmetricBuffer Padded { get; }

    /// <summary>Wᵀ, ready for products with row vectors.</summary>
    internal PackedMatrix<double> Transposed { get; }

    /// <summary>gram ← W₊ₓᵀW₊ᵧ = Σ w wᵀ over the rows that are active at both x and y.</summary>
    /// <param name="x">k entries. Not modified.</param>
    /// <param name="y">k entries. Not modified.</param>
    /// <param name="gram">k × k, row-major, both triangles. Overwritten.</param>
    /// <exception cref="ArgumentException">A length is off. Nothing has been written.</exception>
    /// <remarks>
    /// <para>A row with ⟨w, x⟩ exactly 0 is inactive; one with ⟨w, x⟩ NaN is active: a row that cannot be judged must not look like one
    /// that is switched off. NaN propagates.</para>
    /// <para>Cost: 2 n k multiply-adds and k²/2 for each active row. Each entry is summed over rows in increasing order with fused
    /// multiply-adds. Allocates; many pairs at once: <see cref="GramDeviation"/>.</para>
    /// </remarks>
    public void Gram(ReadOnlySpan<double> x, ReadOnlySpan<double> y, Span<double> gram)
    {
        Guard.Length(x.Length, Columns, nameof(x));
        Guard.Length(y.Length, Columns, nameof(y));
        Guard.Length(gram.Length, (long)Columns * Columns, nameof(gram));
        double[] points = [.. x, .. y];
        double[] activations = new double[2 * Rows];
        MatrixKernel.Multiply(2, points, Transposed, activations);
        int[] active = new int[Rows];
        int count = Active(activations, 0, 1, active);
        double[] padded = new double[Stride * Stride];
        MaskedGramKernel.Gram(ref Padded.First, Stride, active.AsSpan(0, count), ref padded[0]);
        for (int i = 0; i < Columns; i++)
        {
            for (int j = 0; j <= i; j++)
            {
                gram[(i * Columns) + j] = gram[(j * Columns) + i] = padded[(i * Stride) + j];
            }
        }
    }

    /// <summary>The rows that are active in rows x and y of the activations; returns their number.</summary>
    internal int Active(ReadOnlySpan<double> activations, int x, int y, Span<int> active) =>
        MaskedGramKernel.Active(activations.Slice(x * Rows, Rows), activations.Slice(y * Rows, Rows), active);
}
