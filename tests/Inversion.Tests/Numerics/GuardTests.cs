using Inversion.Numerics;
using Xunit;

namespace Inversion.Tests.Numerics;

public sealed class GuardTests
{
    [Theory]
    [InlineData(double.NaN)]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(double.PositiveInfinity)]
    public void Positive_OfWhatIsNotPositiveAndFinite_ThrowsAndNamesTheArgument(double step)
    {
        Assert.Throws<ArgumentOutOfRangeException>("step", () => Guard.Positive(step));
    }

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(-0.1)]
    [InlineData(1.1)]
    public void Within_OfWhatLiesOutside_ThrowsAndNamesTheArgument(double share)
    {
        Assert.Throws<ArgumentOutOfRangeException>("share", () => Guard.Within(share, 0, 1));
    }

    [Fact]
    public void Checks_OfGoodValues_ReturnThem()
    {
        Assert.Equal(3, Guard.AtLeast(3, 3));
        Assert.Equal(0.5, Guard.Positive(0.5));
        Assert.Equal(1, Guard.Within(1, 0, 1));
        Guard.Length(2, 2, "x");
    }

    [Fact]
    public void Length_ComparedWithAProductBeyondInt_Throws()
    {
        Assert.Throws<ArgumentException>("codes", () => Guard.Length(0, (1L << 31) * 2, "codes"));
        Assert.Throws<ArgumentOutOfRangeException>(() => Guard.AtLeast(0, 1));
    }

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(double.NegativeInfinity)]
    public void AllFinite_WithOneEntryThatIsNot_IsFalse(double bad)
    {
        Assert.False(Guard.AllFinite<double>([1, bad]));
        Assert.True(Guard.AllFinite<double>([1, -2]));
    }

    [Fact]
    public void CapacityProduct_BeyondALong_Saturates()
    {
        Assert.Equal(long.MaxValue, Capacity.Product(int.MaxValue, int.MaxValue, int.MaxValue));
        Assert.Equal(24, Capacity.Product(2, 3, 4));
        Assert.Equal(0, Capacity.Product(long.MaxValue, long.MaxValue, 0));
    }
}
