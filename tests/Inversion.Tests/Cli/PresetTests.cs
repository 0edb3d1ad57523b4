using System.Diagnostics;
using System.Text.Json.Nodes;
using Inversion.Networks;
using Inversion.Networks.Formats;
using Xunit;

namespace Inversion.Tests.Cli;

/// <summary>Networks by name.</summary>
public sealed class PresetTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("digits", "1x32x32")]
    [InlineData("faces", "1x64x64")]
    public void ATrainedNetwork_IsFoundByItsName_AndItsCodesAreRecovered(string name, string output)
    {
        CommandLine.Outcome outcome = CommandLine.Run(folder.Path, "inspect", name);
        Assert.True(outcome.Exit == 0, outcome.Error);
        Assert.Contains($"10x1x1 -> {output}", outcome.Output, StringComparison.Ordinal);
        Assert.Contains("licence", outcome.Output, StringComparison.Ordinal);
        outcome = CommandLine.Run(folder.Path, "invert", "--network", name, "--mask", "left", "--codes", "5", "--grid", "--out", "run");
        Assert.True(outcome.Exit == 0, outcome.Error);
        Assert.Contains("5 of 5", outcome.Output, StringComparison.Ordinal);
        Assert.True(File.Exists(folder.File("run", "figures", "grid.png")));
    }

    [Fact]
    public void TheClassOfAConditionalNetwork_IsGivenOrFound()
    {
        CommandLine.Outcome outcome = CommandLine.Run(folder.Path, "invert", "--network", "digits-conditional", "--mask", "top", "--codes", "10", "--class", "search", "--out", "run");
        Assert.True(outcome.Exit == 0, outcome.Error);
        Assert.Contains("10 of 10", outcome.Output, StringComparison.Ordinal);
        JsonNode codes = JsonNode.Parse(File.ReadAllText(folder.File("run", "invert.json")))!["codes"]!;
        Assert.Equal(Enumerable.Range(0, 10), codes.AsArray().Select(code => code!["class"]!.GetValue<int>()));
        outcome = CommandLine.Run(folder.Path, "invert", "--network", "digits-conditional", "--codes", "2", "--out", "run");
        Assert.Equal(64, outcome.Exit);
        Assert.Contains("add --class K", outcome.Error, StringComparison.Ordinal);
        Assert.Equal(0, CommandLine.Run(folder.Path, "audit", "--network", "digits-conditional", "--bind", "class=3", "--claim", "assumptions", "--out", "audited").Exit);
        Assert.Equal(0, CommandLine.Run(folder.Path, "replay", "audited").Exit);
    }

    [Fact]
    public void AWitnessAboutATrainedNetwork_NamesIt_AndReplaysAnywhere()
    {
        Assert.Equal(0, CommandLine.Run(folder.Path, "audit", "--network", "digits", "--claim", "assumptions", "--out", "run").Exit);
        string witness = Assert.Single(Directory.GetFiles(folder.File("run", "witnesses")));
        Assert.Equal("digits", JsonNode.Parse(File.ReadAllText(witness))!["subject"]!["network"]!["file"]!.GetValue<string>());
        Assert.Equal(0, CommandLine.Run(folder.Path, "replay", "run").Exit);
    }

    [Fact]
    public void AFileOfTheSameName_GoesFirst()
    {
        NetworkFile.Write(new NetworkBuilder { Input = Shape.Parse("2x1"), Layers = "3k2" }.Draw(default), folder.File("digits"));
        Assert.Contains("2x1 -> 3x2", CommandLine.Run(folder.Path, "inspect", "digits").Output, StringComparison.Ordinal);
    }

    [Fact]
    public void ADescription_DrawsANetwork()
    {
        Assert.Contains("4x1 -> 6x4", CommandLine.Run(folder.Path, "inspect", "4x1:8k2,6k2").Output, StringComparison.Ordinal);
        CommandLine.Outcome outcome = CommandLine.Run(folder.Path, "inspect", "4x1:8q2");
        Assert.Equal(64, outcome.Exit);
        outcome = CommandLine.Run(folder.Path, "inspect", "digit");
        Assert.Equal(65, outcome.Exit);
        Assert.Contains("did you mean digits?", outcome.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("digits")]
    [InlineData("digits-conditional")]
    [InlineData("faces")]
    public void ATrainedNetwork_LoadsAtOnce(string name)
    {
        string file = Path.Combine(AppContext.BaseDirectory, "models", name + ".safetensors");
        NetworkLoader.Load(file);

        // The least of some: the machine may have other work.
        double least = Enumerable.Range(0, 20).Min(_ =>
        {
            long begin = Stopwatch.GetTimestamp();
            NetworkLoader.Load(file);
            return Stopwatch.GetElapsedTime(begin).TotalMilliseconds;
        });
        Assert.True(least < 50, $"{least} ms");
        TestContext.Current.TestOutputHelper?.WriteLine($"{name}: {least} ms");
    }
}
