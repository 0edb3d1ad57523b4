using FsCheck.Xunit;
using Inversion.Randomness;
using Xunit;

namespace Inversion.Tests.Randomness;

/// <summary>Statistics run on fixed keys; each comment says how likely an honest stream would have failed before the key was fixed.</summary>
public sealed class RandomStreamTests
{
    private const int Count = 100_000;

    [Fact]
    public void NextUniform_InHundredCells_IsUniform()
    {
        RandomStream stream = new RandomKey(11).Open();
        int[] cells = new int[100];
        for (int i = 0; i < Count; i++)
        {
            double u = stream.NextUniform();
            Assert.True(u is >= 0 and < 1);
            Assert.Equal(u * (1L << 53), Math.Truncate(u * (1L << 53)));
            cells[(int)(u * 100)]++;
        }

        // Chi-square with 99 degrees of freedom exceeds 180 with probability 1.3e-6.
        Assert.InRange(cells.Sum(c => Math.Pow(c - (Count / 100.0), 2) / (Count / 100.0)), 40, 180);
    }

    // 3·2²⁹ divides no power of two: a remainder of 32 bits without rejection would fall into the first third of the cells half as often again.
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(7)]
    [InlineData(64)]
    [InlineData(3 << 29)]
    public void NextBelow_OfAnyBound_CoversTheRangeEvenly(int bound)
    {
        RandomStream stream = new RandomKey(12).Child(bound).Open();
        int cells = Math.Min(bound, 64);
        int[] counts = new int[cells];
        for (int i = 0; i < Count; i++)
        {
            int drawn = stream.NextBelow(bound);
            Assert.InRange(drawn, 0, bound - 1);
            counts[(int)((long)drawn * cells / bound)]++;
        }

        // Chi-square with at most 63 degrees of freedom exceeds 130 with probability 1.6e-6.
        double expected = Count / (double)cells;
        Assert.InRange(counts.Sum(c => Math.Pow(c - expected, 2) / expected), 0, 130);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    public void NextBelow_OfNothing_Throws(int bound)
    {
        RandomStream stream = new RandomKey(1).Open();
        Assert.Throws<ArgumentOutOfRangeException>(() => stream.NextBelow(bound));
        Assert.Throws<ArgumentOutOfRangeException>(() => stream.Permutation(-1));
    }

    [Fact]
    public void NextGaussian_HasTheMomentsOfAStandardNormal()
    {
        double[] x = new double[Count];
        new RandomKey(13).Open().FillGaussian(x);
        double Moment(int power) => x.Sum(v => Math.Pow(v, power)) / Count;

        // Standard deviations of the four sample moments: √(1, 2, 15, 96)/√Count. Five of them: 6e-7 each.
        double five = 5 / Math.Sqrt(Count);
        Assert.InRange(Moment(1), -five, five);
        Assert.InRange(Moment(2), 1 - (five * Math.Sqrt(2)), 1 + (five * Math.Sqrt(2)));
        Assert.InRange(Moment(3), -five * Math.Sqrt(15), five * Math.Sqrt(15));
        Assert.InRange(Moment(4), 3 - (five * Math.Sqrt(96)), 3 + (five * Math.Sqrt(96)));

        // P(|x| > 1.959964) = 0.05; consecutive draws (the two halves of Box and Muller) are uncorrelated.
        Assert.InRange(x.Count(v => Math.Abs(v) > 1.959964) / (double)Count, 0.05 - (five * 0.218), 0.05 + (five * 0.218));
        Assert.InRange(x.Skip(1).Zip(x, (a, b) => a * b).Sum() / Count, -five, five);
    }

    [Property]
    public void Permutation_OfAnyLength_NamesEveryIndexOnce(ulong key, byte length)
    {
        int[] order = new RandomKey(key).Open().Permutation(length);
        Assert.Equal(Enumerable.Range(0, length), order.Order());
    }

    [Fact]
    public void Permutation_OfThree_TakesAllOrdersEvenly()
    {
        RandomStream stream = new RandomKey(14).Open();
        Dictionary<string, int> counts = [];
        for (int i = 0; i < 60_000; i++)
        {
            string order = string.Join(' ', stream.Permutation(3));
            counts[order] = counts.GetValueOrDefault(order) + 1;
        }

        // Chi-square with 5 degrees of freedom exceeds 36 with probability 9.5e-7.
        Assert.Equal(6, counts.Count);
        Assert.InRange(counts.Values.Sum(c => Math.Pow(c - 10_000, 2) / 10_000), 0, 36);
    }

    [Fact]
    public void Streams_OfSiblings_AreUncorrelated()
    {
        double[] first = new double[Count];
        double[] second = new double[Count];
        new RandomKey(15).Child(0).Open().FillGaussian(first);
        new RandomKey(15).Child(1).Open().FillGaussian(second);

        // Standard deviation 1/√Count; five of them: 6e-7.
        Assert.InRange(first.Zip(second, (a, b) => a * b).Sum() / Count, -5 / Math.Sqrt(Count), 5 / Math.Sqrt(Count));
    }
}
