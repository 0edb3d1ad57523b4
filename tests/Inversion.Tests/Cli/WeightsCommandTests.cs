using System.Globalization;
using System.Text.Json.Nodes;
using Inversion.Networks;
using Inversion.Networks.Formats;
using Xunit;

namespace Inversion.Tests.Cli;

/// <summary>weights.</summary>
public sealed class WeightsCommandTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void MomentsAndHistogram_AreThoseOfTheWeights()
    {
        double[] weights = [.. Enumerable.Range(0, 60).Select(i => Math.Sin(i * i))];
        NetworkFile.Write(new GenerativeNetwork(Shape.Flat(6), [new LinearLayer(6, 10, weights), ActivationLayer.Parse("relu"), new LinearLayer(10, 1, [.. weights.Take(10)])]), folder.File("net.safetensors"));
        CommandLine.Outcome outcome = CommandLine.Run(folder.Path, "weights", "--network", "net.safetensors", "--bins", "7", "--out", "run", "--json");
        Assert.True(outcome.Exit == 0, outcome.Error);
        JsonNode summary = JsonNode.Parse(outcome.Output)!;
        Assert.Equal("inversion.weights/1", summary["schema"]!.GetValue<string>());
        Assert.Equal(2, summary["layers"]!.AsArray().Count);
        JsonNode layer = summary["layers"]![0]!;
        double mean = weights.Average();
        double deviation = Math.Sqrt(weights.Average(w => (w - mean) * (w - mean)));
        Assert.Equal(60, layer["count"]!.GetValue<int>());
        Assert.Equal(mean, layer["mean"]!.GetValue<double>(), 1e-12);
        Assert.Equal(deviation, layer["deviation"]!.GetValue<double>(), 1e-12);
        Assert.Equal(weights.Average(w => Math.Pow((w - mean) / deviation, 3)), layer["skewness"]!.GetValue<double>(), 1e-9);
        Assert.Equal(weights.Average(w => Math.Pow((w - mean) / deviation, 4)) - 3, layer["excessKurtosis"]!.GetValue<double>(), 1e-9);

        double[][] bars = [.. File.ReadAllLines(folder.File("run", "weights.csv")).Skip(1).Select(line => line.Split(',').Select(cell => double.Parse(cell, CultureInfo.InvariantCulture)).ToArray()).Where(row => row[0] == 1)];
        Assert.Equal(7, bars.Length);
        Assert.Equal(1, bars.Sum(bar => bar[3]), 1e-12);
        double[] counts = new double[7];
        foreach (double weight in weights)
        {
            counts[Math.Min(6, (int)(7 * (weight - weights.Min()) / (weights.Max() - weights.Min())))]++;
        }

        Assert.Equal(counts.Select(count => Math.Round(count)), bars.Select(bar => Math.Round(60 * bar[3])));
        Assert.All(summary["figures"]!.AsArray(), file => Assert.True(new FileInfo(folder.File("run", file!.GetValue<string>())).Length > 1000));
        Assert.Equal(4, summary["figures"]!.AsArray().Count);
    }

    // A Gaussian layer is near a normal law, one of ±1 is a quarter away from each.
    [Fact]
    public void TheDistance_TellsLawsApart()
    {
        double normal = Distance("gaussian");
        double signs = Distance("rademacher");
        Assert.True(normal < 0.03, $"{normal}");
        Assert.InRange(signs, 0.2, 0.3);
    }

    [Fact]
    public void WeightsThatAreAllOne_HaveNoShape()
    {
        CommandLine.Outcome outcome = CommandLine.Run(folder.Path, "weights", "--input", "3", "--layers", "dense1", "--weights", "constant", "--out", "run", "--json");
        Assert.True(outcome.Exit == 0, outcome.Error);
        JsonNode layer = JsonNode.Parse(outcome.Output)!["layers"]![0]!;
        Assert.Equal("NaN", layer["skewness"]!.GetValue<string>());
        Assert.Equal("NaN", layer["excessKurtosis"]!.GetValue<string>());
        Assert.Equal(0, layer["deviation"]!.GetValue<double>());
    }

    [Theory]
    [InlineData("--network theorm", 65, "did you mean theorem?")]
    [InlineData("--network none.safetensors", 65, "no such file")]
    [InlineData("--network theorem --bins 0", 64, "--bins 0")]
    [InlineData("--network theorem --binss 3", 64, "did you mean --bins?")]
    [InlineData("--network theorem --out taken", 64, "--out taken: no results can be written there")]
    [InlineData("--network nan.safetensors", 65, "weight[1] is NaN")]
    public void Faults_AreToldInOneLine(string options, int exit, string told)
    {
        File.WriteAllText(folder.File("taken"), "a file");
        NetworkFile.Write(new GenerativeNetwork(Shape.Flat(2), [new LinearLayer(2, 1, [1, double.NaN])]), folder.File("nan.safetensors"));
        CommandLine.Outcome outcome = CommandLine.Run(folder.Path, ["weights", .. options.Split(' ')]);
        Assert.Equal(exit, outcome.Exit);
        Assert.Single(outcome.ErrorLines);
        Assert.Contains(told, outcome.Error, StringComparison.Ordinal);
    }

    private double Distance(string law)
    {
        CommandLine.Outcome outcome = CommandLine.Run(folder.Path, "weights", "--input", "20", "--layers", "dense100", "--weights", law, "--out", law, "--json");
        Assert.True(outcome.Exit == 0, outcome.Error);
        return JsonNode.Parse(outcome.Output)!["layers"]![0]!["distance"]!.GetValue<double>();
    }
}
