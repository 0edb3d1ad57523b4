using Inversion.Cli.Output;
using Xunit;

namespace Inversion.Tests.Cli;

public sealed class SweepLinesTests
{
    private static readonly SweepLines.Cell Random = new("mask=random, rate=0.1", 430, 1000, 0.43, 0.4, 0.461, 2.2);
    private static readonly SweepLines.Cell Top = new("mask=top, rate=0.25", 64, 1000, 1, 0.944, 1, double.NaN);

    [Fact]
    public void OnAWideTerminal_EachCellHasItsRateLimitsAndTimeLeft() => Assert.Equal(
        [
            "[############............] 1494/2988, about 12 s left",
            " mask=random, rate=0.1  430 of 1000, rate 0.430 (0.400 to 0.461), 3 s left",
            " mask=top, rate=0.25    64 of 1000, rate 1.000 (0.944 to 1.000)",
        ],
        SweepLines.Of(1494, 2988, "about 12 s left", [Random, Top], 0, 79));

    [Fact]
    public void OnANarrowOne_TheNumbersAreShortAndTheNameIsCut() => Assert.Equal(
        [
            "[......] 0/2988",
            " mask=random…  430/1000 0.43 (0.40 to 0.46) 3 s",
            " mask=top, r…  64/1000 1.00 (0.94 to 1.00)",
            " and 2 more cells in work",
        ],
        SweepLines.Of(0, 2988, string.Empty, [Random, Top], 2, 47).Select(line => line.Replace("............", "......", StringComparison.Ordinal)));

    [Fact]
    public void NoLine_IsWiderThanTheTerminal()
    {
        for (int width = 20; width < 120; width++)
        {
            Assert.All(SweepLines.Of(long.MaxValue / 100, long.MaxValue / 50, "at most 3 h left", [Random, Top], 3, width), line => Assert.InRange(line.Length, 1, width));
        }
    }

    [Theory]
    [InlineData(0.2, "1 s")]
    [InlineData(99, "99 s")]
    [InlineData(101, "2 min")]
    [InlineData(6001, "2 h")]
    public void ATime_HasItsLargestUnit(double seconds, string told) => Assert.Equal(told, SweepLines.Time(seconds));
}
