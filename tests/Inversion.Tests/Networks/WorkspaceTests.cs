using Inversion.Networks;
using Inversion.Networks.Engine;
using Inversion.Randomness;
using Xunit;

namespace Inversion.Tests.Networks;

public sealed class WorkspaceTests
{
    private readonly NetworkEngine<double> deep = Engine("6k2,4k2,3k2", 1);
    private readonly NetworkEngine<double> shallow = Engine("9k3", 2);
    private readonly NetworkEngine<double> twin = Engine("6k2,4k2,3k2", 3);

    [Fact]
    public void Forward_InAWorkspaceOfAnotherNetwork_GivesWhatAFreshOneGives()
    {
        NetworkWorkspace<double> shared = new();
        foreach (NetworkEngine<double> engine in new[] { deep, shallow, deep, twin, shallow })
        {
            Assert.Equal(Results(engine, new NetworkWorkspace<double>(), 3), Results(engine, shared, 3));
            Assert.Equal(Results(engine, new NetworkWorkspace<double>(), 1), Results(engine, shared, 1));
        }
    }

    // The twin has the same lengths: only the owner can tell that the values are another network's.
    [Fact]
    public void Products_AfterAnotherEnginesForwardPass_Throw()
    {
        foreach (NetworkEngine<double> other in new[] { shallow, twin })
        {
            NetworkWorkspace<double> workspace = new();
            Results(other, workspace, 1);
            double[] latent = new double[deep.Network.LatentDimension];
            double[] signal = new double[deep.Network.OutputDimension];
            Assert.Throws<ArgumentException>("workspace", () => deep.Backward(workspace, signal, latent));
            Assert.Throws<ArgumentException>("workspace", () => deep.Tangent(workspace, latent, signal, 1));
            Assert.Throws<ArgumentException>("workspace", () => deep.CopyLayerInput(workspace, 0, 0, latent));
        }
    }

    [Fact]
    public void Products_BeforeAnyForwardPass_Throw()
    {
        NetworkWorkspace<double> workspace = new();
        double[] latent = new double[deep.Network.LatentDimension];
        double[] signal = new double[deep.Network.OutputDimension];
        Assert.Throws<ArgumentException>("workspace", () => deep.Backward(workspace, signal, latent));
        Assert.Throws<ArgumentException>("workspace", () => deep.Tangent(workspace, latent, signal, 1));
    }

    [Fact]
    public void CopyLayerInput_OfARowOrLayerThatIsNotThere_Throws()
    {
        NetworkWorkspace<double> workspace = new();
        Results(deep, workspace, 5);
        Results(deep, workspace, 2);
        double[] latent = new double[deep.Network.LatentDimension];
        deep.CopyLayerInput(workspace, 0, 1, latent);
        Assert.Throws<ArgumentOutOfRangeException>("row", () => deep.CopyLayerInput(workspace, 0, 2, latent));
        Assert.Throws<ArgumentOutOfRangeException>("row", () => deep.CopyLayerInput(workspace, 0, -1, latent));
        Assert.Throws<ArgumentOutOfRangeException>("layer", () => deep.CopyLayerInput(workspace, 99, 0, latent));
    }

    [Fact]
    public void Lengths_ThatDoNotFit_ThrowAndNameTheArgument()
    {
        NetworkWorkspace<double> workspace = new();
        double[] latent = new double[deep.Network.LatentDimension];
        double[] signal = new double[deep.Network.OutputDimension];
        Assert.Throws<ArgumentException>("codes", () => deep.Forward(workspace, new double[latent.Length + 1], signal, 1));
        Assert.Throws<ArgumentException>("outputs", () => deep.Forward(workspace, latent, new double[signal.Length - 1], 1));
        Assert.Throws<ArgumentOutOfRangeException>("batch", () => deep.Forward(workspace, [], [], 0));
        deep.Forward(workspace, latent, signal, 1);
        Assert.Throws<ArgumentException>("cotangents", () => deep.Backward(workspace, latent, latent));
        Assert.Throws<ArgumentException>("gradients", () => deep.Backward(workspace, signal, signal));
        Assert.Throws<ArgumentException>("row", () => deep.Tangent(workspace, latent, signal, 1, 1));
        Assert.Throws<ArgumentException>("row", () => deep.Tangent(workspace, new double[2 * latent.Length], new double[2 * signal.Length], 2));
    }

    [Fact]
    public void OneEngine_OnManyThreads_GivesTheSameBits()
    {
        double[] expected = Results(deep, new NetworkWorkspace<double>(), 7);
        Parallel.For(0, 32, new ParallelOptions { MaxDegreeOfParallelism = 4, CancellationToken = TestContext.Current.CancellationToken }, _ => Assert.Equal(expected, Results(deep, new NetworkWorkspace<double>(), 7)));
    }

    private static NetworkEngine<double> Engine(string layers, ulong key) =>
        new(new NetworkBuilder { Input = Shape.Parse("5x2"), Layers = layers }.Draw(new RandomKey(key)));

    private static double[] Results(NetworkEngine<double> engine, NetworkWorkspace<double> workspace, int batch)
    {
        (int n0, int n) = (engine.Network.LatentDimension, engine.Network.OutputDimension);
        double[] codes = new double[batch * n0];
        new RandomKey(4).Open().FillGaussian(codes);
        (double[] signals, double[] gradients, double[] tangents) = (new double[batch * n], new double[batch * n0], new double[batch * n]);
        engine.Forward(workspace, codes, signals, batch);
        engine.Backward(workspace, signals, gradients);
        engine.Tangent(workspace, codes, tangents, batch);
        return [.. signals, .. gradients, .. tangents];
    }
}
