using FsCheck.Xunit;
using Inversion.Measurements;
using Inversion.Randomness;
using Xunit;

namespace Inversion.Tests.Measurements;

public sealed class MeasurementTests
{
    [Property]
    public void ApplyAdjoint_OfAnyMeasurement_SatisfiesTheInnerProductIdentity(ulong seed)
    {
        RandomKey key = new(seed);
        RandomStream stream = key.Open();
        int n = 1 + stream.NextBelow(40);
        Subsampling mask = new(n, stream.Permutation(n).Take(stream.NextBelow(n + 1)));
        Measurement[] all = [mask, Subsampling.All(n), new GaussianSensing(Subsampling.All(n), 1 + stream.NextBelow(50), key), .. mask.Count == 0 ? [] : new[] { new GaussianSensing(mask, 7, key) }];
        foreach (Measurement measurement in all)
        {
            double[] x = new double[n];
            double[] y = new double[measurement.Count];
            stream.FillGaussian(x);
            stream.FillGaussian(y);
            double[] ax = [.. Enumerable.Repeat(double.NaN, measurement.Count)];
            double[] aty = [.. Enumerable.Repeat(double.NaN, n)];
            measurement.Apply<double>(x, ax);
            measurement.ApplyAdjoint<double>(y, aty);
            double scale = Math.Sqrt(x.Sum(v => v * v) * y.Sum(v => v * v) * n);
            Assert.Equal(ax.Zip(y, (a, b) => a * b).Sum(), aty.Zip(x, (a, b) => a * b).Sum(), 1e-13 * (1 + scale));

            float[] single = new float[measurement.Count];
            measurement.Apply<float>(Array.ConvertAll(x, v => (float)v), single);
            Assert.All(ax.Zip(single), pair => Assert.Equal(pair.First, pair.Second, 1e-4 * (1 + scale)));
        }
    }

    [Fact]
    public void Subsampling_OfIndices_ReadsAndWritesThemInOrder()
    {
        Subsampling mask = new(4, [3, 0]);
        double[] observed = new double[2];
        double[] signal = [9, 9, 9, 9];
        mask.Apply<double>([1, 2, 3, 4], observed);
        mask.ApplyAdjoint<double>([5, 6], signal);
        Assert.Equal([4, 1], observed);
        Assert.Equal([6, 0, 0, 5], signal);
        Assert.Throws<ArgumentException>("signal", () => mask.Apply<double>([1], observed));
        Assert.Throws<ArgumentException>("observed", () => mask.ApplyAdjoint<double>([1], signal));
    }

    [Fact]
    public void Subsampling_OfBadIndices_SaysWhich()
    {
        Assert.Contains("index 4", Assert.Throws<MeasurementException>(() => new Subsampling(4, [4])).Message, StringComparison.Ordinal);
        Assert.Contains("index -1", Assert.Throws<MeasurementException>(() => new Subsampling(4, [-1])).Message, StringComparison.Ordinal);
        Assert.Contains("twice", Assert.Throws<MeasurementException>(() => new Subsampling(4, [1, 2, 1])).Message, StringComparison.Ordinal);
        Assert.Throws<MeasurementException>(() => new Subsampling(-1, []));
        Assert.Equal(0, new Subsampling(4, []).Count);
    }

    [Fact]
    public void GaussianSensing_HasIndependentEntriesOfVarianceOneOverM()
    {
        GaussianSensing sensing = new(Subsampling.All(500), 200, new RandomKey(53));
        double[] entries = [.. Enumerable.Range(0, 200).SelectMany(row => sensing.Row(row).ToArray())];

        // 100,000 entries; five standard errors of the mean, of the second and of the fourth moment: 6e-7 each.
        double five = 5 / Math.Sqrt(entries.Length);
        Assert.InRange(entries.Sum() / entries.Length * Math.Sqrt(200), -five, five);
        Assert.InRange(entries.Sum(e => e * e) / entries.Length * 200, 1 - (five * Math.Sqrt(2)), 1 + (five * Math.Sqrt(2)));
        Assert.InRange(entries.Sum(e => e * e * e * e) / entries.Length * 40_000, 3 - (five * Math.Sqrt(96)), 3 + (five * Math.Sqrt(96)));
        Assert.Equal(sensing.Row(3)[7], sensing[3, 7]);
        Assert.Equal(entries, Enumerable.Range(0, 200).SelectMany(row => new GaussianSensing(Subsampling.All(500), 200, new RandomKey(53)).Row(row).ToArray()));
        Assert.Throws<ArgumentOutOfRangeException>("row", () => sensing[200, 0]);
        Assert.Throws<ArgumentOutOfRangeException>("signalIndex", () => sensing[0, 500]);
    }

    [Fact]
    public void GaussianSensing_OfAMask_SeesOnlyWhatItObserves()
    {
        GaussianSensing sensing = new(new Subsampling(4, [2, 0], "left"), 3, new RandomKey(54));
        double[] observed = new double[3];
        sensing.Apply<double>([0, 7, 0, double.NaN], observed);
        Assert.Equal([0, 0, 0], observed);
        Assert.Equal(0, sensing[1, 3]);
        Assert.Equal(sensing.Row(1)[0], sensing[1, 2]);
        Assert.Equal(("gaussian:3 of left", 0.75), (sensing.Name, sensing.Rate));
    }

    [Theory]
    [InlineData(4, 0)]
    [InlineData(4, -3)]
    [InlineData(0, 3)]
    [InlineData(4, int.MaxValue)]
    public void GaussianSensing_OfNothingOrTooMuch_Throws(int observed, int count)
    {
        Subsampling mask = new(4, Enumerable.Range(0, observed));
        Assert.Throws<MeasurementException>(() => new GaussianSensing(mask, count, default));
    }

    [Fact]
    public void Noise_OfALevel_HasThatNorm()
    {
        double[] noise = new double[100_000];
        Noise.Add(noise, 3, new RandomKey(55));

        // ‖e‖² · m/9 is chi-square with m degrees of freedom; five standard deviations of its root: 6e-7.
        Assert.Equal(3, Math.Sqrt(noise.Sum(e => e * e)), 3 * 5 / Math.Sqrt(2 * 100_000));
        double[] again = new double[100_000];
        Noise.Add(again, 3, new RandomKey(55));
        Assert.Equal(noise, again);
    }

    [Fact]
    public void Noise_OfZero_ChangesNothing_AndABadLevelThrows()
    {
        double[] y = [1, 2];
        Noise.Add(y, 0, default);
        Noise.Add([], 5, default);
        Assert.Equal([1, 2], y);
        Assert.Throws<ArgumentOutOfRangeException>("level", () => Noise.Add(y, double.NaN, default));
        Assert.Throws<ArgumentOutOfRangeException>("level", () => Noise.Add(y, -1, default));
        Assert.Throws<ArgumentOutOfRangeException>("level", () => Noise.Add(y, double.PositiveInfinity, default));
    }
}
