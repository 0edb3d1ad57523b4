using System.Text.Json.Nodes;
using Inversion.Networks.Formats;
using Xunit;

namespace Inversion.Tests.Cli;

public sealed class ShrinkCommandTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Shrink_OfARunFolder_WritesSmallerRefutationsThatReplayFromTheirFiles()
    {
        string[] names = Audited();

        CommandLine.Outcome shrunk = CommandLine.Run(folder.Path, "shrink", "run", "--out", "small");

        Assert.True(shrunk.Exit == 0, shrunk.Output + shrunk.Error);
        foreach (string name in names)
        {
            string witness = folder.File("small", name + ".json");
            CommandLine.Outcome replay = CommandLine.Run(folder.Path, "replay", witness);
            Assert.True(replay.Exit == 0, replay.Output + replay.Error);
            Assert.Contains("refuted, confirmed", replay.Output, StringComparison.Ordinal);
            JsonNode subject = JsonNode.Parse(File.ReadAllText(witness))!["subject"]!;
            Assert.Equal(folder.File("small", name + ".safetensors"), subject["network"]!["file"]!.GetValue<string>());
            Assert.True(Weights(name) < 96, $"{name}: {Weights(name)} weights");
            Assert.Contains($"{name} (2x1:6k2,6k2): 96 weights", shrunk.Output, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Shrink_OfOneWitness_PrintsEveryWeightOfTheSmallNetworkAndTheFact()
    {
        string name = Audited()[0];

        CommandLine.Outcome shrunk = CommandLine.Run(folder.Path, "shrink", Path.Combine("run", "witnesses", name + ".json"), "--out", "small");

        Assert.True(shrunk.Exit == 0, shrunk.Error);
        Assert.Single(Directory.GetFiles(folder.File("small"), "*.json"));
        Assert.Contains("tap by tap: [", shrunk.Output, StringComparison.Ordinal);
        JsonNode witness = JsonNode.Parse(File.ReadAllText(folder.File("small", name + ".json")))!;
        Assert.Contains(witness["fact"]!.GetValue<string>(), shrunk.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Shrink_WithoutBudget_WritesTheNetworkAsItIs()
    {
        string name = Audited()[0];
        string witness = Path.Combine("run", "witnesses", name + ".json");

        CommandLine.Outcome shrunk = CommandLine.Run(folder.Path, "shrink", witness, "--budget", "0", "--out", "same");

        Assert.True(shrunk.Exit == 0, shrunk.Error);
        JsonNode before = JsonNode.Parse(File.ReadAllText(folder.File(witness)))!;
        JsonNode after = JsonNode.Parse(File.ReadAllText(folder.File("same", name + ".json")))!;
        Assert.Equal(before["subject"]!["fingerprint"]!.GetValue<string>(), after["subject"]!["fingerprint"]!.GetValue<string>());
        Assert.True(JsonNode.DeepEquals(before["vectors"], after["vectors"]));
        Assert.Equal(0, CommandLine.Run(folder.Path, "replay", Path.Combine("same", name + ".json")).Exit);
    }

    [Fact]
    public void Shrink_OfAWitnessThatDoesNotReplay_ExitsWith1AndWritesNothing()
    {
        string file = folder.File("run", "witnesses", Audited()[0] + ".json");
        JsonNode witness = JsonNode.Parse(File.ReadAllText(file))!;
        witness["allowed"] = 1000;
        File.WriteAllText(file, witness.ToJsonString());

        CommandLine.Outcome shrunk = CommandLine.Run(folder.Path, "shrink", file, "--out", "small");

        Assert.Equal(1, shrunk.Exit);
        Assert.Contains("NOT confirmed", shrunk.Output, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(folder.File("small")));
    }

    [Fact]
    public void Shrink_OfADamagedWitness_ExitsWith65AndNamesTheFile()
    {
        string file = folder.File("run", "witnesses", Audited()[0] + ".json");
        string text = File.ReadAllText(file);
        foreach (string damaged in (string[])[text[..(text.Length / 2)], text.Replace("\"x\"", "\"w\"", StringComparison.Ordinal), "{}"])
        {
            File.WriteAllText(file, damaged);

            CommandLine.Outcome shrunk = CommandLine.Run(folder.Path, "shrink", file, "--out", "small");

            Assert.True(shrunk.Exit == 65, $"{shrunk.Exit}: {shrunk.Output}{shrunk.Error}");
            Assert.Single(shrunk.ErrorLines);
            Assert.Contains(Path.GetFileName(file), shrunk.Error, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Shrink_IntoTheFolderOfTheWitnesses_IsRefused()
    {
        Audited();

        CommandLine.Outcome shrunk = CommandLine.Run(folder.Path, "shrink", "run", "--out", Path.Combine("run", "witnesses"));

        Assert.Equal(64, shrunk.Exit);
        Assert.Contains("choose another folder", shrunk.Error, StringComparison.Ordinal);
    }

    /// <summary>Audits a network whose layers are too narrow to concentrate; the names of its witnesses.</summary>
    private string[] Audited()
    {
        CommandLine.Outcome audit = CommandLine.Run(
            folder.Path, "audit", "--input", "2x1", "--layers", "6k2,6k2", "--draws", "1", "--trials", "10", "--starts", "2", "--steps", "20",
            "--claim", "weight-concentration,gradient-near-mean", "--out", "run");
        Assert.True(audit.Exit == 0, audit.Error);
        string[] names = [.. Directory.GetFiles(folder.File("run", "witnesses")).Select(file => Path.GetFileNameWithoutExtension(file)).Order(StringComparer.Ordinal)];
        Assert.NotEmpty(names);
        return names;
    }

    private long Weights(string name) => SafetensorsFile.Read(folder.File("small", name + ".safetensors")).Tensors.Sum(tensor => tensor.Count);
}
