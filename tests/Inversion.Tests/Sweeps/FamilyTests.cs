using Inversion.Randomness;
using Inversion.Sweeps;
using Xunit;

namespace Inversion.Tests.Sweeps;

/// <summary>Many cells at once: what holds for each does not hold for all, unless the error is split.</summary>
public sealed class FamilyTests
{
    private const int Families = 10_000;
    private const int Most = 512;

    // Most cells have just the rate that the others are compared with: they are stopped exactly where their limits go wrong.
    private static readonly double[] Rates = [.. Enumerable.Repeat(0.5, 24), 0.3, 0.45, 0.48, 0.52, 0.6, 0.9];

    // 500 of the families expected at most, standard deviation 21.8: an honest rule passes 600 with probability below 1e-5.
    [Fact]
    public void UnderARule_TheLimitsOfAllCellsHoldTogetherWhereTheErrorIsSplit()
    {
        StopRule each = new(null, 0.5, 0.95);
        int together = Missing(each with { Cells = Rates.Length }, 1);
        int alone = Missing(each, 1);
        TestContext.Current.TestOutputHelper?.WriteLine($"until decided: a limit is wrong in {together} of {Families} families where the error is split, in {alone} where it is not");
        Assert.InRange(together, 1, 600);
        Assert.True(alone > 1000, $"{alone} families");
    }

    [Fact]
    public void AtAFixedNumber_TheLimitsOfAllCellsHoldTogetherWhereTheErrorIsSplit()
    {
        int together = Missing(StopRule.None with { Cells = Rates.Length }, 2);
        int alone = Missing(StopRule.None, 2);
        TestContext.Current.TestOutputHelper?.WriteLine($"fixed: a limit is wrong in {together} of {Families} families where the error is split, in {alone} where it is not");
        Assert.InRange(together, 1, 600);
        Assert.True(alone > 3000, $"{alone} families");
    }

    [Fact]
    public void OneCell_HasTheLimitsOfItsOwn()
    {
        Assert.Equal(StopRule.None.Limits(7, 2, 30), (StopRule.None with { Cells = 1 }).Limits(7, 2, 30));
        Assert.Equal(0.95, StopRule.None.CellConfidence);
        Assert.Equal(0.99, (StopRule.None with { Cells = 5 }).CellConfidence, 12);
    }

    // In how many families the limits of one cell or more leave its true rate out, at the moment when the rule stops the cell.
    private static int Missing(StopRule rule, ulong seed)
    {
        Dictionary<(int Successes, int Trials), (bool IsSettled, double Lower, double Upper)> known = [];
        int missing = 0;
        for (int family = 0; family < Families; family++)
        {
            RandomStream stream = new RandomKey(seed).Child(family).Open();
            bool isRight = true;
            foreach (double rate in Rates)
            {
                int successes = 0;
                for (int trial = 1; trial <= Most; trial++)
                {
                    successes += stream.NextUniform() < rate ? 1 : 0;
                    if (trial % StopRule.Block == 0 && (rule.IsActive || trial == Most))
                    {
                        if (!known.TryGetValue((successes, trial), out (bool IsSettled, double Lower, double Upper) look))
                        {
                            (double lower, double upper) = rule.Limits(successes, 0, trial);
                            known[(successes, trial)] = look = (rule.IsSettled(successes, 0, trial), lower, upper);
                        }

                        if (look.IsSettled || trial == Most)
                        {
                            isRight &= look.Lower <= rate && rate <= look.Upper;
                            break;
                        }
                    }
                }
            }

            missing += isRight ? 0 : 1;
        }

        return missing;
    }
}
