using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Inversion.Pictures;
using Xunit;

namespace Inversion.Tests.Cli;

/// <summary>reproduce paper.</summary>
public sealed class ReproduceCommandTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void ThePaper_IsWrittenIntoOneFolder()
    {
        CommandLine.Outcome outcome = CommandLine.Run(folder.Path, "reproduce", "paper", "--out", "paper");
        Assert.True(outcome.Exit == 0, outcome.Error);
        JsonNode summary = JsonNode.Parse(File.ReadAllText(folder.File("paper", "summary.json")))!;
        Assert.Equal(17, summary["finished"]!.GetValue<int>());
        Assert.Equal(17, summary["figures"]!.AsArray().Count);
        Assert.Equal(["3", "4", "5", "6"], summary["figures"]!.AsArray().Select(step => step!["figure"]!.GetValue<string>()).Distinct());
        Assert.All(summary["figures"]!.AsArray().SelectMany(step => step!["files"]!.AsArray()).Concat(summary["joined"]!.AsArray()), file => Assert.True(File.Exists(folder.File("paper", file!.GetValue<string>()))));

        // Every link of the page leads to a file.
        string page = File.ReadAllText(folder.File("paper", "index.md"));
        MatchCollection links = Regex.Matches(page, @"\]\(([^)]+)\)");
        Assert.True(links.Count > 60);
        Assert.All(links, link => Assert.True(File.Exists(folder.File("paper", link.Groups[1].Value)), link.Value));

        // Eight columns, and one of words; a row of truths, and two rows for each of five masks.
        Picture digits = PictureFile.Read(folder.File("paper", "fig-5.png"));
        Assert.Equal((11 * 66) + 2, digits.Height);
        Assert.InRange(digits.Width, (8 * 66) + 2 + 40, (8 * 66) + 2 + 140);

        // What the page says was run gives the same.
        string command = summary["figures"]!.AsArray().First(step => step!["folder"]!.GetValue<string>() == "fig-4c-tanh")!["command"]!.GetValue<string>();
        Assert.Equal(0, CommandLine.Run(folder.Path, command.Split(' ')[1..]).Exit);
        Assert.Equal(File.ReadAllBytes(folder.File("paper", "fig-4c-tanh", "landscape.csv")), File.ReadAllBytes(folder.File("fig-4c-tanh", "landscape.csv")));
    }

    [Fact]
    public async Task Interrupted_ItKeepsWhatIsFinished()
    {
        CommandLine.SkipWithoutInterrupts();
        using Process process = CommandLine.Start(folder.Path, "reproduce", "paper", "--out", "paper");
        Task<string> errors = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        _ = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        Stopwatch clock = Stopwatch.StartNew();
        while (!File.Exists(folder.File("paper", "summary.json")))
        {
            Assert.False(process.HasExited || clock.Elapsed > TimeSpan.FromMinutes(2), "it did not begin");
            await Task.Delay(5, TestContext.Current.CancellationToken);
        }

        using Process kill = Process.Start("kill", ["-INT", process.Id.ToString(CultureInfo.InvariantCulture)]);
        string told = await errors;
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(130, process.ExitCode);
        Assert.Single(told.Split('\n'), line => line.Contains("cancelling", StringComparison.Ordinal));
        JsonNode summary = JsonNode.Parse(File.ReadAllText(folder.File("paper", "summary.json")))!;
        Assert.Equal(130, summary["exit"]!.GetValue<int>());
        Assert.InRange(summary["finished"]!.GetValue<int>(), 1, 16);
        Assert.Equal(summary["finished"]!.GetValue<int>(), summary["figures"]!.AsArray().Count);
        Assert.Contains("fig-3-digits/figures/weights-layer-1.png", File.ReadAllText(folder.File("paper", "index.md")), StringComparison.Ordinal);
    }

    [Fact]
    public void AnotherName_IsRefused()
    {
        CommandLine.Outcome outcome = CommandLine.Run(folder.Path, "reproduce", "papre");
        Assert.Equal(64, outcome.Exit);
        Assert.Contains("did you mean paper?", outcome.Error, StringComparison.Ordinal);
    }
}
