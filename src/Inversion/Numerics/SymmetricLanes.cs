using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Inversion.Numerics;

/// <summary>The extreme eigenvalues, and one extreme eigenvector, of eight dense symmetric matrices at once, one in each lane of a vector.</summary>
/// <remarks>
/// <para>The bits of a lane depend on that lane alone. Holds scratch memory: one for each thread.</para>
/// <para>Source: Householder's reduction to tridiagonal form, from the last row up: Golub, Van Loan, Matrix Computations, 4th edition,
/// section 8.3.1.</para>
/// </remarks>
public sealed class SymmetricLanes
{
    /// <summary>Matrices at once.</summary>
    public const int Lanes = SymmetricTridiagonalLanes.Lanes;

    // A row whose squares sum to less is zero beside the largest entry, which is scaled to lie between 1 and 2.
    private const double Negligible = 1e-270;
    private readonly SymmetricBuffer triangles;
    private readonly SymmetricBuffer reflectors;
    private readonly SymmetricBuffer products;
    private readonly SymmetricBuffer factors;
    private readonly SymmetricTridiagonalLanes reduced;
    private readonly double[] low = new double[Lanes];
    private readonly double[] high = new double[Lanes];
    private Vector512<double> scale;

    /// <summary>Room for eight matrices of <paramref name="size"/> rows, all zero.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The size is below 1.</exception>
    /// <exception cref="OverflowException">The triangles are larger than an array.</exception>
    public SymmetricLanes(int size)
    {
        Size = Guard.AtLeast(size, 1);
        triangles = new(checked((int)((long)size * (size + 1L) / 2 * Lanes)));
        (reflectors, products, factors) = (new(size * Lanes), new(size * Lanes), new(size * Lanes));
        reduced = new(size);
    }

    /// <summary>Rows of each matrix.</summary>
    public int Size { get; }

    /// <summary>Entry (i, j), j ≤ i, of the matrix in a lane, at 8 (i (i + 1)/2 + j) + lane. Spoiled by <see cref="Extremes"/>.</summary>
    public Span<double> Triangles => triangles.Values;

    /// <summary>The smallest and the largest eigenvalue of each lane's matrix.</summary>
    /// <param name="lowest">Eight entries. Overwritten.</param>
    /// <param name="highest">Eight entries. Overwritten.</param>
    /// <exception cref="ArgumentException">A length is off. Nothing has been written.</exception>
    /// <remarks>
    /// <para>Cost: 2/3 size³ multiply-adds of vectors; no allocation. <see cref="Triangles"/> is overwritten.</para>
    /// <para>Accuracy: a small multiple of size units of rounding times ‖A‖, at any scale. A lane with a NaN or an infinity gives NaN.</para>
    /// </remarks>
    public void Extremes(Span<double> lowest, Span<double> highest)
    {
        Guard.Length(lowest.Length, Lanes, nameof(lowest));
        Guard.Length(highest.Length, Lanes, nameof(highest));
        Scale();
        Reduce();
        reduced.Extremes(Size, low, high);
        (Vector512.Create(low) * scale).CopyTo(lowest);
        (Vector512.Create(high) * scale).CopyTo(highest);
    }

    /// <summary>Unit eigenvectors of an extreme eigenvalue of the matrices that the last call of <see cref="Extremes"/> saw.</summary>
    /// <param name="highest">For each lane 1 for the largest eigenvalue, −1 for the smallest.</param>
    /// <param name="vectors">Entry i of a lane's vector at 8 i + lane; 8 × size entries. Overwritten.</param>
    /// <exception cref="ArgumentException">A length is off. Nothing has been written.</exception>
    /// <remarks>
    /// <para>Cost: size² multiply-adds of vectors; no allocation.</para>
    /// <para>Accuracy: the Rayleigh quotient is within a small multiple of size units of rounding times ‖A‖ of the eigenvalue; where
    /// eigenvalues coincide, some vector of their space. NaN propagates.</para>
    /// </remarks>
    public void Vectors(ReadOnlySpan<double> highest, Span<double> vectors)
    {
        Guard.Length(highest.Length, Lanes, nameof(highest));
        Guard.Length(vectors.Length, Size * Lanes, nameof(vectors));
        Span<double> wanted = stackalloc double[Lanes];
        for (int lane = 0; lane < Lanes; lane++)
        {
            wanted[lane] = highest[lane] > 0 ? high[lane] : low[lane];
        }

        reduced.Vectors(Size, wanted, highest, vectors);
        ref double u = ref vectors[0];
        for (int row = 2; row < Size; row++)
        {
            // The reflector of a row still stands in the row.
            ref double v = ref Unsafe.Add(ref triangles.First, Row(row));
            Vector512<double> sum = default;
            for (int j = 0; j < row; j++)
            {
                sum = Vector512.FusedMultiplyAdd(At(ref v, j), At(ref u, j), sum);
            }

            sum *= -At(ref factors.First, row);
            for (int j = 0; j < row; j++)
            {
                Put(Vector512.FusedMultiplyAdd(At(ref v, j), sum, At(ref u, j)), ref u, j);
            }
        }
    }

    // By a power of two, so that scaling is exact and no square overflows.
    private void Scale()
    {
        Span<Vector512<double>> entries = triangles.Lanes;
        Vector512<double> largest = default;
        foreach (Vector512<double> entry in entries)
        {
            Vector512<double> size = Vector512.Abs(entry);
            largest = Vector512.ConditionalSelect(Vector512.GreaterThan(size, largest), size, largest);
        }

        // 2ᵉ ≤ largest, from the bits; e between −1021 and 1022, so that 2⁻ᵉ is a normal number.
        Vector512<long> exponent = Vector512.ShiftRightLogical(largest.AsInt64(), 52);
        exponent = Vector512.Min(Vector512.Max(exponent, Vector512.Create(2L)), Vector512.Create(2045L));
        scale = Vector512.ShiftLeft(exponent, 52).AsDouble();
        Vector512<double> inverse = Vector512.ShiftLeft(Vector512.Create(2046L) - exponent, 52).AsDouble();
        for (int i = 0; i < entries.Length; i++)
        {
            entries[i] *= inverse;
        }
    }

    // Rows from the last: A ← H A H with H = I − τ v vᵀ clears row i before its subdiagonal entry. The rank-two update with a row's v and
    // w = τ A v − ½ τ² (vᵀ A v) v is done in the same pass over the triangle as the next row's product A v.
    private void Reduce()
    {
        ref double a = ref triangles.First;
        ref double w = ref reflectors.First;
        ref double p = ref products.First;

        // The first row finds nothing to catch up with: v = w = 0.
        reflectors.Values.Clear();
        ref double v = ref w;
        for (int row = Size - 1; row >= 2; row--)
        {
            ref double x = ref Unsafe.Add(ref a, Row(row));
            Downdate(ref x, ref v, ref w, row);
            At(ref x, row).CopyTo(reduced.Diagonal[(row * Lanes)..]);
            Vector512<double> factor = Reflector(ref x, row);
            SymmetricLaneKernel.UpdateAndMultiply(ref a, ref v, ref w, ref x, ref p, row);
            Vector512<double> overlap = default;
            for (int j = 0; j < row; j++)
            {
                Vector512<double> product = At(ref p, j) * factor;
                Put(product, ref p, j);
                overlap = Vector512.FusedMultiplyAdd(product, At(ref x, j), overlap);
            }

            overlap *= factor * -0.5;
            for (int j = 0; j < row; j++)
            {
                Put(Vector512.FusedMultiplyAdd(overlap, At(ref x, j), At(ref p, j)), ref w, j);
            }

            v = ref x;
        }

        if (Size > 1)
        {
            ref double last = ref Unsafe.Add(ref a, Row(1));
            Downdate(ref last, ref v, ref w, 1);
            At(ref last, 0).CopyTo(reduced.OffDiagonal);
            At(ref last, 1).CopyTo(reduced.Diagonal[Lanes..]);
        }

        Downdate(ref a, ref v, ref w, 0);
        At(ref a, 0).CopyTo(reduced.Diagonal);
    }

    // Replaces the entries of a row before the diagonal by v, the last of them 1, and returns τ; zero and v = eᵢ₋₁ where nothing is to clear.
    private Vector512<double> Reflector(ref double x, int row)
    {
        Vector512<double> alpha = At(ref x, row - 1);
        Vector512<double> sum = alpha * alpha;
        for (int j = 0; j < row - 1; j++)
        {
            sum = Vector512.FusedMultiplyAdd(At(ref x, j), At(ref x, j), sum);
        }

        // Written so that a NaN is not negligible.
        Vector512<double> gone = Vector512.LessThan(sum, Vector512.Create(Negligible));
        Vector512<double> norm = Vector512.Sqrt(sum);
        Vector512<double> beta = Vector512.ConditionalSelect(Vector512.GreaterThan(alpha, default), -norm, norm);
        Vector512<double> factor = Vector512.AndNot((beta - alpha) / beta, gone);
        Vector512<double> inverse = Vector512.AndNot(Vector512<double>.One / (alpha - beta), gone);
        Vector512.AndNot(beta, gone).CopyTo(reduced.OffDiagonal[((row - 1) * Lanes)..]);
        Put(factor, ref factors.First, row);
        for (int j = 0; j < row - 1; j++)
        {
            Put(At(ref x, j) * inverse, ref x, j);
        }

        Put(Vector512<double>.One, ref x, row - 1);
        return factor;
    }

    // x[j] ← x[j] − v[row] w[j] − w[row] v[j] for j ≤ row.
    private static void Downdate(ref double x, ref double v, ref double w, int row)
    {
        Vector512<double> vRow = -At(ref v, row), wRow = -At(ref w, row);
        for (int j = 0; j <= row; j++)
        {
            Put(SymmetricLaneKernel.Downdated(At(ref x, j), vRow, At(ref w, j), wRow, At(ref v, j)), ref x, j);
        }
    }

    private static int Row(int row) => SymmetricLaneKernel.Row(row);

    private static Vector512<double> At(ref double first, int index) => SymmetricLaneKernel.At(ref first, index);

    private static void Put(Vector512<double> value, ref double first, int index) => SymmetricLaneKernel.Put(value, ref first, index);
}
