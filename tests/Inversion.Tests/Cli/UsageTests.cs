using System.Text;
using Inversion.Networks;
using Inversion.Networks.Formats;
using Inversion.Randomness;
using Xunit;

namespace Inversion.Tests.Cli;

public sealed class UsageTests : IDisposable
{
    private static readonly string[] Drawn = ["--input", "2x1", "--layers", "4k2"];
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("audit")]
    [InlineData("invert")]
    [InlineData("evaluate")]
    [InlineData("inspect")]
    [InlineData("export")]
    [InlineData("replay")]
    [InlineData("shrink")]
    public void Help_OfEveryCommand_ShowsAnExample(string command)
    {
        CommandLine.Outcome outcome = CommandLine.Run(folder.Path, command, "--help");

        Assert.Equal(0, outcome.Exit);
        Assert.Contains($"Example: inversion {command}", outcome.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "no command")]
    [InlineData("adit", "did you mean audit?")]
    [InlineData("audit --epsilom 0.1", "did you mean --epsilon?")]
    [InlineData("audit --claim desent", "did you mean descent?")]
    [InlineData("audit --epsilon nan", "--epsilon nan")]
    [InlineData("audit --epsilon 0", "--epsilon 0")]
    [InlineData("audit --trials -1", "--trials -1")]
    [InlineData("audit --seed xyz", "--seed xyz")]
    [InlineData("audit --threads 0", "--threads 0")]
    [InlineData("audit --weights gausian --input 2x1 --layers 4k2", "did you mean gaussian?")]
    [InlineData("audit --input 2x1", "--layers")]
    [InlineData("audit --input 2x --layers 4k2", "2x")]
    [InlineData("audit --input 2x1 --layers 4q2", "4q2")]
    [InlineData("audit --input 2x1 --layers 4k2 --activation rely", "did you mean relu?")]
    [InlineData("audit --input 2x1 --layers 4k2 --mask tpo", "did you mean top?")]
    [InlineData("audit --input 2x1 --layers 4k2 --mask random:2", "random:2")]
    [InlineData("audit --input 2x1 --layers 4k2 --measure gauss:3", "gauss:3")]
    [InlineData("audit --input 2x1 --layers 4k2 --expect descent", "CLAIM=VERDICT")]
    [InlineData("audit --input 2x1 --layers 4k2 --expect descent=fine", "fine")]
    [InlineData("audit --input 2x1 --layers 4k2 --expect descent=suported", "did you mean supported?")]
    [InlineData("audit --input 2x1 --layers 4k2 --expect desent=supported", "did you mean descent?")]
    [InlineData("audit --quite", "did you mean --quiet?")]
    [InlineData("audit --input 2x1 --layers 4k2 --claim origin --expect descent=refuted", "descent")]
    [InlineData("evaluate --input 2x1 --layers 4k2", "--z")]
    [InlineData("evaluate --input 2x1 --layers 4k2 --z [1,2,3]", "3 numbers")]
    [InlineData("evaluate --input 2x1 --layers 4k2 --z [1,x]", "--z")]
    [InlineData("invert --input 2x1 --layers 4k2 --solver newton", "gauss-newton")]
    [InlineData("invert --input 2x1 --layers 4k2 --codes none", "--codes none")]
    [InlineData("invert", "no network")]
    [InlineData("replay", "replay")]
    [InlineData("shrnk run", "did you mean shrink?")]
    [InlineData("shrink run --budgte 9", "did you mean --budget?")]
    [InlineData("shrink run --budget -1", "--budget -1")]
    [InlineData("shrink run --seconds nan", "--seconds nan")]
    [InlineData("shrink", "shrink")]
    public void WrongCommandLine_ExitsWith64AndOneLineThatSaysWhat(string arguments, string expected)
    {
        CommandLine.Outcome outcome = CommandLine.Run(folder.Path, arguments.Split(' ', StringSplitOptions.RemoveEmptyEntries));

        Assert.Equal(64, outcome.Exit);
        Assert.Single(outcome.ErrorLines);
        Assert.StartsWith("inversion: ", outcome.Error, StringComparison.Ordinal);
        Assert.Contains(expected, outcome.Error, StringComparison.Ordinal);
        Assert.Empty(outcome.Output);
    }

    [Theory]
    [InlineData("inspect missing.safetensors", "missing.safetensors")]
    [InlineData("audit --network missing.safetensors", "missing.safetensors")]
    [InlineData("audit --plan missing.json", "missing.json")]
    [InlineData("replay missing", "missing")]
    [InlineData("shrink missing", "missing")]
    [InlineData("evaluate --input 2x1 --layers 4k2 --z missing.json", "missing.json")]
    [InlineData("evaluate --input 2x1 --layers 4k2 --z [1,2] --mask rows:missing.json", "missing.json")]
    public void MissingFile_ExitsWith65AndNamesIt(string arguments, string expected)
    {
        CommandLine.Outcome outcome = CommandLine.Run(folder.Path, arguments.Split(' '));

        Assert.Equal(65, outcome.Exit);
        Assert.Single(outcome.ErrorLines);
        Assert.Contains(expected, outcome.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(3)]
    [InlineData(20)]
    [InlineData(-5)]
    public void TruncatedNetworkFile_ExitsWith65(int length)
    {
        string file = folder.File("cut.safetensors");
        NetworkFile.Write(new NetworkBuilder { Input = Shape.Parse("2x1"), Layers = "4k2" }.Draw(RandomKey.Parse("1")), file);
        byte[] bytes = File.ReadAllBytes(file);
        File.WriteAllBytes(file, bytes[..(length > 0 ? length : bytes.Length + length)]);

        CommandLine.Outcome outcome = CommandLine.Run(folder.Path, "audit", "--network", file);

        Assert.Equal(65, outcome.Exit);
        Assert.Single(outcome.ErrorLines);
        Assert.Contains("cut.safetensors", outcome.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{", "not JSON")]
    [InlineData("[]", "object")]
    [InlineData("{\"epsilom\": 1}", "did you mean epsilon?")]
    [InlineData("{\"epsilon\": {}}", "epsilon")]
    public void MalformedPlan_ExitsWith65AndSaysWhere(string plan, string expected)
    {
        File.WriteAllText(folder.File("plan.json"), plan);

        CommandLine.Outcome outcome = CommandLine.Run(folder.Path, "audit", "--plan", "plan.json");

        Assert.Equal(65, outcome.Exit);
        Assert.Single(outcome.ErrorLines);
        Assert.Contains("plan.json", outcome.Error, StringComparison.Ordinal);
        Assert.Contains(expected, outcome.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Witness_WithGarbageInside_ExitsWith65()
    {
        File.WriteAllText(folder.File("w.json"), "{\"schema\":\"inversion.witness/1\",\"claim\":7}", Encoding.UTF8);

        CommandLine.Outcome outcome = CommandLine.Run(folder.Path, "replay", "w.json");

        Assert.Equal(65, outcome.Exit);
        Assert.Single(outcome.ErrorLines);
    }

    [Fact]
    public void Export_ToAnExistingFile_NeedsForce()
    {
        string[] export = ["export", "net.safetensors", .. Drawn];

        Assert.Equal(0, CommandLine.Run(folder.Path, export).Exit);
        Assert.Equal(64, CommandLine.Run(folder.Path, export).Exit);
        Assert.Equal(0, CommandLine.Run(folder.Path, [.. export, "--force"]).Exit);
    }

    [Fact]
    public void Export_ThenInspect_KeepsTheFingerprint()
    {
        string drawn = CommandLine.Run(folder.Path, ["inspect", .. Drawn]).Output;
        CommandLine.Run(folder.Path, ["export", "net.safetensors", .. Drawn]);
        string read = CommandLine.Run(folder.Path, "inspect", "net.safetensors").Output;

        string Fingerprint(string text) => text.Split('\n').Single(line => line.StartsWith("fingerprint", StringComparison.Ordinal));
        Assert.Equal(Fingerprint(drawn), Fingerprint(read));
    }
}
