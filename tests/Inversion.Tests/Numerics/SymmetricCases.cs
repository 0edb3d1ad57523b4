using Inversion.Numerics;
using Inversion.Randomness;
using MathNet.Numerics.LinearAlgebra;
using MathNet.Numerics.LinearAlgebra.Double;

namespace Inversion.Tests.Numerics;

/// <summary>Symmetric matrices of eight kinds, and their extreme eigenvalues by another library.</summary>
internal static class SymmetricCases
{
    public const int Kinds = 8;

    /// <summary>Kind 0 random, 1 diagonal, 2 few distinct eigenvalues, 3 zero, 4 rank one, 5 graded over 30 decades, 6 huge, 7 tiny.</summary>
    public static double[,] Draw(RandomStream stream, int kind, int size)
    {
        double[,] random = new double[size, size];
        for (int i = 0; i < size; i++)
        {
            for (int j = 0; j <= i; j++)
            {
                random[i, j] = random[j, i] = stream.NextGaussian();
            }
        }

        double Entry(int i, int j) => kind switch
        {
            0 => random[i, j],
            1 => i == j ? random[i, i] : 0,
            3 => 0,
            4 => random[0, i] * random[0, j],
            5 => random[i, j] * Math.Pow(10, -15.0 * (i + j) / size),
            6 => random[i, j] * 1e290,
            _ => random[i, j] * 1e-300,
        };
        if (kind == 2)
        {
            return Repeated(random, size);
        }

        double[,] matrix = new double[size, size];
        for (int i = 0; i < size; i++)
        {
            for (int j = 0; j < size; j++)
            {
                matrix[i, j] = Entry(i, j);
            }
        }

        return matrix;
    }

    /// <summary>The smallest and largest eigenvalue by Math.NET, of the matrix scaled by a power of two.</summary>
    public static (double Low, double High) Reference(double[,] matrix)
    {
        double largest = matrix.Cast<double>().Max(Math.Abs);
        if (largest == 0)
        {
            return (0, 0);
        }

        int exponent = Math.ILogB(largest);
        Matrix<double> scaled = DenseMatrix.OfArray(matrix).Map(value => Math.ScaleB(value, -exponent), Zeros.Include);
        double[] values = [.. scaled.Evd(Symmetricity.Symmetric).EigenValues.Select(value => value.Real)];
        return (Math.ScaleB(values.Min(), exponent), Math.ScaleB(values.Max(), exponent));
    }

    /// <summary>Puts a matrix into a lane.</summary>
    public static void Fill(SymmetricLanes lanes, int lane, double[,] matrix)
    {
        int at = lane;
        for (int i = 0; i < lanes.Size; i++)
        {
            for (int j = 0; j <= i; j++, at += SymmetricLanes.Lanes)
            {
                lanes.Triangles[at] = matrix[i, j];
            }
        }
    }

    /// <summary>uᵀ A u, u being entry 8 i + lane of the vectors.</summary>
    public static double Quotient(double[,] matrix, double[] vectors, int lane)
    {
        int size = matrix.GetLength(0);
        double sum = 0;
        for (int i = 0; i < size; i++)
        {
            for (int j = 0; j < size; j++)
            {
                sum += vectors[(i * SymmetricLanes.Lanes) + lane] * matrix[i, j] * vectors[(j * SymmetricLanes.Lanes) + lane];
            }
        }

        return sum;
    }

    // V diag(±1, 0) Vᵀ, V from the random matrix's own eigenvectors.
    private static double[,] Repeated(double[,] random, int size)
    {
        Matrix<double> vectors = DenseMatrix.OfArray(random).Evd(Symmetricity.Symmetric).EigenVectors;
        Matrix<double> diagonal = DenseMatrix.Create(size, size, (i, j) => i != j ? 0 : i % 3 - 1);
        Matrix<double> product = vectors * diagonal * vectors.Transpose();
        return ((product + product.Transpose()) * 0.5).ToArray();
    }
}
