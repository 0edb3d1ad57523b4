using Inversion.Sweeps;
using Xunit;

namespace Inversion.Tests.Sweeps;

public sealed class StopRuleTests
{
    private static readonly StopRule Narrow = new(0.2, null, 0.95);
    private static readonly StopRule Side = new(null, 0.5, 0.95);

    [Fact]
    public void WithoutALimit_NothingIsSettled() => Assert.False(StopRule.None.IsSettled(1000, 0, 1000));

    [Fact]
    public void AWidth_SettlesWhenTheLimitsAreNear()
    {
        Assert.False(Narrow.IsSettled(10, 0, 20));
        Assert.True(Narrow.IsSettled(500, 0, 1000));
    }

    [Fact]
    public void AThreshold_SettlesOnEitherSideAndNeverOnIt()
    {
        Assert.True(Side.IsSettled(90, 0, 100));
        Assert.True(Side.IsSettled(10, 0, 100));
        Assert.False(Side.IsSettled(5000, 0, 10000));
    }

    // What cannot be said is no evidence for either side.
    [Fact]
    public void UndecidedTrials_WidenTheLimits()
    {
        Assert.False(Side.IsSettled(0, 100, 100));
        (double lower, double upper) = Side.Limits(20, 60, 100);
        (double few, _) = Side.Limits(20, 0, 100);
        (_, double many) = Side.Limits(80, 0, 100);
        Assert.Equal((few, many), (lower, upper));
        (lower, upper) = StopRule.None.Limits(0, 5, 5);
        Assert.True(lower == 0 && upper == 1);
    }

    [Fact]
    public void TheLimitsOfARule_AreWiderThanThoseOfAFixedNumber()
    {
        (double low, double high) = Side.Limits(50, 0, 100);
        (double fixedLow, double fixedHigh) = StopRule.None.Limits(50, 0, 100);
        Assert.True(low < fixedLow && high > fixedHigh);
    }

    [Fact]
    public void Shards_ShareTheTrialsWithoutRest()
    {
        for (int cell = 0; cell < 3; cell++)
        {
            for (int trial = 0; trial < 20; trial++)
            {
                Assert.Single(Enumerable.Range(1, 4), part => new Shard(part, 4).Has(cell, trial, false));
                Assert.Single(Enumerable.Range(1, 4), part => new Shard(part, 4).Has(cell, trial, true));
            }
        }
    }
}
