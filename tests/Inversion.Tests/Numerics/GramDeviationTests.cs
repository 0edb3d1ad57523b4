using Inversion.Numerics;
using Inversion.Randomness;
using Xunit;

namespace Inversion.Tests.Numerics;

public sealed class GramDeviationTests
{
    private const int Pairs = 21;

    [Fact]
    public void Norms_OfDrawnPairs_AreThoseOfTheExplicitDifference()
    {
        RandomStream stream = new RandomKey(0x71UL).Open();
        foreach ((int rows, int columns) in ((int, int)[])[(0, 3), (1, 1), (5, 1), (4, 2), (50, 3), (40, 8), (20, 33), (90, 20), (100, 70)])
        {
            double[] weights = Draw(stream, rows * columns, 1 / Math.Sqrt(Math.Max(1, rows)));
            (double[] xs, double[] ys) = Points(stream, columns);
            double[] norms = new double[Pairs];
            new GramDeviation(new(rows, columns, weights), 1).Norms(xs, ys, norms);
            for (int p = 0; p < Pairs; p++)
            {
                (double low, double high) = SymmetricCases.Reference(Explicit(weights, At(xs, p, columns), At(ys, p, columns)));
                Assert.Equal(Math.Max(-low, high), norms[p], 1e-13);
            }
        }
    }

    [Theory]
    [InlineData(60, 24)]
    [InlineData(150, 100)]
    public void Extremes_OfABatch_HaveTheBitsOfPairByPair(int rows, int columns)
    {
        RandomStream stream = new RandomKey(0x72UL).Open();
        GramDeviation deviation = new(new(rows, columns, Draw(stream, rows * columns, 0.1)), 6);
        (double[] xs, double[] ys) = Points(stream, columns);
        double[] sides = [.. Enumerable.Range(0, Pairs).Select(p => (p % 3) - 1.0)];
        double[] low = new double[Pairs], high = new double[Pairs], vectors = new double[Pairs * columns], norms = new double[Pairs];
        deviation.Extremes(xs, ys, xs, sides, low, high, vectors);
        deviation.Norms(xs, ys, norms);
        double[] oneLow = new double[1], oneHigh = new double[1], one = new double[1], vector = new double[columns];
        for (int p = Pairs - 1; p >= 0; p--)
        {
            deviation.Extremes(At(xs, p, columns), At(ys, p, columns), At(xs, p, columns), sides.AsSpan(p, 1), oneLow, oneHigh, vector);
            Assert.Equal((low[p], high[p]), (oneLow[0], oneHigh[0]));
            Assert.Equal(At(vectors, p, columns), vector);
            deviation.Norms(At(xs, p, columns), At(ys, p, columns), one);
            Assert.Equal(norms[p], one[0]);
        }
    }

    // Direct and by Lanczos' method: the vector attains its value, and the value never passes the true one.
    [Theory]
    [InlineData(60, 24, 1, 1e-13)]
    [InlineData(150, 100, 12, double.PositiveInfinity)]
    [InlineData(150, 100, 100, 1e-12)]
    public void Extremes_AreAttainedAndNeverOvershoot(int rows, int columns, int steps, double gap)
    {
        RandomStream stream = new RandomKey(0x73UL).Open();
        double[] weights = Draw(stream, rows * columns, 0.1);
        GramDeviation deviation = new(new(rows, columns, weights), steps);
        (double[] xs, double[] ys) = Points(stream, columns);
        double[] starts = Draw(stream, Pairs * columns, 1);
        double[] low = new double[Pairs], high = new double[Pairs], vectors = new double[Pairs * columns];
        foreach (double side in (double[])[1, -1, 0])
        {
            deviation.Extremes(xs, ys, starts, [.. Enumerable.Repeat(side, Pairs)], low, high, vectors);
            for (int p = 0; p < Pairs; p++)
            {
                double[,] matrix = Explicit(weights, At(xs, p, columns), At(ys, p, columns));
                (double trueLow, double trueHigh) = SymmetricCases.Reference(matrix);
                Assert.InRange(low[p], trueLow - 1e-13, trueLow + gap);
                Assert.InRange(high[p], trueHigh - gap, trueHigh + 1e-13);
                double[] u = At(vectors, p, columns);
                Assert.Equal(1, Vectors.Norm<double>(u), 1e-13);
                double expected = side > 0 || (side == 0 && !(-low[p] > high[p])) ? high[p] : low[p];
                double quotient = Enumerable.Range(0, columns * columns).Sum(at => u[at / columns] * matrix[at / columns, at % columns] * u[at % columns]);
                Assert.Equal(expected, quotient, 1e-12);
            }
        }
    }

    [Fact]
    public void Norms_DoNotDependOnTheLengthsOfThePoints()
    {
        RandomStream stream = new RandomKey(0x74UL).Open();
        GramDeviation deviation = new(new(30, 6, Draw(stream, 180, 0.2)), 1);
        (double[] xs, double[] ys) = Points(stream, 6);
        double[] norms = new double[Pairs], scaled = new double[Pairs];
        deviation.Norms(xs, ys, norms);
        foreach (int exponent in (int[])[-1000, -500, 500, 1000])
        {
            deviation.Norms([.. xs.Select(x => Math.ScaleB(x, exponent))], [.. ys.Select(y => Math.ScaleB(y, -exponent))], scaled);
            Assert.Equal(norms, scaled);
        }
    }

    [Theory]
    [InlineData(5)]
    [InlineData(100)]
    public void Norms_WithANaNOrWithoutAnAngle_AreNaN(int columns)
    {
        RandomStream stream = new RandomKey(0x75UL).Open();
        double[] weights = Draw(stream, 12 * columns, 1);
        (double[] xs, double[] ys) = Points(stream, columns);
        double[] norms = new double[Pairs];
        xs.AsSpan(columns, columns).Clear();
        ys.AsSpan(2 * columns, columns).Clear();
        xs[3 * columns] = double.NaN;
        ys[(4 * columns) + columns - 1] = double.NaN;
        new GramDeviation(new(12, columns, weights), 4).Norms(xs, ys, norms);
        Assert.All(norms.Take(5).Skip(1), norm => Assert.Equal(double.NaN, norm));
        Assert.All(norms.Skip(5).Prepend(norms[0]), norm => Assert.True(double.IsFinite(norm)));
        (xs, ys) = Points(stream, columns);
        weights[^1] = double.NaN;
        new GramDeviation(new(12, columns, weights), 4).Norms(xs, ys, norms);
        Assert.All(norms, norm => Assert.Equal(double.NaN, norm));
    }

    [Fact]
    public void Norms_WithoutRows_AreThoseOfTheMean()
    {
        double[] norms = new double[3];
        double angle = 1.1;
        new GramDeviation(new(0, 2, []), 1).Norms([1, 0, 1, 0, 1, 0], [2, 0, -3, 0, Math.Cos(angle), Math.Sin(angle)], norms);
        Assert.Equal(0.5, norms[0]);
        Assert.Equal(0, norms[1], 1e-16);
        Assert.Equal(((Math.PI - angle) + Math.Sin(angle)) / (2 * Math.PI), norms[2], 1e-15);
    }

    [Fact]
    public void Operations_OnWrongLengths_Throw()
    {
        MaskedGram gram = new(2, 3, new double[6]);
        Assert.Throws<ArgumentOutOfRangeException>("krylovSteps", () => new GramDeviation(gram, 0));
        GramDeviation deviation = new(gram, 1);
        Assert.Throws<ArgumentException>("xs", () => deviation.Norms(new double[5], new double[6], new double[2]));
        Assert.Throws<ArgumentException>("ys", () => deviation.Norms(new double[6], new double[7], new double[2]));
        Assert.Throws<ArgumentException>("starts", () => deviation.Extremes(new double[3], new double[3], [], new double[1], new double[1], new double[1], new double[3]));
        Assert.Throws<ArgumentException>("lowest", () => deviation.Extremes(new double[3], new double[3], new double[3], new double[1], new double[2], new double[1], new double[3]));
        Assert.Throws<ArgumentException>("highest", () => deviation.Extremes(new double[3], new double[3], new double[3], new double[1], new double[1], [], new double[3]));
        Assert.Throws<ArgumentException>("vectors", () => deviation.Extremes(new double[3], new double[3], new double[3], new double[1], new double[1], new double[1], new double[2]));
    }

    // Every fourth pair is x = y, every fourth y = −x.
    private static (double[] Xs, double[] Ys) Points(RandomStream stream, int columns)
    {
        double[] xs = Draw(stream, Pairs * columns, 1), ys = Draw(stream, Pairs * columns, 1);
        for (int at = 0; at < xs.Length; at++)
        {
            ys[at] = (at / columns % 4) switch { 0 => xs[at], 1 => -xs[at], _ => ys[at] };
        }

        return (xs, ys);
    }

    private static double[] Draw(RandomStream stream, int count, double scale)
    {
        double[] values = new double[count];
        stream.FillGaussian(values);
        return [.. values.Select(value => value * scale)];
    }

    private static double[] At(double[] points, int pair, int columns) => points[(pair * columns)..((pair + 1) * columns)];

    // With Q from its definition: M in the basis x̂, ŷ − ⟨x̂, ŷ⟩x̂.
    private static double[,] Explicit(double[] weights, double[] x, double[] y)
    {
        int k = x.Length;
        double[] gram = new double[k * k];
        new MaskedGram(weights.Length / k, k, weights).Gram(x, y, gram);
        double lengthX = Vectors.Norm<double>(x), lengthY = Vectors.Norm<double>(y);
        double[] e = [.. x.Select(v => v / lengthX)];
        double cosine = Math.Clamp(Vectors.Dot<double>(e, y) / lengthY, -1, 1);
        double[] f = [.. y.Select((v, i) => (v / lengthY) - (cosine * e[i]))];
        double sine = Vectors.Norm<double>(f);
        double theta = Math.Atan2(sine, cosine);
        f = [.. f.Select(v => sine > 1e-12 ? v / sine : 0)];
        double[,] matrix = new double[k, k];
        for (int i = 0; i < k; i++)
        {
            for (int j = 0; j < k; j++)
            {
                double swap = (cosine * ((e[i] * e[j]) - (f[i] * f[j]))) + (sine * ((e[i] * f[j]) + (f[i] * e[j])));
                double mean = (((i == j ? Math.PI - theta : 0) + (sine * swap)) / (2 * Math.PI));
                matrix[i, j] = gram[(i * k) + j] - mean;
            }
        }

        return matrix;
    }
}
