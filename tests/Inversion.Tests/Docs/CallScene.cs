using Inversion.Tests.Cli;
using Inversion.Tests.Formats;
using Xunit;

namespace Inversion.Tests.Docs;

/// <summary>The folder that the calls of the pages are started in: what they name lies there, and stands for the reader's own words in capitals.</summary>
public sealed class CallScene : IDisposable
{
    private static readonly Dictionary<string, string> Words = new()
    {
        ["NETWORK"] = "digits",
        ["FILE"] = "generator.safetensors",
        ["models/FILE"] = "generator.safetensors",
        ["runs/NAME/model.safetensors"] = "generator.safetensors",
        ["MASK"] = "top",
        ["N"] = "2",
        ["B"] = "300",
        ["S"] = "l-bfgs",
        ["I/N"] = "1/2",
        ["I/2"] = "1/2",
        ["COMMAND"] = "audit",
        ["DIR"] = "runs/audit-1",
        ["RUNFOLDER"] = "runs/audit-1",
        ["PATH"] = "runs/audit-1",
        ["OLD"] = "runs/audit-1",
        ["NEW"] = "runs/audit-2",
        ["RUN/whole"] = "swept",
        ["runs/sweep-…"] = "swept",
    };

    private readonly TemporaryFolder folder = new();

    /// <summary>Makes the files and run folders that the pages take for given.</summary>
    public CallScene()
    {
        File.Copy(Path.Combine(Repository.Root, "models", "digits.safetensors"), folder.File("generator.safetensors"));
        foreach (string seed in (string[])["1", "2"])
        {
            Make("audit", "--input", "2x1", "--layers", "6k2,6k2", "--draws", "2", "--trials", "5", "--starts", "1", "--steps", "10", "--claim", "weight-concentration,origin", "--seed", seed, "--out", $"runs/audit-{seed}");
        }

        Make("sweep", "--input", "2x1", "--layers", "4k2", "--mask", "random", "--rate", "0.5", "--trials", "4", "--out", "swept");
    }

    /// <summary>Where the calls are started.</summary>
    public string Folder => folder.Path;

    /// <summary>The words of a call as it can be started here. The test is skipped where a file is missing that is not the project's.</summary>
    public string[] Started(string call)
    {
        string[] words = [.. Page.Words(call)];
        switch (words)
        {
            // Which folders, and which grid, is left to the reader.
            case ["merge", "DIR", "DIR", "…", ..]:
                return ["merge", "swept", "swept", "--out", "merged"];
            case ["report", "DIR"]:
                return ["report", "runs/audit-1"];
            case ["sweep", "--resume", "sweep"]:
                return ["sweep", "--resume", "swept"];
            case ["export-trials", "DIR"]:
                return ["export-trials", "swept"];
            case ["sweep", "…", ..]:
                words = ["sweep", "--input", "2x1", "--layers", "4k2", .. words[2..]];
                break;
            case ["sweep", "--shard", ..]:
                words = ["sweep", "--input", "2x1", "--layers", "4k2", .. words[1..]];
                break;
            case ["invert", "--codes", "N"]:
                words = ["invert", "--network", "generator.safetensors", "--codes", "N"];
                break;
            default:
                break;
        }

        if (words.Contains("cgan.onnx.gz") && !File.Exists(folder.File("cgan.onnx.gz")))
        {
            File.Copy(SharedData.Require("data/generators/cgan-vnncomp-32.onnx.gz"), folder.File("cgan.onnx.gz"));
        }

        if (words.Contains("net.onnx"))
        {
            Assert.SkipWhen(Python.WithTorch is null, Python.Missing);
            (int exit, string error) = Python.Run(Python.WithTorch!, folder.Path, Path.Combine(Repository.Root, "tests", "Inversion.Tests", "Samples", "from_pytorch.py"));
            Assert.True(exit == 0, error);
        }

        return [.. words.Select(word => Words.GetValueOrDefault(word, word))];
    }

    /// <inheritdoc/>
    public void Dispose() => folder.Dispose();

    private void Make(params string[] arguments)
    {
        CommandLine.Outcome outcome = CommandLine.Run(folder.Path, arguments);
        Assert.True(outcome.Exit == 0, outcome.Error);
    }
}
