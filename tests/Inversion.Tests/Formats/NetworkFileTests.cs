using FsCheck;
using FsCheck.Xunit;
using Inversion.Networks;
using Inversion.Networks.Formats;
using Inversion.Randomness;
using Xunit;

namespace Inversion.Tests.Formats;

public sealed class NetworkFileTests
{
    [Property(MaxTest = 200)]
    public void Write_ThenRead_GivesTheSameBits(DoNotSize<ulong> seed)
    {
        GenerativeNetwork network = DrawnLayers.Network(new RandomKey(seed.Item));
        using MemoryStream stream = new();

        NetworkFile.Write(network, stream);
        stream.Position = 0;

        AssertSame(network, NetworkFile.Read(stream), value => value);
    }

    [Property(MaxTest = 100)]
    public void Write_SinglePrecision_RoundsToNearest(DoNotSize<ulong> seed)
    {
        GenerativeNetwork network = DrawnLayers.Network(new RandomKey(seed.Item));
        using MemoryStream stream = new();

        NetworkFile.Write(network, stream, singlePrecision: true);
        stream.Position = 0;

        AssertSame(network, NetworkFile.Read(stream), value => (float)value);
    }

    [Fact]
    public void Write_DrawnNetwork_KeepsHowItWasDrawn()
    {
        GenerativeNetwork network = new NetworkBuilder
        {
            Input = Shape.Sequence(4, 1),
            Layers = "6k4,dense5",
            Law = WeightLaw.Laplace,
            Activation = "leaky-relu:0.2",
            LastActivation = "tanh",
            VarianceNumerator = 2,
        }.Draw(new RandomKey(0x2a9));
        using MemoryStream stream = new();
        NetworkFile.Write(network, stream);
        stream.Position = 0;

        GenerativeNetwork read = NetworkFile.Read(stream);

        Assert.Equal(network.Origin, read.Origin);
        AssertSame(NetworkBuilder.Redraw(read.Origin!), read, value => value);
    }

    [Fact]
    public void Write_OverAnExistingFile_ReplacesItAndLeavesNothingBeside()
    {
        string folder = Directory.CreateTempSubdirectory("inversion").FullName;
        try
        {
            string path = Path.Combine(folder, "network.safetensors");
            File.WriteAllText(path, "old");
            GenerativeNetwork network = DrawnLayers.Network(new RandomKey(1));

            NetworkFile.Write(network, path, metadata: new Dictionary<string, string> { ["licence"] = "MIT \"quoted\" ü\n" });

            Assert.Equal([path], Directory.GetFiles(folder));
            AssertSame(network, NetworkLoader.Load(path), value => value);
            Assert.Equal("MIT \"quoted\" ü\n", NetworkLoader.Inspect(path).Metadata["licence"]);
            Assert.Equal("network", NetworkFile.Read(path).Name);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public void Write_WeightTooLargeForSinglePrecision_LeavesTheTargetAsItWas()
    {
        string path = Path.GetTempFileName();
        try
        {
            GenerativeNetwork network = new(Shape.Flat(1), [new LinearLayer(1, 1, [1e300])]);

            NetworkFileException problem = Assert.Throws<NetworkFileException>(() => NetworkFile.Write(network, path, singlePrecision: true));

            Assert.Contains("tensor 'layer0.weight': entry 0 is 1E+300", problem.Message, StringComparison.Ordinal);
            Assert.Empty(File.ReadAllBytes(path));
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public void Read_MissingFileAndMissingFolder_SayIt()
    {
        Assert.Equal("no/such/file: there is no such file", Assert.Throws<NetworkFileException>(() => NetworkLoader.Load("no/such/file")).Message);
        Assert.Contains("cannot be", Assert.Throws<NetworkFileException>(() => NetworkLoader.Load(Path.GetTempPath())).Message, StringComparison.Ordinal);
    }

    internal static void AssertSame(GenerativeNetwork expected, GenerativeNetwork actual, Func<double, double> rounded)
    {
        Assert.Equal(expected.Shapes, actual.Shapes);
        Assert.Equal(expected.Layers.Select(layer => layer.Kind), actual.Layers.Select(layer => layer.Kind));
        foreach ((Layer before, Layer after) in expected.Layers.Zip(actual.Layers))
        {
            Assert.Equal(Parameters(before).Select(v => BitConverter.DoubleToInt64Bits(rounded(v))), Parameters(after).Select(BitConverter.DoubleToInt64Bits));
            if (before is ConvolutionLayer convolution)
            {
                Assert.Equal(convolution.Geometry, ((ConvolutionLayer)after).Geometry);
                Assert.Equal(convolution.Groups, ((ConvolutionLayer)after).Groups);
            }

            Assert.Equal((before as ActivationLayer)?.Slope, (after as ActivationLayer)?.Slope);
            Assert.Equal((before as AffineLayer)?.NominalScale, (after as AffineLayer)?.NominalScale);
        }
    }

    private static IEnumerable<double> Parameters(Layer layer) => layer switch
    {
        AffineLayer affine => affine.Weight.Concat(affine.Bias ?? []),
        ChannelAffineLayer channel => channel.Scale.Concat(channel.Shift),
        _ => [],
    };
}
