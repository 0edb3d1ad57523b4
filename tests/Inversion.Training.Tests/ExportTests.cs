using System.Text.Json.Nodes;
using Inversion.Networks;
using Inversion.Networks.Engine;
using Inversion.Networks.Formats;
using Inversion.Randomness;
using Inversion.Training.Data;
using Inversion.Training.Methods;
using Inversion.Training.Nets;
using Inversion.Training.Runs;
using TorchSharp;
using Xunit;
using static TorchSharp.torch;

namespace Inversion.Training.Tests;

/// <summary>What a run writes, read by the core.</summary>
public sealed class ExportTests
{
    private const int Batch = 5;

    [Theory]
    [MemberData(nameof(Subjects.Methods), MemberType = typeof(Subjects))]
    public void AModelFile_GivesTheSamePicturesAndGradientsInTheCore(string name, bool conditional)
    {
        TorchSetup.Prepare(1);
        using TestFolder folder = new();
        PictureSet pictures = Subjects.Pictures(folder, conditional);
        AgreesWithTheCore(folder, Subjects.Settings(name, pictures), pictures, conditional);
    }

    [Theory]
    [InlineData("dcgan")]
    [InlineData("wgan-gp")]
    [InlineData("vae")]
    public void AModelFileWithReluAndAnotherStart_GivesTheSamePicturesAndGradientsInTheCore(string name)
    {
        TorchSetup.Prepare(1);
        using TestFolder folder = new();
        PictureSet pictures = Subjects.Pictures(folder, conditional: false);
        TrainSettings settings = Subjects.Settings(name, pictures) with { Shape = new GeneratorShape(3, 0, [6, 5], 1) { Start = 2, Slope = 0 } };
        GenerativeNetwork network = AgreesWithTheCore(folder, settings, pictures, conditional: false);
        Assert.Equal([Activation.Relu, Activation.Relu, Activation.Tanh], network.Layers.OfType<ActivationLayer>().Select(layer => layer.Activation));
        Assert.Equal((2, 0.0), ((int)settings.ToJson()["start"]!, (double)settings.ToJson()["slope"]!));
    }

    [Fact]
    public void AModelFile_NamesItsDataAndSettings()
    {
        TorchSetup.Prepare(1);
        using TestFolder folder = new();
        PictureSet pictures = Subjects.Pictures(folder, conditional: true);
        TrainSettings settings = Subjects.Settings("vae", pictures);
        TrainingRun run = Subjects.Run(folder, "run", settings, pictures);
        Assert.True(run.Train(resume: false, TestContext.Current.CancellationToken));

        SafetensorsFile file = SafetensorsFile.Read(run.Model);
        JsonNode record = JsonNode.Parse(file.Metadata[Provenance.Key])!;
        JsonNode condition = JsonNode.Parse(file.Metadata[Provenance.ConditionKey])!;

        Assert.All(file.Tensors, tensor => Assert.Equal("F32", tensor.Type));
        Assert.Equal("none", file.Metadata["licence"]);
        Assert.Equal(["images", "labels"], record["data"]!.AsArray().Select(data => (string?)data!["file"]));
        Assert.Equal(DataFile.Hash(File.ReadAllBytes(folder.File("images"))), (string?)record["data"]![0]!["sha256"]);
        Assert.Equal(6, (int?)record["steps"]);
        Assert.Equal(13, (int?)record["pictures"]);
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(settings.ToJson().ToJsonString()), record["settings"]));
        Assert.False(string.IsNullOrEmpty((string?)record["versions"]!["libtorch"]));
        Assert.Equal((3, 3, "one-hot"), ((int)condition["latent"]!, (int)condition["classes"]!, (string?)condition["encoding"]));
    }

    private static GenerativeNetwork AgreesWithTheCore(TestFolder folder, TrainSettings settings, PictureSet pictures, bool conditional)
    {
        TrainingRun run = Subjects.Run(folder, "run", settings, pictures);
        Assert.True(run.Train(resume: false, TestContext.Current.CancellationToken));
        GenerativeNetwork network = NetworkFile.Read(run.Model);
        Assert.Equal(Shape.Image(conditional ? 6 : 3, 1, 1), network.InputShape);
        Assert.Equal(Shape.Image(1, 8, 8), network.OutputShape);

        // The checkpoint's averaged generator, run by libtorch.
        using Method method = Method.Create(settings, new RandomKey(99));
        method.Averaged.Parameters.Load(SafetensorsFile.Read(Checkpoint.PathIn(folder.File("run"))), "averaged.");
        double[] codes = new double[Batch * network.LatentDimension];
        double[] cotangents = new double[Batch * network.OutputDimension];
        new RandomKey(5).Child("codes").Open().FillGaussian(codes);
        new RandomKey(5).Child("cotangents").Open().FillGaussian(cotangents);
        double[] outputs = new double[cotangents.Length];
        double[] gradients = new double[codes.Length];
        NetworkEngine<double> engine = new(network);
        NetworkWorkspace<double> workspace = new();
        engine.Forward(workspace, codes, outputs, Batch);
        engine.Backward(workspace, cotangents, gradients);

        using DisposeScope scope = NewDisposeScope();
        Tensor leaf = tensor(Array.ConvertAll(codes, code => (float)code), [Batch, network.LatentDimension], requires_grad: true);
        Tensor made = method.Averaged.Apply(leaf, training: false);
        Tensor gradient = autograd.grad([made], [leaf], [tensor(Array.ConvertAll(cotangents, entry => (float)entry), made.shape)])[0];

        AssertClose(ParameterSet.Doubles(made), outputs, 1e-5);
        AssertClose(ParameterSet.Doubles(gradient), gradients, 1e-5 * gradients.Max(Math.Abs));
        Assert.True(outputs.Max() - outputs.Min() > 1e-3, "the pictures are all alike");
        return network;
    }

    private static void AssertClose(double[] expected, double[] actual, double tolerance)
    {
        Assert.Equal(expected.Length, actual.Length);
        Assert.All(expected.Zip(actual), pair => Assert.InRange(Math.Abs(pair.First - pair.Second), 0, tolerance));
    }
}
