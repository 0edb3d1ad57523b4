using System.Diagnostics;
using Inversion.Sweeps;
using Xunit;

namespace Inversion.Tests.Cli;

public sealed class SweepSecondsTests
{
    private static readonly string[] Plan = ["sweep", "--input", "2x1", "--layers", "6k2,4k2", "--seed", "5", "--trials", "20000000", "--threads", "1"];

    [Fact]
    public void ASweepThatIsKilledTwice_KeepsTheTimeOfBothRuns()
    {
        using TemporaryFolder folder = new();
        double once = AfterKilling(folder.Path, [.. Plan, "--out", folder.Path]);
        double twice = AfterKilling(folder.Path, "sweep", "--resume", folder.Path, "--threads", "1");
        Assert.True(twice > once + 0.5, $"{once} s after one run, {twice} s after two");
    }

    // One thread works for two seconds: what is kept is at most that, and lacks the last batches alone.
    private static double AfterKilling(string folder, params string[] arguments)
    {
        double before = Seconds(folder);
        using Process sweep = CommandLine.Start(folder, arguments);
        Stopwatch clock = Stopwatch.StartNew();
        Stopwatch since = new();
        while (!since.IsRunning || since.ElapsedMilliseconds < 2000)
        {
            Assert.False(sweep.HasExited || clock.Elapsed > TimeSpan.FromMinutes(1), "the sweep did not begin");
            Thread.Sleep(20);
            if (!since.IsRunning && Seconds(folder) > before)
            {
                since.Start();
            }
        }

        sweep.Kill();
        sweep.WaitForExit();
        double seconds = Seconds(folder);
        Assert.InRange(seconds - before, 0.5, clock.Elapsed.TotalSeconds);
        return seconds;
    }

    private static double Seconds(string folder)
    {
        // Written when the tables are there.
        if (!File.Exists(Path.Combine(folder, "plan.json")))
        {
            return 0;
        }

        using TrialStore store = TrialStore.Read(Path.Combine(folder, "trials.sqlite"));
        return store.Seconds()[0];
    }
}
