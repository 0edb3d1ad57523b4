using System.Numerics;
using FsCheck.Xunit;
using Inversion.Networks;
using Inversion.Networks.Engine;
using Xunit;

namespace Inversion.Tests.Networks;

/// <summary>The engine against direct loops, on networks drawn afresh in every run (a failure prints its seed).</summary>
public sealed class EngineAgreementTests
{
    // Products take eight, four and one row at a time, blocks of 128, and the engine passes of 8 to 64 codes.
    private static readonly int[] Batches = [1, 2, 3, 5, 64, 65, 130];

    [Property(MaxTest = 300, Arbitrary = [typeof(NetworkCase)])]
    public void Forward_InDouble_AgreesWithDirectLoops(NetworkCase network) => Agrees<double>(network, 1.2e-16);

    [Property(MaxTest = 200, Arbitrary = [typeof(NetworkCase)])]
    public void Forward_InFloat_AgreesWithDirectLoops(NetworkCase network) => Agrees<float>(network, 6.0e-8);

    [Property(MaxTest = 100, Arbitrary = [typeof(NetworkCase)])]
    public void Products_OfTangentAndGradient_SatisfyTheAdjointIdentity(NetworkCase network)
    {
        NetworkEngine<double> engine = new(network.Network);
        (int n0, int n) = (engine.Network.LatentDimension, engine.Network.OutputDimension);
        double[] code = network.Numbers("code", n0);
        double[] v = network.Numbers("v", n0);
        double[] w = network.Numbers("w", n);
        NaiveNetwork.Evaluation expected = network.Naive.At(code, v);
        NetworkWorkspace<double> workspace = new();
        engine.Forward(workspace, code, new double[n], 1);
        double[] tangent = new double[n];
        double[] gradient = new double[n0];
        engine.Tangent(workspace, v, tangent, 1);
        engine.Backward(workspace, w, gradient);

        // Both derivatives are taken at the engine's own values; only a unit at exactly zero with a tangent across it would tell them apart.
        double left = tangent.Zip(w, (a, b) => a * b).Sum();
        double right = gradient.Zip(v, (a, b) => a * b).Sum();
        double scale = expected.Paths.Zip(w, (path, b) => path * Math.Abs(b)).Sum();
        Assert.True(Math.Abs(left - right) <= 1e-11 * scale, $"{left:R} ≠ {right:R} at scale {scale:R}");
    }

    [Property(MaxTest = 60, Arbitrary = [typeof(NetworkCase)])]
    public void BackwardUnmasked_OfANetwork_IsBackwardWithIdentitiesForActivations(NetworkCase network)
    {
        NetworkEngine<double> engine = new(network.Network);
        NetworkEngine<double> unmasked = new(new GenerativeNetwork(
            network.Input, network.Layers.Select(layer => layer is ActivationLayer ? new ActivationLayer(Activation.LeakyRelu, 1) : layer)));
        (int n0, int n) = (engine.Network.LatentDimension, engine.Network.OutputDimension);
        double[] code = network.Numbers("codes", 3 * n0);
        double[] cotangent = network.Numbers("cotangents", 3 * n);
        (double[] expected, double[] actual) = (new double[3 * n0], new double[3 * n0]);
        NetworkWorkspace<double> workspace = new();
        unmasked.Forward(workspace, code, new double[3 * n], 3);
        unmasked.Backward(workspace, cotangent, expected);
        engine.Forward(workspace, code, new double[3 * n], 3);
        engine.BackwardUnmasked(workspace, cotangent, actual);
        Assert.Equal(expected, actual);
    }

    [Property(MaxTest = 60, Arbitrary = [typeof(NetworkCase)])]
    public void Forward_OfABatch_HasTheBitsOfSingleRows(NetworkCase network)
    {
        SameBits<double>(network);
        SameBits<float>(network);
    }

    [Property(MaxTest = 60, Arbitrary = [typeof(NetworkCase)])]
    public void TangentEach_AlongSeveralDirectionsARow_HasTheBitsOfRowAfterRow(NetworkCase network)
    {
        NetworkEngine<double> engine = new(network.Network);
        (int n0, int n) = (engine.Network.LatentDimension, engine.Network.OutputDimension);
        const int Batch = 23;
        const int PerRow = 3;
        double[] directions = network.Numbers("directions", Batch * PerRow * n0);
        NetworkWorkspace<double> workspace = new();
        engine.Forward(workspace, network.Numbers("codes", Batch * n0), new double[Batch * n], Batch);
        double[] together = new double[Batch * PerRow * n];
        engine.TangentEach(workspace, directions, together, PerRow);
        double[] alone = new double[PerRow * n];
        for (int row = 0; row < Batch; row++)
        {
            engine.Tangent(workspace, directions.AsSpan(row * PerRow * n0, PerRow * n0), alone, PerRow, row);
            Assert.Equal(alone, together[(row * PerRow * n)..((row + 1) * PerRow * n)]);
        }
    }

    [Property(MaxTest = 100, Arbitrary = [typeof(NetworkCase)])]
    public void Tangent_AlongManyDirections_HasTheBitsOfOneAtATime(NetworkCase network)
    {
        NetworkEngine<double> engine = new(network.Network);
        (int n0, int n) = (engine.Network.LatentDimension, engine.Network.OutputDimension);
        const int Count = 67;
        double[] codes = network.Numbers("codes", 3 * n0);
        double[] directions = network.Numbers("directions", Count * n0);
        NetworkWorkspace<double> workspace = new();
        engine.Forward(workspace, codes, new double[3 * n], 3);
        double[] together = new double[Count * n];
        engine.Tangent(workspace, directions, together, Count, 2);
        double[] single = new double[n];
        for (int i = 0; i < Count; i++)
        {
            engine.Tangent(workspace, directions.AsSpan(i * n0, n0), single, 1, 2);
            Assert.Equal(single, together[(i * n)..((i + 1) * n)]);
        }
    }

    private static void Agrees<T>(NetworkCase network, double roundoff)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        NetworkEngine<T> engine = new(network.Network);
        (int n0, int n) = (engine.Network.LatentDimension, engine.Network.OutputDimension);
        int batch = Batches[network.Seed % Batches.Length];
        double[] codes = network.Numbers("codes", batch * n0);
        double[] directions = network.Numbers("directions", batch * n0);
        NetworkWorkspace<T> workspace = new();
        T[] values = new T[batch * n];
        T[] tangents = new T[batch * n];
        engine.Forward(workspace, Convert<T>(codes), values, batch);
        engine.Tangent(workspace, Convert<T>(directions), tangents, batch);
        foreach (int row in new[] { 0, batch / 2, batch - 1 }.Distinct())
        {
            NaiveNetwork.Evaluation expected = network.Naive.At(codes[(row * n0)..((row + 1) * n0)], directions[(row * n0)..((row + 1) * n0)]);
            Within(expected.Value, values.AsSpan(row * n, n), expected.ValueError, 2 * roundoff, "value");
            if (expected.Margin > 4 * roundoff)
            {
                Within(expected.Tangent, tangents.AsSpan(row * n, n), expected.TangentError, 4 * roundoff, "tangent");
            }
        }
    }

    private static void SameBits<T>(NetworkCase network)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        NetworkEngine<T> engine = new(network.Network);
        (int n0, int n) = (engine.Network.LatentDimension, engine.Network.OutputDimension);
        int batch = Batches[network.Seed % Batches.Length];
        T[] codes = Convert<T>(network.Numbers("codes", batch * n0));
        T[] cotangents = Convert<T>(network.Numbers("cotangents", batch * n));
        (T[] values, T[] gradients) = (new T[batch * n], new T[batch * n0]);
        NetworkWorkspace<T> workspace = new();
        engine.Forward(workspace, codes, values, batch);
        engine.Backward(workspace, cotangents, gradients);
        (T[] value, T[] gradient) = (new T[n], new T[n0]);
        for (int row = 0; row < batch; row++)
        {
            engine.Forward(workspace, codes.AsSpan(row * n0, n0), value, 1);
            engine.Backward(workspace, cotangents.AsSpan(row * n, n), gradient);
            Assert.Equal(value, values[(row * n)..((row + 1) * n)]);
            Assert.Equal(gradient, gradients[(row * n0)..((row + 1) * n0)]);
        }
    }

    private static void Within<T>(double[] expected, ReadOnlySpan<T> actual, double[] bound, double factor, string what)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        for (int i = 0; i < expected.Length; i++)
        {
            double distance = Math.Abs(double.CreateTruncating(actual[i]) - expected[i]);
            double allowed = (factor * bound[i]) + 1e-30;
            Assert.True(distance <= allowed, $"{what} {i}: {actual[i]} instead of {expected[i]:R}, allowed is {allowed:R}");
        }
    }

    private static T[] Convert<T>(double[] values)
        where T : unmanaged, IFloatingPointIeee754<T> => Array.ConvertAll(values, T.CreateTruncating);
}
