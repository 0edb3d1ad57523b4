using Inversion.Numerics;
using Inversion.Randomness;
using Inversion.Risk;
using Xunit;

namespace Inversion.Tests.Numerics;

public sealed class MaskedGramTests
{
    [Fact]
    public void Gram_OfEveryNumberOfRows_IsTheProductOfTheMergedWeights()
    {
        RandomStream stream = new RandomKey(0x61UL).Open();
        for (int rows = 0; rows <= 40; rows++)
        {
            foreach (int columns in (int[])[1, 2, 3, 7, 8, 9, 16, 17, 24, 33])
            {
                double[] weights = Draw(stream, rows * columns), x = Draw(stream, columns), y = Draw(stream, columns);
                Equal(Explicit(weights, x, y), Gram(weights, x, y), 1e-13);
                Equal(Explicit(weights, x, x), Gram(weights, x, x), 1e-13);
            }
        }
    }

    [Fact]
    public void Gram_EachEntry_IsSummedOverRowsInOrder()
    {
        RandomStream stream = new RandomKey(0x62UL).Open();
        const int Rows = 57, Columns = 19;
        double[] weights = Draw(stream, Rows * Columns), x = Draw(stream, Columns), y = Draw(stream, Columns);
        double[] gram = Gram(weights, x, y);
        for (int i = 0; i < Columns; i++)
        {
            for (int j = 0; j <= i; j++)
            {
                double sum = 0;
                for (int row = 0; row < Rows; row++)
                {
                    ReadOnlySpan<double> w = weights.AsSpan(row * Columns, Columns);
                    if (Vectors.Dot(w, x) > 0 && Vectors.Dot(w, y) > 0)
                    {
                        sum = Math.FusedMultiplyAdd(w[i], w[j], sum);
                    }
                }

                Assert.Equal(sum, gram[(i * Columns) + j]);
                Assert.Equal(sum, gram[(j * Columns) + i]);
            }
        }
    }

    [Fact]
    public void Gram_RowExactlyOnItsHyperplane_IsInactive()
    {
        double[] weights = [1, 0, 0, 1, 1, 1, 0, 0];
        Assert.Equal([2, 1, 1, 1], Gram(weights, [1, 0], [1, 0]));
        Assert.Equal([1, 1, 1, 1], Gram(weights, [1, 0], [0, 1]));
        Assert.Equal([0, 0, 0, 0], Gram(weights, [1, -1], [0, 1]));
        Assert.Equal([0, 0, 0, 0], Gram(weights, [0, 0], [1, 1]));
    }

    [Fact]
    public void Gram_WithANaN_IsNeverFinite()
    {
        RandomStream stream = new RandomKey(0x63UL).Open();
        for (int at = 0; at < 12 * 5; at++)
        {
            double[] weights = Draw(stream, 12 * 5), x = Draw(stream, 5), y = Draw(stream, 5);
            weights[at] = double.NaN;
            Assert.Contains(double.NaN, Gram(weights, x, y));
        }

        Assert.Contains(double.NaN, Gram([double.NaN, double.NaN], [0, 0], [0, 0]));
    }

    [Fact]
    public void Operations_OnWrongLengths_Throw()
    {
        Assert.Throws<ArgumentException>("weights", () => new MaskedGram(2, 3, new double[5]));
        Assert.Throws<ArgumentOutOfRangeException>("columns", () => new MaskedGram(2, 0, []));
        Assert.Throws<ArgumentOutOfRangeException>("rows", () => new MaskedGram(-1, 1, []));
        Assert.Throws<ArgumentException>("weights", () => new MaskedGram(0, 1 << 20, []));
        MaskedGram gram = new(2, 3, new double[6]);
        Assert.Throws<ArgumentException>("x", () => gram.Gram(new double[2], new double[3], new double[9]));
        Assert.Throws<ArgumentException>("y", () => gram.Gram(new double[3], new double[4], new double[9]));
        Assert.Throws<ArgumentException>("gram", () => gram.Gram(new double[3], new double[3], new double[8]));
    }

    private static double[] Draw(RandomStream stream, int count)
    {
        double[] values = new double[count];
        stream.FillGaussian(values);
        return values;
    }

    private static double[] Gram(double[] weights, double[] x, double[] y)
    {
        double[] gram = [.. Enumerable.Repeat(double.NaN, x.Length * x.Length)];
        new MaskedGram(weights.Length / x.Length, x.Length, weights).Gram(x, y, gram);
        return gram;
    }

    private static double[] Explicit(double[] weights, double[] x, double[] y)
    {
        int k = x.Length;
        double[] left = MergedWeights.OfMatrix(weights, x), right = MergedWeights.OfMatrix(weights, y), gram = new double[k * k];
        for (int at = 0; at < weights.Length; at += k)
        {
            for (int i = 0; i < k; i++)
            {
                for (int j = 0; j < k; j++)
                {
                    gram[(i * k) + j] += left[at + i] * right[at + j];
                }
            }
        }

        return gram;
    }

    private static void Equal(double[] expected, double[] actual, double tolerance)
    {
        Assert.Equal(expected.Length, actual.Length);
        Assert.All(expected.Zip(actual), pair => Assert.Equal(pair.First, pair.Second, tolerance));
    }
}
