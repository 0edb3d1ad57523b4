using Inversion.Numerics.Lanes;

namespace Inversion.Numerics;

/// <summary>Small symmetric matrices in place, without allocation, for the normal equations of a solver step.</summary>
public static class SymmetricMatrix
{
    /// <summary>gram ← P Pᵀ for the rows of P: gram[i, j] = ⟨row i, row j⟩, each summed as <see cref="Vectors.Dot"/> does.</summary>
    /// <param name="rows">P, row-major, count × length. Not modified.</param>
    /// <param name="count">Number of rows.</param>
    /// <param name="length">Entries of a row.</param>
    /// <param name="gram">count × count, row-major. Overwritten.</param>
    /// <exception cref="ArgumentException">A length is off. Nothing has been written.</exception>
    /// <remarks>Cost: count² length/2 multiply-adds. The bits are those of <see cref="Vectors.Dot"/>. NaN propagates.</remarks>
    public static void Gram(ReadOnlySpan<double> rows, int count, int length, Span<double> gram)
    {
        Guard.Length(rows.Length, (long)count * length, nameof(rows));
        Guard.Length(gram.Length, (long)count * count, nameof(gram));
        for (int i = 0; i < count; i++)
        {
            ReadOnlySpan<double> left = rows.Slice(i * length, length);
            int j = 0;

            // Four sums at once: one alone would wait for its own last addition. Longer rows have 32 sums of their own.
            for (; length < LanedDot.Sums && j + 4 <= i + 1; j += 4)
            {
                ReadOnlySpan<double> r0 = rows.Slice(j * length, length);
                ReadOnlySpan<double> r1 = rows.Slice((j + 1) * length, length);
                ReadOnlySpan<double> r2 = rows.Slice((j + 2) * length, length);
                ReadOnlySpan<double> r3 = rows.Slice((j + 3) * length, length);
                double s0 = 0, s1 = 0, s2 = 0, s3 = 0;
                for (int k = 0; k < left.Length; k++)
                {
                    s0 = Math.FusedMultiplyAdd(left[k], r0[k], s0);
                    s1 = Math.FusedMultiplyAdd(left[k], r1[k], s1);
                    s2 = Math.FusedMultiplyAdd(left[k], r2[k], s2);
                    s3 = Math.FusedMultiplyAdd(left[k], r3[k], s3);
                }

                (gram[(i * count) + j], gram[(i * count) + j + 1], gram[(i * count) + j + 2], gram[(i * count) + j + 3]) = (s0, s1, s2, s3);
            }

            for (; j <= i; j++)
            {
                gram[(i * count) + j] = Vectors.Dot(left, rows.Slice(j * length, length));
            }

            for (j = 0; j < i; j++)
            {
                gram[(j * count) + i] = gram[(i * count) + j];
            }
        }
    }

    /// <summary>Replaces the lower triangle of a symmetric matrix by its Cholesky factor L, A = L Lᵀ.</summary>
    /// <param name="matrix">A, size × size, row-major; only the lower triangle is read and written.</param>
    /// <param name="size">Rows and columns.</param>
    /// <returns>False when a pivot is not positive: A is not positive definite to working precision, or holds a NaN. The triangle is then spoiled.</returns>
    /// <remarks>Cost: size³/6 multiply-adds. Source: Golub, Van Loan, Matrix Computations, 4th edition, algorithm 4.2.1.</remarks>
    public static bool TryFactor(Span<double> matrix, int size)
    {
        Guard.Length(matrix.Length, (long)size * size, nameof(matrix));
        for (int j = 0; j < size; j++)
        {
            for (int i = j; i < size; i++)
            {
                double sum = matrix[(i * size) + j];
                for (int k = 0; k < j; k++)
                {
                    sum = Math.FusedMultiplyAdd(-matrix[(i * size) + k], matrix[(j * size) + k], sum);
                }

                if (i > j)
                {
                    matrix[(i * size) + j] = sum / matrix[(j * size) + j];
                }
                else if (sum > 0 && double.IsFinite(sum))
                {
                    matrix[(j * size) + j] = Math.Sqrt(sum);
                }
                else
                {
                    return false;
                }
            }
        }

        return true;
    }

    /// <summary>x ← A⁻¹ x, A = L Lᵀ factored by <see cref="TryFactor"/>.</summary>
    public static void Solve(ReadOnlySpan<double> factor, int size, Span<double> x)
    {
        Guard.Length(factor.Length, (long)size * size, nameof(factor));
        Guard.Length(x.Length, size, nameof(x));
        for (int i = 0; i < size; i++)
        {
            double sum = x[i];
            for (int k = 0; k < i; k++)
            {
                sum = Math.FusedMultiplyAdd(-factor[(i * size) + k], x[k], sum);
            }

            x[i] = sum / factor[(i * size) + i];
        }

        for (int i = size - 1; i >= 0; i--)
        {
            double sum = x[i];
            for (int k = i + 1; k < size; k++)
            {
                sum = Math.FusedMultiplyAdd(-factor[(k * size) + i], x[k], sum);
            }

            x[i] = sum / factor[(i * size) + i];
        }
    }
}
