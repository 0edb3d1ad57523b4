using System.Globalization;
using System.Text.Json.Nodes;
using Inversion.Sweeps;
using Inversion.Verify;
using Xunit;

namespace Inversion.Tests.Cli;

public sealed class SweepLimitsTests
{
    private static readonly string[] Plan = ["sweep", "--input", "2x1", "--layers", "6k2,4k2", "--mask", "random", "--mask", "top", "--rate", "0.3", "--rate", "0.6", "--seed", "5", "--trials", "40"];

    [Fact]
    public void UnderARule_TheErrorIsSplitAndTheHeadingSaysSo()
    {
        using TemporaryFolder folder = new();
        (JsonNode together, string output) = Swept(folder.Path, "--until-decided", "0.5");
        Assert.Contains("95 % limits,", output, StringComparison.Ordinal);
        Assert.Contains("all cells", output, StringComparison.Ordinal);
        Assert.Equal("together", together["plan"]!["limits"]!.GetValue<string>());
        Assert.Equal(0.9875, together["cellConfidence"]!.GetValue<double>(), 12);
        (JsonNode each, output) = Swept(folder.Path, "--until-decided", "0.5", "--limits", "each");
        Assert.Contains("each cell", output, StringComparison.Ordinal);
        Assert.Equal(0.95, each["cellConfidence"]!.GetValue<double>());
    }

    [Fact]
    public void AtAFixedNumber_TheLimitsAreOfEachCellUnlessAskedOtherwise()
    {
        using TemporaryFolder folder = new();
        (JsonNode each, string output) = Swept(folder.Path);
        Assert.Contains("each cell", output, StringComparison.Ordinal);
        Assert.Null(each["cells"]![0]!["pValue"]);
        (JsonNode together, _) = Swept(folder.Path, "--limits", "together");
        Assert.True(together["cells"]![0]!["lower"]!.GetValue<double>() < each["cells"]![0]!["lower"]!.GetValue<double>());
    }

    [Fact]
    public void AThreshold_AddsPValuesAdjustedForTheNumberOfCells()
    {
        using TemporaryFolder folder = new();
        (JsonNode summary, string output) = Swept(folder.Path, "--threshold", "0.5");
        Assert.Contains("p at 0.5", output, StringComparison.Ordinal);
        Assert.Contains("(Holm)", output, StringComparison.Ordinal);
        JsonNode[] cells = [.. summary["cells"]!.AsArray().Select(cell => cell!)];
        double[] expected = [.. cells.Select(cell => RateTest.fixedSize(cell["successes"]!.GetValue<int>(), cell["undecided"]!.GetValue<int>(), 40, 0.5))];
        Assert.Equal(expected, cells.Select(cell => cell["pValue"]!.GetValue<double>()));
        Assert.Equal(Holm.adjusted(expected), cells.Select(cell => cell["adjustedPValue"]!.GetValue<double>()));
        Assert.Contains(Holm.adjusted(expected)[0].ToString("G2", CultureInfo.InvariantCulture), output, StringComparison.Ordinal);
        using TrialStore store = TrialStore.Read(Path.Combine(folder.Path, "1", "trials.sqlite"));
        Assert.Equal(160, store.Outcomes().Count());
    }

    [Theory]
    [InlineData("--limits alone", "each or together")]
    [InlineData("--threshold 1", "between 0 and 1")]
    [InlineData("--until-decided 0.5 --threshold 0.4", "exclude each other")]
    public void WhatMakesNoSense_IsToldInOneLine(string options, string told)
    {
        using TemporaryFolder folder = new();
        CommandLine.Outcome outcome = CommandLine.Run(folder.Path, [.. Plan, .. options.Split(' ')]);
        Assert.Equal(64, outcome.Exit);
        Assert.Single(outcome.ErrorLines);
        Assert.Contains(told, outcome.Error, StringComparison.Ordinal);
    }

    private static (JsonNode Summary, string Output) Swept(string folder, params string[] options)
    {
        string run = Path.Combine(folder, (Directory.GetDirectories(folder).Length + 1).ToString(CultureInfo.InvariantCulture));
        (int exit, string output, string errors) = CommandLine.Run(folder, [.. Plan, .. options, "--out", run]);
        Assert.True(exit == 0, errors);
        return (JsonNode.Parse(File.ReadAllText(Path.Combine(run, "summary.json")))!, output);
    }
}
