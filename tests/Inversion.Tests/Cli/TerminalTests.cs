using Inversion.Cli.Output;
using Xunit;

namespace Inversion.Tests.Cli;

public sealed class TerminalTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("60", 200, 60)]
    [InlineData("5", 200, 20)]
    [InlineData(null, 90, 90)]
    [InlineData("wide", 90, 90)]
    [InlineData("0", 90, 90)]
    [InlineData(null, 0, 80)]
    public void Width_IsThatOfColumnsElseOfTheTerminal(string? columns, int own, int expected) => Assert.Equal(expected, Terminal.Width(columns, own));

    [Fact]
    public void Quiet_TellsNoProgress_WhereOtherwiseThereIsSome()
    {
        // Off a terminal the first line of progress comes after five seconds.
        string[] words = ["sweep", "--network", "narrow", "--trials", "100000000", "--max-time", "8", "--threads", "1", "--json", "--out"];
        CommandLine.Outcome[] outcomes = [.. new string[][] { [.. words, "loud"], [.. words, "quiet", "--quiet"] }
            .AsParallel().AsOrdered().Select(arguments => CommandLine.Run(folder.Path, arguments))];

        Assert.All(outcomes, outcome => Assert.Equal(0, outcome.Exit));
        Assert.Contains(" of 100000000", outcomes[0].Error, StringComparison.Ordinal);
        Assert.Empty(outcomes[1].Error);
    }

    [Fact]
    public void Table_OffATerminal_HasNoControlSequence_EvenOnABuildServer()
    {
        string[] words = ["audit", "--input", "2x1", "--layers", "4k2", "--claim", "gradient-consistency", "--draws", "1", "--trials", "2", "--out", "run"];
        CommandLine.Outcome outcome = CommandLine.Run(folder.Path, new Dictionary<string, string> { ["GITHUB_ACTIONS"] = "true", ["COLUMNS"] = "60" }, words);

        Assert.Equal(0, outcome.Exit);
        Assert.Contains("gradient-consistency", outcome.Output, StringComparison.Ordinal);
        Assert.DoesNotContain('\e', outcome.Output);
        Assert.Matches(@"supported\s+[0-9.]+E-[0-9]+\s+[0-9.]+E-[0-9]+\s*\n", outcome.Output);
        Assert.All(outcome.Output.Split('\n').TakeWhile(line => !line.StartsWith("confidence", StringComparison.Ordinal)), line => Assert.True(line.Length <= 60, line));
    }
}
