using Inversion.Networks;
using Inversion.Randomness;
using Inversion.Sweeps;
using Xunit;

namespace Inversion.Tests.Sweeps;

public sealed class SizeSeriesTests
{
    [Fact]
    public void CellsThatDifferInOneSize_AreASeries()
    {
        IReadOnlyList<SizeSeries> found = SizeSeries.Of(Plan("4x1:8k4,16k4", "2x1:8k4,16k4", "4x2:8k4,16k4", "4x1:8k4,32k4", "4x1:8k4,16k2", "4x1:8k2,16k2", "8x1:16k4,32k4"));
        Assert.Equal(
            [
                "C_0 (all C in proportion): 0 4, 6 8",
                "C_0: 0 4, 1 2",
                "C_2: 0 16, 3 32",
                "D_0: 0 1, 2 2",
                "l: 0 4, 5 2",
                "l_1: 4 4, 5 2",
                "l_2: 0 4, 4 2",
            ],
            found.Select(Told).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void OtherParameters_KeepSeriesApart()
    {
        SweepCell Cell(string network, string mask) => Sized(network) with { Parameters = [new("network", network), new("mask", mask)] };
        SweepPlan plan = Plan() with { Cells = [Cell("2x1:8k4", "all"), Cell("4x1:8k4", "all"), Cell("2x1:8k4", "top"), Cell("4x1:8k4", "bottom")] };
        SizeSeries series = Assert.Single(SizeSeries.Of(plan));
        Assert.Equal("C_0: 0 2, 1 4", Told(series));
    }

    [Fact]
    public void Depths_AreNeverCompared() => Assert.Empty(SizeSeries.Of(Plan("2x1:8k4", "4x1:8k4,8k4")));

    private static string Told(SizeSeries series) => $"{series.Size}: {string.Join(", ", series.Cells.Select(entry => $"{entry.Cell} {entry.Size}"))}";

    private static SweepPlan Plan(params string[] networks) => new([.. networks.Select(Sized)], 1, default, StopRule.None, string.Empty);

    private static SweepCell Sized(string network)
    {
        string[] parts = network.Split(':');
        GenerativeNetwork drawn = new NetworkBuilder { Input = Shape.Parse(parts[0]), Layers = parts[1] }.Draw(new RandomKey(1));
        return new SweepCell(network, [new("network", network)], 1, new NoTrial()) { Sizes = NetworkSizes.Of(drawn) };
    }

    private sealed class NoTrial : ITrial
    {
        public (TrialResult Result, double Value, double Work) Run(RandomKey key, CancellationToken cancellation) => throw new InvalidOperationException();
    }
}
