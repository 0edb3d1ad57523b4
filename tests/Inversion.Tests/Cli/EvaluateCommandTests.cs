using System.Text.Json.Nodes;
using Xunit;

namespace Inversion.Tests.Cli;

/// <summary>The command against PyTorch's values, where the reference folder is present.</summary>
public sealed class EvaluateCommandTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    public static IEnumerable<TheoryDataRow<string>> Cases()
    {
        string? oracle = OracleFolder();
        return oracle is null
            ? [new TheoryDataRow<string>("no reference folder")]
            : Directory.GetFiles(oracle, "*.json").Order(StringComparer.Ordinal).Select(file => new TheoryDataRow<string>(Path.GetFileNameWithoutExtension(file)));
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Evaluate_AgreesWithPyTorch(string name)
    {
        string? oracle = OracleFolder();
        Assert.SkipUnless(oracle is not null, "shared/oracle is not beside the checkout");
        JsonNode expected = JsonNode.Parse(File.ReadAllText(Path.Combine(oracle!, name + ".json")))!;
        string[] files = [.. new[] { "z", "y_star", "v", "w", "mask_indices" }.Select(key =>
        {
            string file = folder.File(key + ".json");
            File.WriteAllText(file, expected[key]!.ToJsonString());
            return file;
        })];
        string[] arguments =
            ["evaluate", "--network", Path.Combine(oracle!, name + ".safetensors"), "--z", files[0], "--target", files[1], "--direction", files[2],
            "--cotangent", files[3], "--mask", "rows:" + files[4]];

        foreach ((string[] precision, double tolerance) in new (string[], double)[] { ([], 1e-12), (["--float"], 1e-5) })
        {
            CommandLine.Outcome outcome = CommandLine.Run(folder.Path, [.. arguments, .. precision]);
            Assert.True(outcome.Exit == 0, outcome.Error);
            JsonNode found = JsonNode.Parse(outcome.Output)!;
            foreach ((string ours, string theirs) in new[] { ("output", "G_z"), ("value", "J"), ("gradient", "grad"), ("jvp", "Jv"), ("vjp", "JTw") })
            {
                double[] a = Numbers(found[ours]!);
                double[] b = Numbers(expected[theirs]!);
                Assert.Equal(b.Length, a.Length);
                double distance = Math.Sqrt(a.Zip(b).Sum(pair => (pair.First - pair.Second) * (pair.First - pair.Second)));
                Assert.True(distance <= tolerance * Math.Sqrt(b.Sum(x => x * x)), $"{ours}: off by {distance}");
            }

            double slope = Numbers(expected["grad"]!).Zip(Numbers(expected["v"]!)).Sum(pair => pair.First * pair.Second);
            Assert.Equal(slope, found["directionalDerivative"]!.GetValue<double>(), tolerance * 100);
        }
    }

    private static double[] Numbers(JsonNode node) =>
        node is JsonArray array ? [.. array.SelectMany(item => Numbers(item!))] : [node.GetValue<double>()];

    private static string? OracleFolder()
    {
        for (DirectoryInfo? at = new(AppContext.BaseDirectory); at is not null; at = at.Parent)
        {
            string candidate = Path.Combine(at.FullName, "shared", "oracle");
            if (Directory.Exists(candidate))
            {
                return candidate;
            }
        }

        return null;
    }
}
