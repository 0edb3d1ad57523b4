using System.Diagnostics;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Xunit;

namespace Inversion.Tests.Cli;

public sealed partial class AuditCommandTests : IDisposable
{
    private static readonly string[] Small =
        ["audit", "--input", "2x1", "--layers", "6k2,6k2", "--draws", "2", "--trials", "10", "--starts", "2", "--steps", "20"];

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Audit_OfASmallNetwork_WritesTheRunFolderOfTheContract()
    {
        CommandLine.Outcome outcome = CommandLine.Run(folder.Path, [.. Small, "--out", "run"]);

        Assert.True(outcome.Exit == 0, outcome.Error);
        JsonNode summary = JsonNode.Parse(File.ReadAllText(folder.File("run", "summary.json")))!;
        Assert.Equal("inversion.audit/1", summary["schema"]!.GetValue<string>());
        Assert.Equal(0, summary["exit"]!.GetValue<int>());
        Assert.True(File.Exists(folder.File("run", "plan.json")));
        Assert.True(File.Exists(folder.File("run", "manifest.json")));
        string[] keys =
            ["claim", "role", "verdict", "reason", "arithmetic", "scope", "source", "network", "measured", "allowed", "trials", "failures",
            "failureRateUpper", "confidence", "witness", "certificate", "key", "seconds"];
        foreach (JsonNode? finding in summary["findings"]!.AsArray())
        {
            Assert.All(keys, key => Assert.True(finding!.AsObject().ContainsKey(key), key));
            bool refuted = finding!["verdict"]!.GetValue<string>() == "refuted";
            Assert.Equal(refuted, finding["witness"] is not null);
            if (refuted)
            {
                Assert.True(File.Exists(folder.File("run", finding["witness"]!.GetValue<string>())));
            }
        }

        Assert.Equal(13, summary["findings"]!.AsArray().Select(finding => finding!["claim"]!.GetValue<string>()).Distinct().Count());
    }

    [Fact]
    public void Audit_WithOneThreadOrTwo_WritesTheSameSummaryButForSeconds()
    {
        CommandLine.Run(folder.Path, [.. Small, "--out", "one", "--threads", "1"]);
        CommandLine.Run(folder.Path, [.. Small, "--out", "two", "--threads", "2"]);

        string Comparable(string run) => Seconds().Replace(File.ReadAllText(folder.File(run, "summary.json")), string.Empty);
        Assert.Equal(Comparable("one"), Comparable("two"));
    }

    [Fact]
    public void Audit_FromItsOwnPlan_FindsTheSame()
    {
        CommandLine.Run(folder.Path, [.. Small, "--out", "first"]);
        CommandLine.Run(folder.Path, "audit", "--plan", Path.Combine("first", "plan.json"), "--out", "again");

        string Comparable(string run) => Seconds().Replace(File.ReadAllText(folder.File(run, "summary.json")), string.Empty);
        Assert.Equal(Comparable("first"), Comparable("again"));
    }

    [Fact]
    public void EveryWitnessOfAnAudit_Replays()
    {
        CommandLine.Run(folder.Path, [.. Small, "--out", "run"]);
        int witnesses = Directory.GetFiles(folder.File("run", "witnesses")).Length;

        CommandLine.Outcome replay = CommandLine.Run(folder.Path, "replay", "run");

        // Twelve outputs a block cannot concentrate within 0.1: there is always a witness.
        Assert.True(witnesses > 0);
        Assert.True(replay.Exit == 0, replay.Output + replay.Error);
        Assert.Equal(witnesses, replay.Output.Split('\n').Count(line => line.Contains("refuted, confirmed", StringComparison.Ordinal)));
    }

    [Fact]
    public void EveryFinding_ComesOutTheSameWhenItIsReplayed_AndATamperedOneDoesNot()
    {
        CommandLine.Run(folder.Path, [.. Small, "--claim", "weight-concentration,origin", "--out", "run"]);
        string file = folder.File("run", "summary.json");
        foreach (string number in (string[])["1", "2", "3"])
        {
            CommandLine.Outcome outcome = CommandLine.Run(folder.Path, "replay", "run", "--finding", number);
            Assert.True(outcome.Exit == 0, outcome.Output + outcome.Error);
        }

        JsonNode summary = JsonNode.Parse(File.ReadAllText(file))!;
        summary["findings"]![2]!["measured"]!["largest"] = 0.125;
        File.WriteAllText(file, summary.ToJsonString());

        Assert.Contains("NOT the same: measured", CommandLine.Run(folder.Path, "replay", "run", "--finding", "3").Output, StringComparison.Ordinal);
        Assert.Equal(64, CommandLine.Run(folder.Path, "replay", "run", "--finding", "4").Exit);
        Assert.Equal(65, CommandLine.Run(folder.Path, "replay", "nowhere", "--finding", "1").Exit);
    }

    [Fact]
    public void TamperedWitness_IsNotConfirmed()
    {
        CommandLine.Run(folder.Path, [.. Small, "--claim", "weight-concentration", "--out", "run"]);
        string file = Directory.GetFiles(folder.File("run", "witnesses"))[0];
        JsonNode witness = JsonNode.Parse(File.ReadAllText(file))!;
        witness["allowed"] = 1000;
        File.WriteAllText(file, witness.ToJsonString());

        Assert.Equal(1, CommandLine.Run(folder.Path, "replay", file).Exit);
    }

    [Fact]
    public void WitnessOfAnotherNetwork_IsRefused()
    {
        CommandLine.Run(folder.Path, [.. Small, "--claim", "weight-concentration", "--out", "run"]);
        string file = Directory.GetFiles(folder.File("run", "witnesses"))[0];
        JsonNode witness = JsonNode.Parse(File.ReadAllText(file))!;
        witness["subject"]!["network"]!["key"] = "0000000000000001";
        File.WriteAllText(file, witness.ToJsonString());

        CommandLine.Outcome outcome = CommandLine.Run(folder.Path, "replay", file);

        Assert.Equal(65, outcome.Exit);
        Assert.Contains("other weights", outcome.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("gradient-consistency=supported", 0)]
    [InlineData("gradient-consistency=refuted", 1)]
    public void Expectation_DecidesTheExitCode(string expectation, int exit)
    {
        CommandLine.Outcome outcome = CommandLine.Run(folder.Path, [.. Small, "--claim", "gradient-consistency", "--expect", expectation]);

        Assert.Equal(exit, outcome.Exit);
        Assert.Equal(exit != 0, outcome.Error.Contains("expected refuted, found supported", StringComparison.Ordinal));
    }

    [Fact]
    public void ExpectedClaimThatIsUndecided_ExitsWith2()
    {
        CommandLine.Outcome outcome = CommandLine.Run(
            folder.Path, "audit", "--input", "2x1", "--layers", "6k2", "--activation", "sigmoid", "--claim", "gradient-near-mean", "--expect", "gradient-near-mean=supported");

        Assert.Equal(2, outcome.Exit);
    }

    [Fact]
    public void MaskThatHidesEverything_IsUndecidedWithTheReason()
    {
        CommandLine.Outcome outcome = CommandLine.Run(folder.Path, [.. Small, "--mask", "random:0", "--claim", "descent,origin,uniqueness,convergence", "--json"]);

        Assert.Equal(0, outcome.Exit);
        JsonNode summary = JsonNode.Parse(outcome.Output)!;
        Assert.All(summary["findings"]!.AsArray(), finding =>
        {
            Assert.Equal("undecided", finding!["verdict"]!.GetValue<string>());
            Assert.Contains("observes nothing", finding["reason"]!.GetValue<string>(), StringComparison.Ordinal);
        });
    }

    [Fact]
    public async Task Interrupt_KeepsWhatIsFinishedAndExitsWith130()
    {
        CommandLine.SkipWithoutInterrupts();
        using Process process = CommandLine.Start(
            folder.Path, "audit", "--draws", "100", "--claim", "gradient-consistency,assumptions", "--threads", "1", "--trials", "2000", "--out", "run");
        Task<string> output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        Task<string> error = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);

        // The folder is made just before the work begins, when the program listens already.
        while (!Directory.Exists(folder.File("run")) && !process.HasExited)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(50), TestContext.Current.CancellationToken);
        }

        await Task.Delay(TimeSpan.FromSeconds(1), TestContext.Current.CancellationToken);
        Process.Start("kill", ["-INT", process.Id.ToString(System.Globalization.CultureInfo.InvariantCulture)]).WaitForExit();
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);

        Assert.True(process.ExitCode == 130, await output + await error);
        JsonNode summary = JsonNode.Parse(await File.ReadAllTextAsync(folder.File("run", "summary.json"), TestContext.Current.CancellationToken))!;
        Assert.Equal(130, summary["exit"]!.GetValue<int>());
    }

    // Bit 1 of the mask of ignored signals is SIGINT: in a shell's background job, for instance.
    [GeneratedRegex("\"seconds\": [^\\n]*")]
    private static partial Regex Seconds();
}
