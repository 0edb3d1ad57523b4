using Inversion.Randomness;
using Inversion.Sweeps;
using Inversion.Tests.Cli;
using Xunit;

namespace Inversion.Tests.Sweeps;

public sealed class CellCostsTests
{
    private static readonly StopRule Side = new(null, 0.5, 0.95);

    // Costs over three decades, ties among them: all ways to deal nine cells out are looked at.
    [Fact]
    public void TheCostliestPart_IsWithinGrahamsBoundOfTheLeastPossible()
    {
        RandomStream stream = new RandomKey(3).Open();
        for (int run = 0; run < 20; run++)
        {
            double[] costs = [.. Enumerable.Range(0, 9).Select(_ => Math.Round(Math.Pow(10, 3 * stream.NextUniform())))];
            double dealt = Costliest(costs, 3, Owners(Shard.Dealt(costs, 3), 9));
            double least = Enumerable.Range(0, (int)Math.Pow(3, 9)).Min(code => Costliest(costs, 3, [.. Enumerable.Range(0, 9).Select(cell => code / (int)Math.Pow(3, cell) % 3)]));
            Assert.InRange(dealt, least, ((4.0 / 3) - (1.0 / 9)) * least);
        }
    }

    [Fact]
    public void SkewedCosts_AreSharedBetterThanByNumber()
    {
        double[] costs = [.. Enumerable.Range(0, 40).Select(cell => cell % 4 == 0 ? 100.0 : 1.0)];
        Assert.Equal(257.5, Costliest(costs, 4, Owners(Shard.Dealt(costs, 4), 40)), 50.0);
        Assert.Equal(1000, Costliest(costs, 4, [.. Enumerable.Range(0, 40).Select(cell => cell % 4)]));
    }

    [Fact]
    public void EveryCell_IsInOnePartAndAlwaysTheSame()
    {
        double[] costs = [3, 3, 3, 0, 7, 7, 0.5];
        foreach (int count in (int[])[1, 2, 3, 9])
        {
            IReadOnlyList<Shard> parts = Shard.Dealt(costs, count);
            Assert.Equal(Enumerable.Range(0, costs.Length), parts.SelectMany(part => part.Cells!).Order());
            Assert.Equal(Enumerable.Range(1, count), parts.Select(part => part.Number));
            Assert.Equal(Owners(parts, costs.Length), Owners(Shard.Dealt([.. costs], count), costs.Length));
        }

        // Ties go by number: cells 4 and 5 first, then 0, 1 and 2.
        Assert.Equal([0, 1, 0, 1, 0, 1, 1], Owners(Shard.Dealt(costs, 2), costs.Length));
    }

    [Theory]
    [InlineData(0, 0, 30)]
    [InlineData(30, 0, 30)]
    [InlineData(4, 1, 10)]
    [InlineData(45, 0, 100)]
    public void TheExpectedNumberOfTrials_IsWhereTheRuleWouldStop(int successes, int undecided, int trials)
    {
        int looks = Enumerable.Range(1, 300).First(look => look == 300 || Side.IsSettled(
            (int)Math.Round(32.0 * look * successes / trials), (int)Math.Round(32.0 * look * undecided / trials), 32 * look));
        Assert.InRange(Side.Expected(successes, undecided, trials, 9600), (32 * looks) - 64, (32 * looks) + 64);
    }

    [Fact]
    public void AQuestionThatStaysOpen_CostsAllTrials()
    {
        Assert.Equal(1000, Side.Expected(5, 0, 10, 1000));
        Assert.Equal(20, Side.Expected(10, 0, 10, 20));
        Assert.Equal(777, StopRule.None.Expected(1, 0, 10, 777));
    }

    [Fact]
    public void Costs_AreSecondsATrialTimesTheTrialsThatAreExpected()
    {
        using TemporaryFolder folder = new();
        SweepPlan pilot = Plan("pilot", 10, "c", "b", "a");
        using (TrialStore written = TrialStore.Open(folder.Path, pilot, "1"))
        {
            // Cell b: 4 s for 10 successes. Cell a: 2 s for 10 trials on the threshold. Cell c: nothing.
            written.Add([.. Enumerable.Range(0, 10).Select(trial => new TrialOutcome(1, trial, TrialResult.Success, 0, 1))], new Dictionary<int, double> { [1] = 4 });
            written.Add([.. Enumerable.Range(0, 10).Select(trial => new TrialOutcome(2, trial, (TrialResult)(trial % 2), 0, 1))], new Dictionary<int, double> { [2] = 2 });
        }

        using TrialStore measured = TrialStore.Read(Path.Combine(folder.Path, "trials.sqlite"));
        double a = 0.2 * 1000;
        double b = 0.4 * Side.Expected(10, 0, 10, 1000);
        Assert.Equal([a, b, (a + b) / 2], CellCosts.Of(Plan("whole", 1000, "a", "b", "c"), measured, "pilot"));
        Assert.Equal([b], CellCosts.Of(Plan("part", 1000, "b"), measured, "pilot"));
        SweepException foreign = Assert.Throws<SweepException>(() => CellCosts.Of(Plan("other", 1000, "a", "d"), measured, "pilot"));
        Assert.Contains("without the cell d", foreign.Message, StringComparison.Ordinal);
        SweepException empty = Assert.Throws<SweepException>(() => CellCosts.Of(Plan("idle", 1000, "c"), measured, "pilot"));
        Assert.Contains("no trials whose time was measured", empty.Message, StringComparison.Ordinal);
    }

    private static SweepPlan Plan(string text, int trials, params string[] names) =>
        new([.. names.Select(name => new SweepCell(name, [], 1, new Nothing()))], trials, new RandomKey(1), Side, text);

    private static int[] Owners(IReadOnlyList<Shard> parts, int cells) =>
        [.. Enumerable.Range(0, cells).Select(cell => parts.Single(part => part.Has(cell, 0, true)).Number - 1)];

    private static double Costliest(double[] costs, int parts, int[] owners) =>
        Enumerable.Range(0, parts).Max(part => costs.Where((_, cell) => owners[cell] == part).Sum());

    private sealed class Nothing : ITrial
    {
        public (TrialResult Result, double Value, double Work) Run(RandomKey key, CancellationToken cancellation) => (TrialResult.Success, 0, 0);
    }
}
