using System.Text.Json.Nodes;
using Xunit;

namespace Inversion.Tests.Cli;

public sealed class InvertCommandTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("gauss-newton")]
    [InlineData("l-bfgs")]
    public void Invert_OfAnEasyNetwork_RecoversEveryCodeWithinTheBudget(string solver)
    {
        CommandLine.Outcome outcome = CommandLine.Run(
            folder.Path, "invert", "--input", "4x1", "--layers", "32k4,32k4", "--codes", "10", "--solver", solver, "--out", "run", "--json");

        Assert.True(outcome.Exit == 0, outcome.Error);
        JsonNode summary = JsonNode.Parse(outcome.Output)!;
        Assert.Equal(1, summary["successRate"]!.GetValue<double>());
        Assert.All(summary["codes"]!.AsArray(), code =>
        {
            Assert.True(code!["relativeError"]!.GetValue<double>() < 1e-3);
            Assert.True(code["evaluations"]!.GetValue<double>() <= 1000);
        });
        Assert.Equal(outcome.Output, File.ReadAllText(folder.File("run", "invert.json")));
    }

    [Fact]
    public void Invert_WithOneThreadOrTwo_GivesTheSameBits()
    {
        string Run(string threads) => CommandLine.Run(
            folder.Path, "invert", "--input", "4x1", "--layers", "16k4,16k4", "--mask", "random:0.5", "--codes", "6", "--threads", threads, "--json").Output;

        Assert.Equal(Run("1"), Run("2"));
    }

    [Fact]
    public void Invert_OfATarget_CompletesTheOutput()
    {
        string[] network = ["--input", "2x1", "--layers", "16k4"];
        JsonNode evaluated = JsonNode.Parse(CommandLine.Run(folder.Path, ["evaluate", .. network, "--z", "[0.6,-0.8]"]).Output)!;
        File.WriteAllText(folder.File("target.json"), evaluated["output"]!.ToJsonString());

        CommandLine.Outcome outcome = CommandLine.Run(folder.Path, ["invert", .. network, "--mask", "top", "--target", "target.json", "--json"]);

        JsonNode summary = JsonNode.Parse(outcome.Output)!;
        double[] completed = [.. summary["completed"]!.AsArray().Select(value => value!.GetValue<double>())];
        double[] truth = [.. evaluated["output"]!.AsArray().Select(value => value!.GetValue<double>())];
        Assert.Equal(truth.Length, completed.Length);
        Assert.All(truth.Zip(completed), pair => Assert.Equal(pair.First, pair.Second, 1e-9));
        Assert.Null(summary["successRate"]);
    }

    [Fact]
    public void Invert_ThatObservesNothing_SaysSoAndRecoversNothing()
    {
        CommandLine.Outcome outcome = CommandLine.Run(
            folder.Path, "invert", "--input", "2x1", "--layers", "4k2", "--mask", "random:0", "--codes", "2", "--json");

        JsonNode summary = JsonNode.Parse(outcome.Output)!;
        Assert.Equal(0, summary["successRate"]!.GetValue<double>());
        Assert.All(summary["codes"]!.AsArray(), code => Assert.Equal("NothingObserved", code!["stop"]!.GetValue<string>()));
    }

    [Fact]
    public void Invert_OfATargetOfTheWrongLength_ExitsWith65()
    {
        File.WriteAllText(folder.File("target.json"), "[1,2,3]");

        CommandLine.Outcome outcome = CommandLine.Run(folder.Path, "invert", "--input", "2x1", "--layers", "4k2", "--target", "target.json");

        Assert.Equal(65, outcome.Exit);
        Assert.Contains("3 numbers", outcome.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void ThePapersMethod_TakesItsOwnStepsFromItsOwnStarts()
    {
        Assert.Equal(500.0, Evaluations("paper"), 1.0);
        Assert.Equal(1500.0, Evaluations("paper:3"), 3.0);
        foreach (string[] wrong in (string[][])[["--solver", "paper:0"], ["--solver", "paper:"], ["--solver", "papers"], ["--solver", "paper", "--budget", "5"], ["--solver", "paper", "--restarts", "2"]])
        {
            CommandLine.Outcome outcome = CommandLine.Run(folder.Path, ["invert", "--input", "2x1", "--layers", "6k2", "--out", "wrong", .. wrong]);
            Assert.Equal(64, outcome.Exit);
            Assert.Contains("--solver paper", outcome.Error, StringComparison.Ordinal);
        }

        // A code that 500 steps do not bring to within rounding: every step is taken.
        double Evaluations(string solver)
        {
            CommandLine.Outcome outcome = CommandLine.Run(folder.Path, "invert", "--network", "digits", "--mask", "left", "--codes", "1", "--solver", solver, "--out", "paper");
            Assert.True(outcome.Exit == 0, outcome.Error);
            return JsonNode.Parse(File.ReadAllText(folder.File("paper", "invert.json")))!["codes"]![0]!["evaluations"]!.GetValue<double>();
        }
    }
}
