using FsCheck.Xunit;
using Inversion.Numerics;
using Inversion.Randomness;
using Xunit;

namespace Inversion.Tests.Numerics;

public sealed class SymmetricMatrixTests
{
    [Property]
    public void Gram_OfDrawnRows_HasTheBitsOfDotProducts(ulong seed)
    {
        RandomStream stream = new RandomKey(seed).Open();
        (int count, int length) = (1 + stream.NextBelow(12), stream.NextBelow(100));
        double[] rows = new double[count * length];
        stream.FillGaussian(rows);
        double[] gram = [.. Enumerable.Repeat(double.NaN, count * count)];
        SymmetricMatrix.Gram(rows, count, length, gram);
        for (int i = 0; i < gram.Length; i++)
        {
            Assert.Equal(Vectors.Dot<double>(rows.AsSpan(i / count * length, length), rows.AsSpan(i % count * length, length)), gram[i]);
        }
    }

    [Property]
    public void Solve_AfterTryFactor_SolvesTheSystem(ulong seed)
    {
        RandomStream stream = new RandomKey(seed).Open();
        int size = 1 + stream.NextBelow(12);
        double[] rows = new double[size * (size + 5)];
        double[] x = new double[size];
        stream.FillGaussian(rows);
        stream.FillGaussian(x);
        double[] matrix = new double[size * size];
        SymmetricMatrix.Gram(rows, size, size + 5, matrix);

        // One on the diagonal keeps the condition number below a few hundred.
        for (int i = 0; i < size; i++)
        {
            matrix[(i * size) + i] += 1;
        }

        double[] right = [.. Enumerable.Range(0, size).Select(i => x.Select((v, j) => v * matrix[(i * size) + j]).Sum())];
        Assert.True(SymmetricMatrix.TryFactor(matrix, size));
        SymmetricMatrix.Solve(matrix, size, right);
        Assert.All(x.Zip(right), pair => Assert.Equal(pair.First, pair.Second, 1e-11));
    }

    [Theory]
    [InlineData(new double[] { 1, 2, 2, 1 })]
    [InlineData(new double[] { 0, 0, 0, 1 })]
    [InlineData(new double[] { 1, double.NaN, double.NaN, 1 })]
    [InlineData(new double[] { double.PositiveInfinity, 0, 0, 1 })]
    public void TryFactor_OfAMatrixThatIsNotPositiveDefinite_IsFalse(double[] matrix) => Assert.False(SymmetricMatrix.TryFactor([.. matrix], 2));

    [Fact]
    public void Operations_OnWrongLengths_Throw()
    {
        Assert.Throws<ArgumentException>("rows", () => SymmetricMatrix.Gram(new double[5], 2, 3, new double[4]));
        Assert.Throws<ArgumentException>("gram", () => SymmetricMatrix.Gram(new double[6], 2, 3, new double[3]));
        Assert.Throws<ArgumentException>("matrix", () => SymmetricMatrix.TryFactor(new double[3], 2));
        Assert.Throws<ArgumentException>("matrix", () => SymmetricMatrix.TryFactor([], 1 << 16));
        Assert.Throws<ArgumentException>("x", () => SymmetricMatrix.Solve(new double[4], 2, new double[1]));
    }
}
