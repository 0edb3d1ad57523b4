using System.Globalization;
using System.Text.Json.Nodes;
using Inversion.Networks;
using Inversion.Networks.Formats;
using Inversion.Randomness;
using Inversion.Tests.Networks;
using Xunit;

namespace Inversion.Tests.Cli;

/// <summary>landscape.</summary>
public sealed class LandscapeCommandTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("relu")]
    [InlineData("leaky-relu")]
    [InlineData("sigmoid")]
    [InlineData("tanh")]
    public void J_IsWhatDirectLoopsGive(string activation)
    {
        GenerativeNetwork network = new NetworkBuilder { Input = Shape.Parse("3x1"), Layers = "6k3,4k3", Activation = activation }.Draw(RandomKey.Parse("7"));
        NetworkFile.Write(network, folder.File("net.safetensors"));
        (JsonNode summary, double[][] rows) = Run("--network net.safetensors --z [0.5,-1,2] --directions [0,0,3,4,0,9] --grid 5 --span 1.5");
        NaiveNetwork naive = new(network.InputShape, network.Layers);
        double[] truth = naive.Value([0.5, -1, 2]);
        Assert.Equal(25, rows.Length);
        foreach (double[] row in rows)
        {
            double[] output = naive.Value([0.5 + row[1], -1, 2 + row[0]]);
            Assert.Equal(0.5 * output.Zip(truth).Sum(pair => (pair.First - pair.Second) * (pair.First - pair.Second)), row[2], 1e-12);
        }

        Assert.Equal([-1.5, -0.75, 0, 0.75, 1.5], rows.Take(5).Select(row => row[0]));
        Assert.Equal(0, summary["least"]!["J"]!.GetValue<double>());
        Assert.Equal(0, summary["least"]!["x"]!.GetValue<double>());
        Assert.True(summary["gridMinima"]!.GetValue<int>() >= 1);
    }

    [Fact]
    public void TheSameSeed_GivesTheSameFilesAtAnyNumberOfThreads()
    {
        Run("--mask random:0.5 --grid 21 --threads 1", "one");
        Run("--mask random:0.5 --grid 21 --threads 3", "three");
        string[] files = [.. Directory.GetFiles(folder.File("one"), "*", SearchOption.AllDirectories).Select(file => Path.GetRelativePath(folder.File("one"), file)).Order(StringComparer.Ordinal)];
        Assert.Equal(["figures/landscape.png", "figures/landscape.svg", "landscape.csv", "landscape.html", "landscape.json", "manifest.json", "plan.json", "report.html", "report.md"], files);

        // The manifest has the time.
        Assert.All(files.Where(file => file != "manifest.json"), file => Assert.Equal(File.ReadAllBytes(folder.File("one", file)), File.ReadAllBytes(folder.File("three", file))));
        Assert.True(new FileInfo(folder.File("one", "landscape.html")).Length < 5_000_000);
    }

    // Scaling both layers by their textbook factors multiplies a ReLU network's J by the square of their product: here √400 and √25.
    [Fact]
    public void TextbookWeights_AreThoseOfTheLaw()
    {
        double normalized = Run("--grid 5", "normalized").Summary["largest"]!["J"]!.GetValue<double>();
        double textbook = Run("--grid 5 --weight-scale textbook", "textbook").Summary["largest"]!["J"]!.GetValue<double>();
        Assert.Equal(400.0 * 25, textbook / normalized, 1e-6);
        normalized = Run("--grid 5 --weights uniform01", "normalized").Summary["largest"]!["J"]!.GetValue<double>();
        textbook = Run("--grid 5 --weights uniform01 --weight-scale textbook", "textbook").Summary["largest"]!["J"]!.GetValue<double>();
        Assert.Equal(400.0 * 25 / 9, textbook / normalized, 1e-6);
    }

    // Weights of one sign kill every code with negative entries: J is flat there.
    [Fact]
    public void WeightsOfOneSign_LeaveAFlatMinimum()
    {
        JsonNode summary = Run("--weights uniform01 --z [-1,-1] --grid 11 --span 1").Summary;
        Assert.Equal(121, summary["leastCount"]!.GetValue<int>());
        Assert.Equal(0, summary["largest"]!["J"]!.GetValue<double>());
    }

    [Theory]
    [InlineData("--grid 1", 64, "--grid 1: a whole number of at least 3")]
    [InlineData("--grid 2000", 64, "at most 1001")]
    [InlineData("--span 0", 64, "--span 0: a positive number")]
    [InlineData("--input 1x1 --layers 4k2", 64, "at least 2 entries")]
    [InlineData("--z [0,0]", 64, "must be finite and not 0")]
    [InlineData("--z [1,2,3]", 64, "3 numbers; the latent code has 2")]
    [InlineData("--directions [1,2,2,4]", 64, "not parallel")]
    [InlineData("--weight-scale textbok", 64, "did you mean textbook?")]
    [InlineData("--network nan.safetensors", 65, "weight[1] is NaN")]
    [InlineData("--network nan.safetensors --weights gaussian", 64, "is a file")]
    [InlineData("--network digits-conditional", 64, "--bind class=K")]
    [InlineData("--spam 2", 64, "did you mean --span?")]
    public void Faults_AreToldInOneLine(string options, int exit, string told)
    {
        NetworkFile.Write(new GenerativeNetwork(Shape.Flat(2), [new LinearLayer(2, 1, [1, double.NaN])]), folder.File("nan.safetensors"));
        CommandLine.Outcome outcome = CommandLine.Run(folder.Path, ["landscape", .. options.Split(' ')]);
        Assert.Equal(exit, outcome.Exit);
        Assert.Single(outcome.ErrorLines);
        Assert.Contains(told, outcome.Error, StringComparison.Ordinal);
    }

    private (JsonNode Summary, double[][] Rows) Run(string options, string name = "run")
    {
        CommandLine.Outcome outcome = CommandLine.Run(folder.Path, ["landscape", .. options.Split(' '), "--out", name, "--json"]);
        Assert.True(outcome.Exit == 0, outcome.Error);
        double[][] rows = [.. File.ReadAllLines(folder.File(name, "landscape.csv")).Skip(1).Select(line => line.Split(',').Select(cell => double.Parse(cell, CultureInfo.InvariantCulture)).ToArray())];
        return (JsonNode.Parse(outcome.Output)!, rows);
    }
}
