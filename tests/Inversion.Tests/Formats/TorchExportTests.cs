using System.Text.Json;
using Inversion.Networks;
using Inversion.Networks.Formats;
using Xunit;

namespace Inversion.Tests.Formats;

/// <summary>Files as torch.onnx writes them.</summary>
public sealed class TorchExportTests(TorchExport export) : IClassFixture<TorchExport>
{
    private static readonly Dictionary<string, double[]> Label = new() { ["label"] = [3] };

    [Theory]
    [InlineData("stamps-2d")]
    [InlineData("enlarged-1d")]
    [InlineData("conditional")]
    public void Read_ExportedBefore_AgreesWithTorchAndTheRuntime(string name) =>
        AssertAgrees(Path.Combine(AppContext.BaseDirectory, "Exports"), name, Path.Combine(AppContext.BaseDirectory, "Exports", $"{name}.onnx"));

    [Theory]
    [InlineData("stamps-1d")]
    [InlineData("stamps-2d")]
    [InlineData("enlarged-1d")]
    [InlineData("enlarged-2d")]
    [InlineData("dense")]
    [InlineData("conditional")]
    public void Read_ExportedNow_AgreesWithTorchAndTheRuntime(string name)
    {
        Assert.SkipUnless(export.Missing is null, export.Missing ?? string.Empty);
        string[] files = Directory.GetFiles(export.Folder, name + ".*.onnx");

        // Four operator sets, a batch that is fixed or open, batch norms folded or not.
        Assert.Equal(16, files.Length);
        Assert.All(files, file => AssertAgrees(export.Folder, name, file));
    }

    private static void AssertAgrees(string folder, string name, string file)
    {
        Dictionary<string, double[]>? bindings = name == "conditional" ? Label : null;
        GenerativeNetwork network = OnnxOracle.AssertAgrees(File.ReadAllBytes(file), bindings: bindings);
        using JsonDocument expected = JsonDocument.Parse(File.ReadAllText(Path.Combine(folder, name + ".json")));
        double[] code = SharedData.Numbers(expected.RootElement.GetProperty("z"));
        ReferenceFileTests.AssertClose(SharedData.Numbers(expected.RootElement.GetProperty("y")), ReferenceFileTests.Evaluate(NetworkLoader.Load(file, bindings), code), 1e-5, Path.GetFileName(file));
    }
}
