using Inversion.Numerics;
using Inversion.Randomness;
using Xunit;

namespace Inversion.Tests.Solving;

public sealed class SymmetricMatrixTests
{
    [Theory]
    [InlineData(1, 5)]
    [InlineData(4, 7)]
    [InlineData(5, 1)]
    [InlineData(9, 33)]
    public void Gram_AnySize_EqualsTheDotProductsBitByBit(int count, int length)
    {
        double[] rows = Problem.Gaussian(count * length, RandomKey.Parse("7"));
        double[] gram = new double[count * count];

        SymmetricMatrix.Gram(rows, count, length, gram);

        for (int i = 0; i < count; i++)
        {
            for (int j = 0; j < count; j++)
            {
                double dot = Vectors.Dot<double>(rows.AsSpan(Math.Max(i, j) * length, length), rows.AsSpan(Math.Min(i, j) * length, length));
                Assert.Equal(dot, gram[(i * count) + j]);
            }
        }
    }

    [Fact]
    public void Solve_AFactoredMatrix_InvertsIt()
    {
        const int Size = 8;
        double[] gram = new double[Size * Size];
        SymmetricMatrix.Gram(Problem.Gaussian(Size * 20, RandomKey.Parse("8")), Size, 20, gram);
        double[] x = Problem.Gaussian(Size, RandomKey.Parse("9"));
        double[] image = [.. Enumerable.Range(0, Size).Select(i => Vectors.Dot<double>(gram.AsSpan(i * Size, Size), x))];

        Assert.True(SymmetricMatrix.TryFactor(gram, Size));
        SymmetricMatrix.Solve(gram, Size, image);

        for (int i = 0; i < Size; i++)
        {
            Assert.Equal(x[i], image[i], 1e-12);
        }
    }

    [Theory]
    [InlineData(0.0)]
    [InlineData(-1.0)]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    public void TryFactor_NotPositiveDefinite_IsRefused(double corner) =>
        Assert.False(SymmetricMatrix.TryFactor(new double[] { 1, 0, 0, corner }, 2));
}
