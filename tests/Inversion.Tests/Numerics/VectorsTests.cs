using System.Numerics;
using FsCheck.Xunit;
using Inversion.Numerics;
using Inversion.Numerics.Lanes;
using Inversion.Randomness;
using Xunit;

namespace Inversion.Tests.Numerics;

public sealed class VectorsTests
{
    [Theory]
    [InlineData(1.0)]
    [InlineData(1e200)]
    [InlineData(1e-200)]
    [InlineData(1e-310)]
    [InlineData(double.Epsilon)]
    [InlineData(3e307)]
    public void Norm_OfAnyMagnitude_NeitherOverflowsNorUnderflows(double unit)
    {
        Assert.Equal(5 * unit, Vectors.Norm<double>([3 * unit, 0, -4 * unit]), 4e-16 * 5 * unit);
    }

    [Theory]
    [InlineData(1e-44f)]
    [InlineData(1e-30f)]
    [InlineData(5e37f)]
    public void Norm_InFloat_NeitherOverflowsNorUnderflows(float unit)
    {
        Assert.Equal(5 * unit, Vectors.Norm<float>([3 * unit, 0, -4 * unit]), 3e-7f * 5 * unit);
    }

    [Fact]
    public void Norm_OfNothingOrZeros_IsZero()
    {
        Assert.Equal(0, Vectors.Norm<double>([]));
        Assert.Equal(0, Vectors.Norm<double>([0, -0.0]));
    }

    [Fact]
    public void Norm_OfInfinityIsInfinite_OfNaNIsNaN_WhicheverComesFirst()
    {
        Assert.Equal(double.PositiveInfinity, Vectors.Norm<double>([1, double.NegativeInfinity]));
        Assert.True(double.IsNaN(Vectors.Norm<double>([double.PositiveInfinity, double.NaN])));
        Assert.True(double.IsNaN(Vectors.Norm<double>([double.NaN, double.PositiveInfinity])));
    }

    [Property]
    public void Dot_OfFewerThan32Terms_AddsThemOneAfterTheOther(ulong seed)
    {
        RandomStream stream = new RandomKey(seed).Open();
        double[] x = new double[stream.NextBelow(32)];
        double[] y = new double[x.Length];
        stream.FillGaussian(x);
        stream.FillGaussian(y);
        double sum = 0;
        for (int i = 0; i < x.Length; i++)
        {
            sum = Math.FusedMultiplyAdd(x[i], y[i], sum);
        }

        Assert.Equal(sum, Vectors.Dot<double>(x, y));
        Assert.Equal(Vectors.Dot<double>(x, x), Vectors.SquaredNorm<double>(x));
    }

    // The order of summation that the documentation states, written out; every width of vector has it.
    [Fact]
    public void Dot_OfManyTerms_HasTheBitsOf32SumsAddedInHalves_AtEveryWidth()
    {
        RandomStream stream = new RandomKey(5).Open();
        for (int length = 32; length <= 200; length++)
        {
            LanedBits<double>(length, stream);
            LanedBits<float>(length, stream);
        }
    }

    private static void LanedBits<T>(int length, RandomStream stream)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        double[] drawn = new double[2 * length];
        stream.FillGaussian(drawn);
        T[] x = Array.ConvertAll(drawn[..length], T.CreateTruncating);
        T[] y = Array.ConvertAll(drawn[length..], T.CreateTruncating);
        T[] sums = new T[32];
        for (int i = 0; i < length; i++)
        {
            sums[i % 32] = T.FusedMultiplyAdd(x[i], y[i], sums[i % 32]);
        }

        for (int half = 16; half > 0; half /= 2)
        {
            for (int j = 0; j < half; j++)
            {
                sums[j] += sums[j + half];
            }
        }

        Assert.Equal(sums[0], Vectors.Dot<T>(x, y));
        Assert.All(Enum.GetValues<LaneWidth>(), width => Assert.Equal(sums[0], LanedDot.Of<T>(x, y, width)));
    }

    [Fact]
    public void Operations_OnVectorsOfTwoLengths_Throw()
    {
        double[] two = [1, 2];
        Assert.Throws<ArgumentException>(() => Vectors.Dot<double>(two, [1]));
        Assert.Throws<ArgumentException>(() => Vectors.Distance<double>(two, [1]));
        Assert.Throws<ArgumentException>(() => Vectors.AddScaled(1.0, [1], two));
    }

    [Fact]
    public void AddScaledAndScale_WorkInPlace()
    {
        double[] y = [1, 2];
        Vectors.AddScaled(2.0, [3, 4], y);
        Vectors.Scale(-1.0, y);
        Assert.Equal([-7, -10], y);
        Assert.Equal(5, Vectors.Distance<double>([3, 0], [0, 4]));
    }
}
