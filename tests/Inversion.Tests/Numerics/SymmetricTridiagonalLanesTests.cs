using Inversion.Numerics;
using Inversion.Randomness;
using Xunit;

namespace Inversion.Tests.Numerics;

public sealed class SymmetricTridiagonalLanesTests
{
    private const int Lanes = SymmetricTridiagonalLanes.Lanes;

    // The second difference matrix: 2 − 2 cos(jπ/(n + 1)), j = 1 … n.
    [Fact]
    public void Extremes_OfSecondDifferences_AreTheKnownCosines()
    {
        const int Most = 200;
        SymmetricTridiagonalLanes lanes = new(Most);
        lanes.Diagonal.Fill(2);
        lanes.OffDiagonal.Fill(-1);
        double[] low = new double[Lanes], high = new double[Lanes];
        for (int size = 1; size <= Most; size++)
        {
            lanes.Extremes(size, low, high);
            Assert.Equal(2 - (2 * Math.Cos(Math.PI / (size + 1))), low[3], 4e-15);
            Assert.Equal(2 + (2 * Math.Cos(Math.PI / (size + 1))), high[3], 4e-15);
        }
    }

    // Laguerre's steps shrink by a constant factor only where eigenvalues coincide: here the bisection takes over.
    [Fact]
    public void Extremes_OfEqualBlocks_AreThoseOfOneBlock()
    {
        RandomStream stream = new RandomKey(0x55UL).Open();
        double[] low = new double[Lanes], high = new double[Lanes], blockLow = new double[Lanes], blockHigh = new double[Lanes];
        for (int block = 2; block <= 6; block++)
        {
            SymmetricTridiagonalLanes lanes = new(block * 10);
            stream.FillGaussian(lanes.Diagonal[..(block * Lanes)]);
            stream.FillGaussian(lanes.OffDiagonal[..((block - 1) * Lanes)]);
            lanes.Extremes(block, blockLow, blockHigh);
            for (int copy = 1; copy < 10; copy++)
            {
                lanes.Diagonal[..(block * Lanes)].CopyTo(lanes.Diagonal[(copy * block * Lanes)..]);
                lanes.OffDiagonal[..((block - 1) * Lanes)].CopyTo(lanes.OffDiagonal[(copy * block * Lanes)..]);
            }

            lanes.Extremes(block * 10, low, high);
            Assert.All(low.Zip(blockLow), pair => Assert.Equal(pair.First, pair.Second, 4e-15));
            Assert.All(high.Zip(blockHigh), pair => Assert.Equal(pair.First, pair.Second, 4e-15));
        }
    }

    [Fact]
    public void Extremes_OfADiagonalMatrix_AreItsEntries()
    {
        SymmetricTridiagonalLanes lanes = new(4);
        double[] low = new double[Lanes], high = new double[Lanes];
        ((double[])[3, -7, 0.1, 2]).CopyTo(lanes.Diagonal);
        for (int i = 0; i < 4; i++)
        {
            lanes.Diagonal[i * Lanes] = i - 1.7;
        }

        lanes.Extremes(4, low, high);
        Assert.Equal((-1.7, 3 - 1.7), (low[0], high[0]));
        Assert.Equal((-7.0, 0.0), (low[1], high[1]));
        Assert.Equal((0.0, 2.0), (low[3], high[3]));
    }

    [Fact]
    public void Operations_OnWrongLengths_Throw()
    {
        Assert.Throws<ArgumentOutOfRangeException>("capacity", () => new SymmetricTridiagonalLanes(0));
        SymmetricTridiagonalLanes lanes = new(3);
        Assert.Throws<ArgumentOutOfRangeException>("size", () => lanes.Extremes(4, new double[8], new double[8]));
        Assert.Throws<ArgumentOutOfRangeException>("size", () => lanes.Extremes(0, new double[8], new double[8]));
        Assert.Throws<ArgumentException>("lowest", () => lanes.Extremes(3, new double[7], new double[8]));
        Assert.Throws<ArgumentException>("highest", () => lanes.Extremes(3, new double[8], new double[7]));
        Assert.Throws<ArgumentException>("eigenvalues", () => lanes.Vectors(3, new double[3], new double[8], new double[24]));
        Assert.Throws<ArgumentException>("highest", () => lanes.Vectors(3, new double[8], new double[3], new double[24]));
        Assert.Throws<ArgumentException>("vectors", () => lanes.Vectors(3, new double[8], new double[8], new double[23]));
    }
}
