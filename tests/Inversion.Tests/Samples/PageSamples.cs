using FsCheck.Xunit;
using Inversion.Measurements;
using Inversion.Networks;
using Inversion.Networks.Formats;
using Inversion.Randomness;
using Inversion.Tests.Cli;
using Inversion.Verify;
using Inversion.Verify.FsCheck;
using Xunit;

namespace Inversion.Tests.Samples;

/// <summary>The C# samples of docs and of the packages' pages, compiled and run as they are printed there.</summary>
public sealed class PageSamples : IDisposable
{
    private static readonly GenerativeNetwork network = new NetworkBuilder { Input = Shape.Parse("3x1"), Layers = "8k3,8k3" }.Draw(RandomKey.Parse("1"));
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void MyGeneratorHasTrueGradients() => Auditor.Require(network, "gradient-consistency");

    [Fact]
    public void AMask()
    {
        GenerativeNetwork network = new NetworkBuilder { Input = Shape.Parse("3x1"), Layers = "8k3,8k3" }.Draw(RandomKey.Parse("2a9"));
        Subsampling half = MaskPattern.Parse("random:0.5", network, RandomKey.Parse("1"));
        Assert.Equal(network.OutputDimension / 2, half.Count);
    }

    [Fact]
    public void AnAudit()
    {
        GenerativeNetwork network = new NetworkBuilder { Input = Shape.Parse("3x1"), Layers = "8k3,8k3" }.Draw(RandomKey.Parse("2a9"));
        foreach (Finding finding in Auditor.Audit(network))
        {
            Console.WriteLine($"{finding.Claim}: {finding.Verdict.Word}");
        }

        Auditor.Require(network, "gradient-consistency"); // throws, with the finding, unless it is supported
    }

    [Fact]
    public void Files()
    {
        NetworkFile.Write(network, folder.File("net.safetensors"));
        Assert.Equal(network.OutputDimension, Copied(folder.File("net.safetensors"), folder.File("copy.safetensors")).OutputDimension);
        Assert.Equal(File.ReadAllBytes(folder.File("net.safetensors")), File.ReadAllBytes(folder.File("copy.safetensors")));
    }

    private static GenerativeNetwork Copied(string path, string copy)
    {
        GenerativeNetwork network = NetworkFile.Read(path);                       // or a Stream, or SafetensorsFile.Parse(bytes)
        NetworkFile.Write(network, copy, singlePrecision: false);                  // every bit is kept
        NetworkFileInfo info = NetworkLoader.Inspect(path);                        // metadata, names, types, shapes
        Assert.NotEmpty(info.Tensors);
        return network;
    }

    [Properties(Arbitrary = [typeof(InversionArbitraries)])]
    public sealed class Properties
    {
        [Property]
        public bool JIsZeroAtTheTrueCode(SubjectCase subject) => subject.Risk.Value(subject.TrueCode) == 0;
    }
}
