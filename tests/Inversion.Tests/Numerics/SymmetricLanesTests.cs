using Inversion.Numerics;
using Inversion.Randomness;
using Xunit;

namespace Inversion.Tests.Numerics;

public sealed class SymmetricLanesTests
{
    private const int Lanes = SymmetricLanes.Lanes;

    [Fact]
    public void Extremes_OfEveryKindAndSize_AreThoseOfAnotherLibrary()
    {
        RandomStream stream = new RandomKey(0x51UL).Open();
        double[] low = new double[Lanes], high = new double[Lanes];
        for (int size = 1; size <= 70; size++)
        {
            SymmetricLanes lanes = new(size);
            double[][,] matrices = [.. Enumerable.Range(0, Lanes).Select(kind => SymmetricCases.Draw(stream, kind, size))];
            for (int lane = 0; lane < Lanes; lane++)
            {
                SymmetricCases.Fill(lanes, lane, matrices[lane]);
            }

            lanes.Extremes(low, high);
            for (int lane = 0; lane < Lanes; lane++)
            {
                (double expectedLow, double expectedHigh) = SymmetricCases.Reference(matrices[lane]);
                double allowed = 2e-14 * Math.Max(Math.Abs(expectedLow), Math.Abs(expectedHigh));
                Assert.True(Math.Abs(low[lane] - expectedLow) <= allowed, $"size {size}, kind {lane}: lowest {low[lane]:R}, not {expectedLow:R}");
                Assert.True(Math.Abs(high[lane] - expectedHigh) <= allowed, $"size {size}, kind {lane}: highest {high[lane]:R}, not {expectedHigh:R}");
            }
        }
    }

    [Fact]
    public void Vectors_OfEveryKindAndSize_AreUnitAndAttainTheEigenvalue()
    {
        RandomStream stream = new RandomKey(0x52UL).Open();
        double[] low = new double[Lanes], high = new double[Lanes];
        for (int size = 1; size <= 70; size++)
        {
            SymmetricLanes lanes = new(size);
            double[][,] matrices = [.. Enumerable.Range(0, Lanes).Select(kind => SymmetricCases.Draw(stream, kind, size))];
            for (int lane = 0; lane < Lanes; lane++)
            {
                SymmetricCases.Fill(lanes, lane, matrices[lane]);
            }

            lanes.Extremes(low, high);
            foreach (double side in (double[])[1, -1])
            {
                double[] vectors = new double[size * Lanes];
                lanes.Vectors([.. Enumerable.Repeat(side, Lanes)], vectors);
                for (int lane = 0; lane < Lanes; lane++)
                {
                    double squared = Enumerable.Range(0, size).Sum(i => Math.Pow(vectors[(i * Lanes) + lane], 2));
                    Assert.Equal(1, squared, 1e-13);
                    double expected = side > 0 ? high[lane] : low[lane];
                    double quotient = SymmetricCases.Quotient(matrices[lane], vectors, lane);
                    Assert.True(
                        Math.Abs(quotient - expected) <= 4e-14 * Math.Max(Math.Abs(low[lane]), Math.Abs(high[lane])),
                        $"size {size}, kind {lane}, side {side}: {quotient:R}, not {expected:R}");
                }
            }
        }
    }

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    [InlineData(double.NegativeInfinity)]
    public void Extremes_OfAMatrixWithABadEntry_AreNaNInItsLaneAlone(double bad)
    {
        RandomStream stream = new RandomKey(0x53UL).Open();
        for (int size = 1; size <= 9; size++)
        {
            for (int at = 0; at < size * (size + 1) / 2; at++)
            {
                double[,] good = SymmetricCases.Draw(stream, 0, size);
                SymmetricLanes lanes = new(size);
                double[] low = new double[Lanes], high = new double[Lanes], vectors = new double[size * Lanes];
                SymmetricCases.Fill(lanes, 2, good);
                lanes.Extremes(low, high);
                (double expectedLow, double expectedHigh) = (low[2], high[2]);
                lanes.Triangles.Clear();
                SymmetricCases.Fill(lanes, 2, good);
                SymmetricCases.Fill(lanes, 5, good);
                lanes.Triangles[(at * Lanes) + 5] = bad;
                lanes.Extremes(low, high);
                Assert.Equal((expectedLow, expectedHigh), (low[2], high[2]));
                Assert.Equal((double.NaN, double.NaN), (low[5], high[5]));
                lanes.Vectors([1, 1, 1, 1, 1, 1, 1, 1], vectors);
                Assert.All(Enumerable.Range(0, size), i => Assert.True(double.IsFinite(vectors[(i * Lanes) + 2])));
            }
        }
    }

    [Fact]
    public void Extremes_DoNotDependOnTheOtherLanes()
    {
        RandomStream stream = new RandomKey(0x54UL).Open();
        double[] low = new double[Lanes], high = new double[Lanes], alone = new double[Lanes], aloneHigh = new double[Lanes];
        foreach (int size in (int[])[1, 2, 3, 7, 20])
        {
            double[][,] matrices = [.. Enumerable.Range(0, Lanes).Select(kind => SymmetricCases.Draw(stream, kind, size))];
            SymmetricLanes lanes = new(size);
            for (int lane = 0; lane < Lanes; lane++)
            {
                SymmetricCases.Fill(lanes, lane, matrices[lane]);
            }

            lanes.Extremes(low, high);
            for (int lane = 0; lane < Lanes; lane++)
            {
                lanes.Triangles.Clear();
                SymmetricCases.Fill(lanes, 7 - lane, matrices[lane]);
                lanes.Extremes(alone, aloneHigh);
                Assert.Equal((low[lane], high[lane]), (alone[7 - lane], aloneHigh[7 - lane]));
            }
        }
    }

    [Fact]
    public void Operations_OnWrongLengths_Throw()
    {
        Assert.Throws<ArgumentOutOfRangeException>("size", () => new SymmetricLanes(0));
        SymmetricLanes lanes = new(3);
        Assert.Throws<ArgumentException>("lowest", () => lanes.Extremes(new double[7], new double[8]));
        Assert.Throws<ArgumentException>("highest", () => lanes.Extremes(new double[8], new double[9]));
        Assert.Throws<ArgumentException>("highest", () => lanes.Vectors(new double[3], new double[24]));
        Assert.Throws<ArgumentException>("vectors", () => lanes.Vectors(new double[8], new double[3]));
    }
}
