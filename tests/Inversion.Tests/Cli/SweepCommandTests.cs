using System.Diagnostics;
using System.Text.Json.Nodes;
using Inversion.Randomness;
using Inversion.Sweeps;
using Xunit;

namespace Inversion.Tests.Cli;

public sealed class SweepCommandTests
{
    private static readonly string[] Plan = ["sweep", "--input", "2x1", "--layers", "6k2,4k2", "--mask", "random", "--mask", "top", "--rate", "0.3", "--rate", "0.6", "--seed", "5"];

    [Fact]
    public void ASweepOfAGrid_SaysTheRateOfEachCell()
    {
        using TemporaryFolder folder = new();
        (int exit, string output, string errors) = CommandLine.Run(folder.Path, [.. Plan, "--trials", "40", "--out", folder.Path]);
        Assert.True(exit == 0, errors);
        Assert.Contains("random", output, StringComparison.Ordinal);
        JsonNode summary = JsonNode.Parse(File.ReadAllText(Path.Combine(folder.Path, "summary.json")))!;
        JsonArray cells = summary["cells"]!.AsArray();
        Assert.Equal(4, cells.Count);
        Assert.All(cells, cell => Assert.Equal(40, cell!["trials"]!.GetValue<int>()));
        Assert.Equal(Outcomes(folder.Path).Count(outcome => outcome is { Cell: 1, Result: TrialResult.Success }), cells[1]!["successes"]!.GetValue<int>());
        Assert.True(summary["complete"]!.GetValue<bool>());
    }

    [Fact]
    public void ASweepOfAConditionalGenerator_DrawsItsClassAndSearchesIt()
    {
        using TemporaryFolder folder = new();
        (int exit, string output, string errors) = CommandLine.Run(
            folder.Path, "sweep", "--network", "digits-conditional", "--mask", "top", "--solver", "alternate", "--trials", "6", "--out", folder.Path);
        Assert.True(exit == 0, errors);
        JsonNode cell = JsonNode.Parse(File.ReadAllText(Path.Combine(folder.Path, "summary.json")))!["cells"]![0]!;
        Assert.Equal(6, cell["successes"]!.GetValue<int>());
        Assert.Contains("Seconds", output, StringComparison.Ordinal);

        // Each class was looked at: a quarter of 1,000 and what the right one took.
        Assert.All(Outcomes(folder.Path), outcome => Assert.InRange(outcome.Work, 200, 1000));
    }

    // More of both by INVERSION_STUDY_KILLS=100 (CONTRIBUTING.md).
    [Fact]
    public void KilledAtAnyMomentAndResumed_EndsAsIfNothingHadHappened()
    {
        bool isStudy = int.TryParse(Environment.GetEnvironmentVariable("INVERSION_STUDY_KILLS"), out int kills);
        kills = isStudy ? kills : 6;
        string trials = isStudy ? "500" : "60";
        using TemporaryFolder whole = new();
        using TemporaryFolder cut = new();

        // The study's trials take long enough that a hundred kills meet them.
        string[] plan = isStudy
            ? ["sweep", "--network", "theorem", "--mask", "random", "--mask", "top", "--rate", "0.3", "--rate", "0.6", "--trials", trials]
            : [.. Plan, "--trials", trials];
        Assert.Equal(0, CommandLine.Run(whole.Path, [.. plan, "--out", whole.Path, "--threads", "1"]).Exit);
        RandomStream moments = new RandomKey(1).Open();
        int begun = 0;
        int cutShort = 0;
        for (int kill = 0; kill < kills; kill++)
        {
            string[] arguments = File.Exists(Path.Combine(cut.Path, "plan.json")) ? ["sweep", "--resume", cut.Path] : [.. plan, "--out", cut.Path];
            using Process process = CommandLine.Start(cut.Path, arguments);
            Stopwatch clock = Stopwatch.StartNew();
            while (!process.HasExited && clock.ElapsedMilliseconds < 5000 && begun == 0 && !File.Exists(Path.Combine(cut.Path, "trials.sqlite")))
            {
                Thread.Sleep(1);
            }

            begun = 1;
            process.WaitForExit(moments.NextBelow(isStudy ? 900 : 600));
            cutShort += process.HasExited ? 0 : 1;
            process.Kill();
            process.WaitForExit();
        }

        TestContext.Current.TestOutputHelper?.WriteLine($"{cutShort} of {kills} kills met a running sweep");
        string[] resume = File.Exists(Path.Combine(cut.Path, "plan.json")) ? ["sweep", "--resume", cut.Path] : [.. plan, "--out", cut.Path];
        (int exit, _, string errors) = CommandLine.Run(cut.Path, resume);
        Assert.True(exit == 0, errors);
        Assert.Equal(Outcomes(whole.Path), Outcomes(cut.Path));
        Assert.Equal(File.ReadAllText(Path.Combine(whole.Path, "summary.json")), File.ReadAllText(Path.Combine(cut.Path, "summary.json")));
    }

    [Fact]
    public void WhatIsStoppedByARule_DependsOnNoThread()
    {
        using TemporaryFolder one = new();
        using TemporaryFolder four = new();
        string[] plan = [.. Plan, "--trials", "400", "--until-width", "0.3"];
        Assert.Equal(0, CommandLine.Run(one.Path, [.. plan, "--out", one.Path, "--threads", "1"]).Exit);
        Assert.Equal(0, CommandLine.Run(four.Path, [.. plan, "--out", four.Path, "--threads", "4"]).Exit);
        Assert.Equal(Outcomes(one.Path), Outcomes(four.Path));
        Assert.True(Outcomes(one.Path).Count < 1600, "a width of 0.3 needs fewer trials");
    }

    [Theory]
    [InlineData("phase-transition")]
    [InlineData("failure-probability")]
    [InlineData("conjecture-3")]
    [InlineData("conjecture-3-codes")]
    [InlineData("hand-voroninski")]
    [InlineData("hhhv-fig-1")]
    [InlineData("paper-4.2")]
    [InlineData("plugin")]
    [InlineData("theorem-4")]
    public void AShippedPlan_RunsByName(string name)
    {
        using TemporaryFolder folder = new();
        string[] run = ["--plan", name, "--trials", "2", "--out", folder.Path];

        // A busy machine may not come to a trial in a second.
        for (int seconds = 1; run.Length > 0; seconds *= 2)
        {
            Assert.True(seconds < 100, "no trial in a minute");
            (int exit, _, string errors) = CommandLine.Run(folder.Path, ["sweep", .. run, "--max-time", $"{seconds}"]);
            Assert.True(exit == 0, errors);
            run = Outcomes(folder.Path).Count > 0 ? [] : ["--resume", folder.Path];
        }
    }

    [Theory]
    [InlineData("--code sparse:3", "codes have 2 entries")]
    [InlineData("--code sparce:1", "sparse:K")]
    [InlineData("--code sparse:1 --claim descent", "a claim searches for codes itself")]
    [InlineData("--solver plugin:0", "positive F")]
    [InlineData("--solver plugins", "did you mean plugin?")]
    [InlineData("--success 0", "--success 0")]
    [InlineData("--mask contiguos --rate 0.5", "contiguous:RATE")]
    [InlineData("--mask contiguous:0.5 --rate 0.5", "without a share")]
    public void AWrongGrid_ExitsWith64AndOneLineThatSaysWhat(string options, string expected)
    {
        using TemporaryFolder folder = new();
        CommandLine.Outcome told = CommandLine.Run(folder.Path, ["sweep", "--input", "2x1", "--layers", "6k2,4k2", "--trials", "2", "--out", folder.Path, .. options.Split(' ')]);
        Assert.Equal(64, told.Exit);
        Assert.Single(told.ErrorLines);
        Assert.Contains(expected, told.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("contiguous:RATE")]
    [InlineData("blocks:RATE")]
    [InlineData("offsets:RATE")]
    [InlineData("adversarial:RATE")]
    [InlineData("sparse:K")]
    [InlineData("--success")]
    [InlineData("plugin:F")]
    public void Help_NamesEveryMaskAndLawOfCodes(string word)
    {
        using TemporaryFolder folder = new();
        Assert.Contains(word, CommandLine.Run(folder.Path, "sweep", "--help").Output, StringComparison.Ordinal);
    }

    [Fact]
    public void ALimitOfSuccessBelowTheErrorsFound_MakesFailuresOfThem()
    {
        using TemporaryFolder folder = new();
        string[] plan = ["sweep", "--input", "2x1", "--layers", "6k2,9k2", "--code", "gaussian", "--code", "sparse:1", "--noise", "0.0001", "--trials", "30"];
        Assert.Equal(0, CommandLine.Run(folder.Path, [.. plan, "--out", folder.File("wide")]).Exit);
        Assert.Equal(0, CommandLine.Run(folder.Path, [.. plan, "--success", "1e-9", "--out", folder.File("narrow")]).Exit);
        IReadOnlyList<TrialOutcome> wide = Outcomes(folder.File("wide"));
        IReadOnlyList<TrialOutcome> narrow = Outcomes(folder.File("narrow"));
        Assert.Equal(wide.Select(outcome => outcome.Value), narrow.Select(outcome => outcome.Value));
        Assert.Contains(wide, outcome => outcome.Result == TrialResult.Success);
        Assert.All(narrow, outcome => Assert.Equal(TrialResult.Failure, outcome.Result));
    }

    [Fact]
    public void APlanOfNoSuchName_IsToldWithTheNamesThereAre()
    {
        using TemporaryFolder folder = new();
        CommandLine.Outcome told = CommandLine.Run(folder.Path, "sweep", "--plan", "phase-transitions", "--out", folder.Path);
        Assert.Equal(65, told.Exit);
        Assert.Contains("did you mean phase-transition?", told.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void AFolderOfAnotherPlan_IsRefusedAndKept()
    {
        using TemporaryFolder folder = new();
        Assert.Equal(0, CommandLine.Run(folder.Path, [.. Plan, "--trials", "5", "--out", folder.Path]).Exit);
        IReadOnlyList<TrialOutcome> before = Outcomes(folder.Path);
        (int exit, _, string errors) = CommandLine.Run(folder.Path, [.. Plan, "--trials", "6", "--out", folder.Path]);
        Assert.Equal(65, exit);
        Assert.Contains("another plan", errors, StringComparison.Ordinal);
        (exit, _, errors) = CommandLine.Run(folder.Path, "sweep", "--resume", folder.Path, "--trials", "6");
        Assert.Equal(64, exit);
        Assert.Contains("--trials", errors, StringComparison.Ordinal);
        Assert.Equal(before, Outcomes(folder.Path));
    }

    [Fact]
    public void ANetworkFileThatWasChanged_IsAnotherPlan()
    {
        using TemporaryFolder folder = new();
        string network = Path.Combine(folder.Path, "network.safetensors");
        string run = Path.Combine(folder.Path, "run");
        Assert.Equal(0, CommandLine.Run(folder.Path, "export", network, "--input", "2x1", "--layers", "4k2").Exit);
        Assert.Equal(0, CommandLine.Run(folder.Path, "sweep", "--network", network, "--trials", "3", "--out", run).Exit);
        Assert.Equal(0, CommandLine.Run(folder.Path, "sweep", "--resume", run).Exit);
        Assert.Equal(0, CommandLine.Run(folder.Path, "export", network, "--input", "2x1", "--layers", "4k2", "--seed", "9", "--force").Exit);
        (int exit, _, string errors) = CommandLine.Run(folder.Path, "sweep", "--resume", run);
        Assert.Equal(65, exit);
        Assert.Contains("another plan", errors, StringComparison.Ordinal);
    }

    [Fact]
    public void ADamagedFileOrAnotherSchema_IsToldInOneLine()
    {
        using TemporaryFolder folder = new();
        Assert.Equal(0, CommandLine.Run(folder.Path, [.. Plan, "--trials", "5", "--out", folder.Path]).Exit);
        string file = Path.Combine(folder.Path, "trials.sqlite");
        byte[] bytes = File.ReadAllBytes(file);
        bytes[63] = 9; // The last byte of user_version, which stands at offset 60.
        File.WriteAllBytes(file, bytes);
        (int exit, _, string errors) = CommandLine.Run(folder.Path, "sweep", "--resume", folder.Path);
        Assert.Equal(65, exit);
        Assert.Contains("version 9", errors, StringComparison.Ordinal);
        File.WriteAllText(file, "this is no database, whatever its name says; it is longer than a header of one hundred bytes, to be read as a whole");
        CommandLine.Outcome damaged = CommandLine.Run(folder.Path, "sweep", "--resume", folder.Path);
        Assert.Equal(65, damaged.Exit);
        Assert.Single(damaged.ErrorLines);
        Assert.Contains("no database", damaged.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void TwoProcessesOnOneFolder_TheSecondIsTurnedAway()
    {
        using TemporaryFolder folder = new();
        using Process first = CommandLine.Start(folder.Path, [.. Plan, "--trials", "200000", "--out", folder.Path]);
        try
        {
            while (!File.Exists(Path.Combine(folder.Path, "plan.json")))
            {
                Assert.False(first.HasExited);
                Thread.Sleep(10);
            }

            (int exit, _, string errors) = CommandLine.Run(folder.Path, "sweep", "--resume", folder.Path);
            Assert.Equal(65, exit);
            Assert.Contains("another process", errors, StringComparison.Ordinal);
        }
        finally
        {
            first.Kill();
            first.WaitForExit();
        }

        Assert.Equal(0, CommandLine.Run(folder.Path, "sweep", "--resume", folder.Path, "--max-time", "0.5").Exit);
    }

    [Fact]
    public void AFolderThatCannotBeWritten_IsToldInOneLine()
    {
        using TemporaryFolder folder = new();
        Directory.CreateDirectory(Path.Combine(folder.Path, "trials.sqlite"));
        CommandLine.Outcome told = CommandLine.Run(folder.Path, [.. Plan, "--trials", "5", "--out", folder.Path]);
        Assert.Equal(65, told.Exit);
        Assert.Single(told.ErrorLines);
        Assert.Contains("cannot be opened for writing", told.Error, StringComparison.Ordinal);
    }

    private static List<TrialOutcome> Outcomes(string folder)
    {
        using TrialStore store = TrialStore.Read(Path.Combine(folder, "trials.sqlite"));
        return [.. store.Outcomes()];
    }
}
