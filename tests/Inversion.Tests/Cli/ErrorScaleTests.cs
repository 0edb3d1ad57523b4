using Inversion.Cli.Output;
using Inversion.Pictures;
using Xunit;

namespace Inversion.Tests.Cli;

/// <summary>The factor at which errors of a recovery are shown.</summary>
public sealed class ErrorScaleTests
{
    [Theory]
    [InlineData(0, 1, "|error|\n0 everywhere")]
    [InlineData(2, 1, "|error|\nblack: 0")]
    [InlineData(0.7, 1, "|error|\nblack: 0")]
    [InlineData(0.3, 2, "|error| × 2\nblack: 0")]
    [InlineData(0.15, 5, "|error| × 5\nblack: 0")]
    [InlineData(0.004, 200, "|error| × 200\nblack: 0")]
    [InlineData(1.7e-12, 5e11, "|error| × 5·10¹¹\nblack: 0")]
    [InlineData(9e-6, 1e5, "|error| × 10⁵\nblack: 0")]
    public void TheLargestError_IsNoMoreThanWhite(double error, double factor, string label)
    {
        ErrorScale scale = ErrorScale.Of([new Picture(1, 1, 2, [0, double.NaN]), new Picture(1, 1, 2, [error / 3, error])]);
        Assert.Equal(factor, scale.Factor, 1e-9 * factor);
        Assert.Equal(label, scale.Label);
        Assert.Equal(error * factor, scale.Apply(new Picture(1, 1, 1, [error])).Values[0], 1e-12);
    }
}
