using System.Text.Json.Nodes;
using Xunit;

namespace Inversion.Tests.Cli;

/// <summary>Verdicts of sweeps, their witnesses and their gate.</summary>
public sealed class SweepFindingTests
{
    // From 2 to 8 rows a second layer of 4 channels loses rank: uniqueness fails more often as C_0 grows.
    private static readonly string[] Sizes =
    [
        "sweep", "--network", "2x1:4k4,4k4", "--network", "6x1:4k4,4k4", "--claim", "uniqueness", "--trials", "30", "--samples", "5", "--starts", "2", "--steps", "20",
    ];

    private static readonly string[] Rates =
    [
        "sweep", "--input", "4x1", "--layers", "16k4,16k4", "--mask", "random", "--rate", "0.01", "--rate", "0.02", "--rate", "0.05", "--rate", "0.5", "--trials", "60",
    ];

    [Fact]
    public void FailuresThatRiseWithTheChannels_AreRefuted_AndTheWitnessReplays()
    {
        using TemporaryFolder folder = new();
        Assert.Equal(0, CommandLine.Run(folder.Path, [.. Sizes, "--out", folder.Path]).Exit);
        JsonObject finding = Finding(folder.Path, "failure-probability");
        Assert.Equal("refuted", finding["verdict"]!.GetValue<string>());
        Assert.Equal("ensemble", finding["scope"]!.GetValue<string>());
        string witness = Path.Combine(folder.Path, finding["witness"]!.GetValue<string>());
        (int exit, string output, _) = CommandLine.Run(folder.Path, "replay", witness);
        Assert.Equal(0, exit);
        Assert.Contains("refuted, confirmed", output, StringComparison.Ordinal);

        // Every witness of the folder, those of single networks too.
        Assert.Equal(0, CommandLine.Run(folder.Path, "replay", folder.Path).Exit);
        Assert.Contains("the same in every bit", CommandLine.Run(folder.Path, "replay", folder.Path, "--finding", "1").Output, StringComparison.Ordinal);
        Assert.Contains("the same in every bit", CommandLine.Run(folder.Path, "replay", folder.Path, "--finding", "2").Output, StringComparison.Ordinal);
    }

    [Fact]
    public void AWitnessWhoseCountsAreNotTheTrials_IsNotConfirmed()
    {
        using TemporaryFolder folder = new();
        Assert.Equal(0, CommandLine.Run(folder.Path, [.. Sizes, "--out", folder.Path]).Exit);
        string witness = Path.Combine(folder.Path, Finding(folder.Path, "failure-probability")["witness"]!.GetValue<string>());
        JsonNode file = JsonNode.Parse(File.ReadAllText(witness))!;
        JsonArray numbers = file["vectors"]!["lower"]!.AsArray();
        numbers[3] = numbers[3]!.GetValue<double>() + 1;
        File.WriteAllText(witness, file.ToJsonString());
        (int exit, string output, _) = CommandLine.Run(folder.Path, "replay", witness);
        Assert.Equal(1, exit);
        Assert.Contains("NOT confirmed", output, StringComparison.Ordinal);

        // A copy without its trials is judged by its numbers alone.
        string copy = Path.Combine(Directory.CreateDirectory(Path.Combine(folder.Path, "elsewhere", "witnesses")).FullName, "w.json");
        File.Copy(witness, copy);
        Assert.Equal(0, CommandLine.Run(folder.Path, "replay", copy).Exit);

        file["vectors"]!.AsObject().Remove("lower");
        File.WriteAllText(copy, file.ToJsonString());
        (exit, _, string errors) = CommandLine.Run(folder.Path, "replay", copy);
        Assert.Equal(65, exit);
        Assert.Contains("five numbers", errors, StringComparison.Ordinal);
        Assert.Equal(65, CommandLine.Run(folder.Path, "shrink", witness).Exit);
    }

    [Fact]
    public void TheGate_FailsHoldsOrStaysOpen()
    {
        using TemporaryFolder folder = new();
        string Out(string name) => Path.Combine(folder.Path, name);
        Assert.Equal(0, CommandLine.Run(folder.Path, [.. Rates, "--expect", "phase-transition=supported", "--out", Out("held")]).Exit);
        (int exit, _, string errors) = CommandLine.Run(folder.Path, [.. Rates, "--expect", "phase-transition=refuted", "--out", Out("failed")]);
        Assert.Equal(1, exit);
        Assert.Contains("expected refuted, found supported", errors, StringComparison.Ordinal);
        (exit, _, errors) = CommandLine.Run(folder.Path, [.. Rates, "--expect", "failure-probability=supported", "--out", Out("open")]);
        Assert.Equal(2, exit);
        Assert.Contains("nothing was checked", errors, StringComparison.Ordinal);

        // Nothing is judged before the whole is there.
        Assert.Equal(2, CommandLine.Run(folder.Path, [.. Rates, "--expect", "phase-transition=supported", "--shard", "1/2", "--out", Out("part")]).Exit);
        (exit, _, errors) = CommandLine.Run(folder.Path, [.. Rates, "--expect", "phase-transtion=supported", "--out", Out("typo")]);
        Assert.Equal(64, exit);
        Assert.Contains("phase-transition", errors, StringComparison.Ordinal);
    }

    [Fact]
    public void AnAudit_SaysWhereSuchClaimsAreJudged()
    {
        using TemporaryFolder folder = new();
        (int exit, _, string errors) = CommandLine.Run(folder.Path, "audit", "--claim", "phase-transition");
        Assert.Equal(64, exit);
        Assert.Contains("inversion sweep --plan phase-transition", errors, StringComparison.Ordinal);
    }

    private static JsonObject Finding(string folder, string claim) => JsonNode.Parse(File.ReadAllText(Path.Combine(folder, "summary.json")))!["findings"]!.AsArray()
        .Select(finding => finding!.AsObject()).First(finding => finding["claim"]!.GetValue<string>() == claim);
}
