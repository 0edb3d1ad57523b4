using System.Text.Json;
using Inversion.Tests.Cli;
using Inversion.Tests.Formats;
using Xunit;

namespace Inversion.Tests.Docs;

/// <summary>The page on generators of PyTorch: its code is the sample's, and what the sample writes is the network that PyTorch ran.</summary>
public sealed class FromPyTorchTests : IDisposable
{
    private const string Sample = "tests/Inversion.Tests/Samples/from_pytorch.py";
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void ThePage_ShowsTheSampleLineByLine()
    {
        string[] shown = [.. Page.Read("docs/from-pytorch.md").Blocks.Where(block => block.Language == "python").SelectMany(block => block.Lines).Where(line => line.Length > 0)];
        string[] run = [.. File.ReadAllLines(Path.Combine(Repository.Root, Sample)).Where(line => line.Length > 0)];

        Assert.Equal(run, shown);
    }

    [Fact]
    public void WhatTheSampleWrites_HasTheOutputsOfPyTorch()
    {
        Export();
        double[] expected = Numbers(File.ReadAllText(folder.File("torch.json")), null);

        foreach (string file in (string[])["net.safetensors", "net.onnx"])
        {
            CommandLine.Outcome outcome = CommandLine.Run(folder.Path, "evaluate", "--network", file, "--z", "[0.5,-1,2,0.25]");
            Assert.True(outcome.Exit == 0, outcome.Error);
            ReferenceFileTests.AssertClose(expected, Numbers(outcome.Output, "output"), 1e-5, file);
        }
    }

    [Fact]
    public void EveryCommandOfThePage_PrintsWhatThePageShows()
    {
        Export();
        Transcript transcript = new(folder.Path);

        transcript.Run(Page.Read("docs/from-pytorch.md"));

        Assert.Empty(transcript.Differences);
        Assert.Equal(3, transcript.Commands);
    }

    private void Export()
    {
        Assert.SkipWhen(Python.WithTorch is null, Python.Missing);
        (int exit, string error) = Python.Run(Python.WithTorch!, folder.Path, Path.Combine(Repository.Root, Sample));
        Assert.True(exit == 0, error);
    }

    private static double[] Numbers(string json, string? property)
    {
        using JsonDocument document = JsonDocument.Parse(json);
        return SharedData.Numbers(property is null ? document.RootElement : document.RootElement.GetProperty(property));
    }
}
