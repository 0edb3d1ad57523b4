using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using Xunit;

namespace Inversion.Tests.Cli;

public sealed class InterruptionTests
{
    private static readonly string[] Long = ["sweep", "--input", "2x1", "--layers", "6k2,4k2", "--seed", "5", "--trials", "20000000"];

    // A scheduler that signals every process, and a wrapper that passes the signal on: here as many as fit, until the program has ended.
    [Fact]
    public async Task ATerminationThatIsSentAgainAndAgain_EndsAsWellAsOne()
    {
        using TemporaryFolder folder = new();
        using Process sweep = Begin(folder.Path);
        Task<string> reading = sweep.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        _ = sweep.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        while (!sweep.HasExited)
        {
            Signal("TERM", sweep);
        }

        string errors = await reading;
        Assert.True(sweep.ExitCode == 130, $"exit {sweep.ExitCode}: {errors}");
        Assert.Single(errors.Split('\n'), line => line.Contains("cancelling", StringComparison.Ordinal));
        JsonNode summary = JsonNode.Parse(File.ReadAllText(Path.Combine(folder.Path, "summary.json")))!;
        Assert.False(summary["complete"]!.GetValue<bool>());
        Assert.True(summary["cells"]![0]!["trials"]!.GetValue<int>() > 0);
    }

    private static Process Begin(string folder)
    {
        Process sweep = CommandLine.Start(folder, [.. Long, "--out", folder]);

        // plan.json is written just before the program listens to signals; the log grows when trials are kept.
        string log = Path.Combine(folder, "trials.sqlite-wal");
        Stopwatch clock = Stopwatch.StartNew();
        while (!File.Exists(Path.Combine(folder, "plan.json")) || !File.Exists(log) || new FileInfo(log).Length < 100_000)
        {
            Assert.False(sweep.HasExited || clock.Elapsed > TimeSpan.FromMinutes(1), "the sweep did not begin");
            Thread.Sleep(5);
        }

        return sweep;
    }

    private static void Signal(string name, Process process)
    {
        ProcessStartInfo start = new("kill") { RedirectStandardError = true };
        start.ArgumentList.Add($"-{name}");
        start.ArgumentList.Add(process.Id.ToString(CultureInfo.InvariantCulture));
        using Process kill = Process.Start(start)!;
        kill.WaitForExit();
    }
}
