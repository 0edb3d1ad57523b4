using System.Xml.Linq;
using Xunit;

namespace Inversion.Tests.Cli;

public sealed class ReportCommandTests : IDisposable
{
    private static readonly string[] Small =
        ["audit", "--input", "2x1", "--layers", "6k2,6k2", "--draws", "1", "--trials", "5", "--starts", "1", "--steps", "5", "--claim", "assumptions,origin"];

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void AnAudit_WritesItsReport_AndReportWritesTheSameAgain()
    {
        CommandLine.Outcome audit = CommandLine.Run(folder.Path, [.. Small, "--out", "run"]);
        Assert.True(audit.Exit == 0, audit.Error);
        string[] files = ["report.html", "report.md", "junit.xml"];
        string[] first = [.. files.Select(file => File.ReadAllText(folder.File("run", file)))];
        Array.ForEach(files, file => File.Delete(folder.File("run", file)));

        CommandLine.Outcome report = CommandLine.Run(folder.Path, "report", "run");

        Assert.True(report.Exit == 0, report.Error);
        Assert.Equal(first, files.Select(file => File.ReadAllText(folder.File("run", file))));
        Assert.Equal(files.Select(file => Path.Combine("run", file)), report.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }

    [Fact]
    public void AnAuditWhoseGateFails_HasAFailureInJUnit_AndExit1()
    {
        CommandLine.Outcome audit = CommandLine.Run(folder.Path, [.. Small, "--out", "run", "--expect", "assumptions=refuted"]);

        Assert.Equal(1, audit.Exit);
        Assert.Single(XDocument.Load(folder.File("run", "junit.xml")).Descendants("failure"));
        Assert.Contains("The gate does not hold", File.ReadAllText(folder.File("run", "report.md")), StringComparison.Ordinal);
    }

    [Fact]
    public void AGateThatFails_PrintsTheWitnessAndItsReplayCommand_WhichConfirmsIt()
    {
        CommandLine.Outcome audit = CommandLine.Run(
            folder.Path, [.. Small, "--claim", "weight-concentration", "--out", "run", "--expect", "weight-concentration=supported"]);

        Assert.Equal(1, audit.Exit);
        Assert.Contains(audit.ErrorLines, line => line.StartsWith("weight-concentration on ", StringComparison.Ordinal) && line.Contains("F₊ₓᵀF₊ᵧ leaves Q by", StringComparison.Ordinal));
        string command = audit.ErrorLines.First(line => line.StartsWith("replay it with: inversion ", StringComparison.Ordinal));
        CommandLine.Outcome replay = CommandLine.Run(folder.Path, command["replay it with: inversion ".Length..].Split(' '));
        Assert.True(replay.Exit == 0, replay.Output + replay.Error);
        Assert.Contains("refuted, confirmed", replay.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void ReportAgainst_TellsWhatMoved_InAnotherFolder()
    {
        CommandLine.Run(folder.Path, [.. Small, "--out", "one"]);
        CommandLine.Run(folder.Path, [.. Small, "--out", "two", "--seed", "5"]);

        CommandLine.Outcome report = CommandLine.Run(folder.Path, "report", "two", "--against", "one", "--out", "compared");

        Assert.True(report.Exit == 0, report.Error);
        string text = File.ReadAllText(folder.File("compared", "report.md"));
        Assert.Contains("## Against one", text, StringComparison.Ordinal);
        Assert.Contains("findings stand in both", text, StringComparison.Ordinal);
        Assert.DoesNotContain("## Against", File.ReadAllText(folder.File("two", "report.md")), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("none", "none: no such folder")]
    [InlineData(".", "not a run folder (it has no summary.json)")]
    public void ReportOfNoRun_IsOneLineAndExit65(string target, string message)
    {
        CommandLine.Outcome report = CommandLine.Run(folder.Path, "report", target);

        Assert.Equal(65, report.Exit);
        Assert.Contains(message, Assert.Single(report.ErrorLines), StringComparison.Ordinal);
    }

    [Fact]
    public void ASweep_WritesItsReport()
    {
        CommandLine.Outcome sweep = CommandLine.Run(folder.Path, "sweep", "--input", "2x2", "--layers", "8k2,8k2", "--mask", "random", "--rate", "0.2", "--rate", "0.9", "--trials", "20", "--out", "run");

        Assert.True(sweep.Exit == 0, sweep.Error);
        string text = File.ReadAllText(folder.File("run", "report.md"));
        Assert.Contains("2 cells, 40 trials", text, StringComparison.Ordinal);
        Assert.Contains("## From what share observed", text, StringComparison.Ordinal);
        Assert.True(File.Exists(folder.File("run", "manifest.json")));
        Assert.Single(XDocument.Load(folder.File("run", "junit.xml")).Descendants("testcase"));
    }

    [Theory]
    [InlineData("weights --network digits", "Weights of digits", "weights.json")]
    [InlineData("landscape --network paper-4.2 --grid 5", "Landscape of paper-4.2", "landscape.json")]
    [InlineData("certify --input 1x1 --layers 3k2,3k2 --claim origin,uniqueness", "Proofs about 1x1:3k2,3k2", "summary.json")]
    public void WeightsLandscapeAndCertify_WriteAPage_AndReportWritesTheSameAgain(string command, string title, string data)
    {
        CommandLine.Outcome made = CommandLine.Run(folder.Path, [.. command.Split(' '), "--out", "run"]);
        Assert.True(made.Exit is 0 or 2, made.Error);
        string page = File.ReadAllText(folder.File("run", "report.html"));
        Assert.Contains($"<h1>{title}</h1>", page, StringComparison.Ordinal);
        Assert.Contains($"href=\"{data}\"", page, StringComparison.Ordinal);
        Assert.DoesNotContain("http", page.Replace("http://www.w3.org", string.Empty, StringComparison.Ordinal), StringComparison.Ordinal);
        File.Delete(folder.File("run", "report.html"));

        CommandLine.Outcome report = CommandLine.Run(folder.Path, "report", "run");

        Assert.True(report.Exit == 0, report.Error);
        Assert.Equal(page, File.ReadAllText(folder.File("run", "report.html")));
        Assert.False(File.Exists(folder.File("run", "junit.xml")));
    }
}
