using System.Numerics;

namespace Inversion.Cones;

/// <summary>
/// What the rows of one matrix are on a cone, as linear forms of the code: Values in double precision with a bound on their error, whole
/// numbers (in the scale of the matrices' whole weights) on demand.
/// </summary>
internal sealed class FormLayer
{
    // Above the error that underflow adds to a sum of up to 2³² products.
    private const double Tiny = 1e-300;

    // The relative error of one rounding, with room for the second-order terms of sums of up to 2²⁰ terms.
    private const double Rounding = 1.2e-16;

    private readonly SparseMatrix matrix;
    private readonly FormLayer? below;
    private readonly sbyte[]? signs;
    private readonly BigInteger active;
    private readonly BigInteger inactive;
    private readonly int length;
    private readonly double[] values;
    private readonly double[] errors;
    private readonly double[] bounds;
    private readonly BigInteger[]?[] exact;

    /// <summary>The forms matrix · D · below, where D multiplies by the slopes that the signs choose.</summary>
    /// <param name="matrix">The matrix.</param>
    /// <param name="length">n0.</param>
    /// <param name="below">The forms that it reads; null for the entries of the code themselves.</param>
    /// <param name="signs">The signs on the cone, where a kink lies between; null where none does. Not copied.</param>
    /// <param name="slope">The kink's slope below zero.</param>
    public FormLayer(SparseMatrix matrix, int length, FormLayer? below, sbyte[]? signs, double slope)
    {
        (this.matrix, this.length, this.below, this.signs) = (matrix, length, below, signs);
        BigInteger[] slopes = IntegerVector.FromDoubles([1, slope]);
        (active, inactive) = signs is null ? (BigInteger.One, BigInteger.One) : (slopes[0], slopes[1]);
        values = new double[matrix.Rows * length];
        errors = new double[matrix.Rows];
        bounds = new double[matrix.Rows];
        exact = new BigInteger[matrix.Rows][];
        for (int row = 0; row < matrix.Rows; row++)
        {
            Add(row, slope);
        }
    }

    public int Count => errors.Length;

    /// <summary>The form in double precision; each entry is off by at most the form's error.</summary>
    public ReadOnlySpan<double> Form(int row) => values.AsSpan(row * length, length);

    /// <summary>The sign of the form on a ray, without error.</summary>
    public int Sign(int row, ConeRay ray)
    {
        ReadOnlySpan<double> form = Form(row);
        double[] at = ray.Entries;
        double sum = 0;
        for (int i = 0; i < at.Length; i++)
        {
            sum += form[i] * at[i];
        }

        double bound = bounds[row];
        return sum > bound ? 1
            : sum < -bound ? -1
            : bound == 0 ? 0
            : IntegerVector.Dot(Exact(row), ray.ExactEntries).Sign;
    }

    /// <summary>The sign of the form inside the cone of these rays: 0 where it is zero throughout, null where it has both signs.</summary>
    public sbyte? SignOn(int row, ReadOnlySpan<ConeRay> rays)
    {
        int sign = 0;
        foreach (ConeRay ray in rays)
        {
            int here = Sign(row, ray);
            if (here * sign < 0)
            {
                return null;
            }

            sign |= here;
        }

        return (sbyte)sign;
    }

    /// <summary>The form as whole numbers: a positive multiple of the form itself, the same multiple for all rows.</summary>
    public BigInteger[] Exact(int row)
    {
        if (exact[row] is { } known)
        {
            return known;
        }

        BigInteger[] form = new BigInteger[length];
        ReadOnlySpan<int> columns = matrix.Columns(row);
        ReadOnlySpan<BigInteger> weights = matrix.Whole(row);
        for (int t = 0; t < columns.Length; t++)
        {
            if (below is null)
            {
                form[columns[t]] += weights[t];
                continue;
            }

            BigInteger factor = signs is null || signs[columns[t]] > 0 ? active : inactive;
            if (!factor.IsZero)
            {
                factor *= weights[t];
                BigInteger[] read = below.Exact(columns[t]);
                for (int i = 0; i < length; i++)
                {
                    form[i] += factor * read[i];
                }
            }
        }

        return exact[row] = form;
    }

    // Σ w s v with the running bound Σ |w s| (error of v) + (terms + 2) · rounding · Σ |w s v|; a form without terms is exactly zero.
    private void Add(int row, double slope)
    {
        Span<double> form = values.AsSpan(row * length, length);
        ReadOnlySpan<int> columns = matrix.Columns(row);
        ReadOnlySpan<double> weights = matrix.Weights(row);
        double inherited = 0;
        double sizes = 0;
        int terms = 0;
        for (int t = 0; t < columns.Length; t++)
        {
            int column = columns[t];
            if (below is null)
            {
                form[column] += weights[t];
                sizes = Math.Max(sizes, Math.Abs(weights[t]));
                continue;
            }

            double multiplier = signs is null || signs[column] > 0 ? 1 : slope;
            if (multiplier == 0 || below.bounds[column] == 0)
            {
                continue;
            }

            double factor = weights[t] * multiplier;
            terms++;
            inherited += Math.Abs(factor) * below.errors[column];
            double largest = 0;
            for (int i = 0; i < length; i++)
            {
                double entry = below.values[(column * length) + i];
                form[i] += factor * entry;
                largest = Math.Max(largest, Math.Abs(entry));
            }

            sizes += Math.Abs(factor) * largest;
        }

        bool isZero = sizes == 0 && inherited == 0 && terms == 0;
        errors[row] = below is null || isZero ? 0 : (1.0001 * (inherited + ((terms + 2) * Rounding * sizes))) + Tiny;

        // |⟨u, r⟩ − computed| ≤ Σ |u_i − û_i| |r_i| + |û_i| |r_i − r̂_i| + rounding of n0 products and sums, with |r_i| ≤ 1 and |r_i − r̂_i| ≤ 2⁻⁵².
        double most = 0;
        foreach (double entry in form)
        {
            most = Math.Max(most, Math.Abs(entry));
        }

        bounds[row] = isZero ? 0 : (length * ((1.0001 * errors[row]) + (most * (length + 4) * 2.3e-16))) + Tiny;
    }
}
