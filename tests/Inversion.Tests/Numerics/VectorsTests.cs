using FsCheck.Xunit;
using Inversion.Numerics;
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
    public void Dot_OfDrawnVectors_HasTheBitsOfFusedMultiplyAdds(ulong seed)
    {
        RandomStream stream = new RandomKey(seed).Open();
        double[] x = new double[stream.NextBelow(40)];
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
