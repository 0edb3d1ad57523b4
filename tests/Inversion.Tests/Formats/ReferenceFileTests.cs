using System.Text.Json;
using Inversion.Networks;
using Inversion.Networks.Engine;
using Inversion.Networks.Formats;
using Xunit;

namespace Inversion.Tests.Formats;

public sealed class ReferenceFileTests
{
    [Fact]
    public void Read_OracleCases_GiveTheOutputsOfPyTorchInDouble()
    {
        string folder = SharedData.Require("oracle");
        foreach (string path in Directory.EnumerateFiles(folder, "*.safetensors"))
        {
            using JsonDocument expected = JsonDocument.Parse(File.ReadAllText(Path.ChangeExtension(path, ".json")));
            double[] z = SharedData.Numbers(expected.RootElement.GetProperty("z"));
            double[] output = SharedData.Numbers(expected.RootElement.GetProperty("G_z"));

            double[] ours = Evaluate(NetworkFile.Read(path), z);

            AssertClose(output, ours, 1e-12, path);
        }
    }

    [Theory]
    [InlineData("digits-dcgan10")]
    [InlineData("digits-vae20")]
    [InlineData("faces-vae32")]
    public void Read_TrainedGenerators_GiveTheOutputsOfPyTorchInSingle(string name)
    {
        string path = SharedData.Require($"data/generators/{name}.safetensors");
        using JsonDocument expected = JsonDocument.Parse(File.ReadAllText(Path.ChangeExtension(path, ".testvec.json")));
        GenerativeNetwork network = NetworkFile.Read(path);
        double[] codes = SharedData.Numbers(expected.RootElement.GetProperty("z"));
        double[] outputs = SharedData.Numbers(expected.RootElement.GetProperty("y"));
        int count = codes.Length / network.LatentDimension;

        Assert.True(count > 0);
        for (int i = 0; i < count; i++)
        {
            double[] ours = Evaluate(network, codes[(i * network.LatentDimension)..((i + 1) * network.LatentDimension)]);
            AssertClose(outputs[(i * network.OutputDimension)..((i + 1) * network.OutputDimension)], ours, 1e-5, name);
        }
    }

    [Fact]
    public void Read_TrainedGenerator_KeepsItsLicence()
    {
        SafetensorsFile file = SafetensorsFile.Read(SharedData.Require("data/generators/digits-vae20.safetensors"));

        Assert.StartsWith("MIT", file.Metadata["licence"], StringComparison.Ordinal);
        Assert.Equal("[400, 20]", file.Find("layer0.weight")!.ShapeText);
    }

    internal static double[] Evaluate(GenerativeNetwork network, double[] code)
    {
        double[] output = new double[network.OutputDimension];
        new NetworkEngine<double>(network).Forward(new NetworkWorkspace<double>(), code, output, 1);
        return output;
    }

    internal static void AssertClose(double[] expected, double[] actual, double relative, string what)
    {
        Assert.Equal(expected.Length, actual.Length);
        double scale = expected.Max(Math.Abs);
        double worst = expected.Zip(actual, (e, a) => Math.Abs(e - a)).Max();
        Assert.True(worst <= relative * scale, $"{what}: off by {worst:R} at scale {scale:R}");
    }
}
