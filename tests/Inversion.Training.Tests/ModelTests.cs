using System.Text.Json.Nodes;
using Inversion.Networks;
using Inversion.Networks.Engine;
using Inversion.Networks.Formats;
using Inversion.Randomness;
using Inversion.Training.Runs;
using Xunit;

namespace Inversion.Training.Tests;

/// <summary>The models that come with the project.</summary>
public sealed class ModelTests
{
    private const long MostBytes = 3_000_000;
    private const int Codes = 100;

    public static IEnumerable<TheoryDataRow<string>> Models =>
        Directory.GetFiles(Path.Combine(Root(), "models"), "*.safetensors").Order(StringComparer.Ordinal).Select(path => new TheoryDataRow<string>(Path.GetFileName(path)));

    [Theory]
    [MemberData(nameof(Models))]
    public void EveryModel_IsSmallFiniteAndSaysWhereItComesFrom(string name)
    {
        string path = Path.Combine(Root(), "models", name);
        SafetensorsFile file = SafetensorsFile.Read(path);
        GenerativeNetwork network = NetworkFile.Read(path);
        JsonNode record = JsonNode.Parse(file.Metadata[Provenance.Key])!;

        Assert.InRange(new FileInfo(path).Length, 1, MostBytes);
        Assert.Null(network.FirstNonFinite());
        Assert.All(file.Tensors, tensor => Assert.Equal("F32", tensor.Type));
        Assert.Contains("MIT", file.Metadata["licence"], StringComparison.Ordinal);
        Assert.All(record["data"]!.AsArray(), data => Assert.Matches("^[0-9a-f]{64}$", (string?)data!["sha256"]));
        int latent = (int)record["settings"]!["latent"]!;
        int classes = (int)record["settings"]!["classes"]!;
        Assert.Equal(latent + classes, network.LatentDimension);
        Assert.Equal(classes > 0, file.Metadata.ContainsKey(Provenance.ConditionKey));
        Assert.Contains(name, File.ReadAllText(Path.Combine(Root(), "models", "README.md")), StringComparison.Ordinal);
    }

    // Where tanh is at its end in single precision, its derivative is gone, and with it what the pixel says of the code.
    [Theory]
    [MemberData(nameof(Models))]
    public void HardlyAnyOutputOfAModel_IsAtTheEndOfTanh(string name)
    {
        string path = Path.Combine(Root(), "models", name);
        GenerativeNetwork network = NetworkFile.Read(path);
        int latent = (int)JsonNode.Parse(SafetensorsFile.Read(path).Metadata[Provenance.Key])!["settings"]!["latent"]!;
        int n0 = network.LatentDimension;
        double[] codes = new double[Codes * network.LatentDimension];
        double[] outputs = new double[Codes * network.OutputDimension];
        new RandomKey(11).Open().FillGaussian(codes);
        for (int i = 0; i < codes.Length; i++)
        {
            // The classes of a conditional generator, one-hot.
            codes[i] = i % n0 < latent ? codes[i] : i % n0 - latent == i / n0 % (n0 - latent) ? 1 : 0;
        }

        new NetworkEngine<double>(network).Forward(new NetworkWorkspace<double>(), codes, outputs, Codes);

        int ends = outputs.Count(output => Math.Abs((float)output) == 1);
        TestContext.Current.SendDiagnosticMessage("{0}: {1} of {2} outputs are at an end", name, ends, outputs.Length);
        Assert.InRange(ends, 0, outputs.Length / 100);
        Assert.True(outputs.Max() > 0.5 && outputs.Min() < -0.5, $"outputs from {outputs.Min()} to {outputs.Max()}");
    }

    private static string Root()
    {
        DirectoryInfo? folder = new(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Inversion.sln")))
        {
            folder = folder.Parent;
        }

        return folder?.FullName ?? throw new DirectoryNotFoundException("the tests do not run inside a checkout");
    }
}
