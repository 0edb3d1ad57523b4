using Xunit;
using Inversion.Cones;
using Inversion.Measurements;
using Inversion.Networks;
using Inversion.Randomness;

namespace Inversion.Tests.Cones;

/// <summary>Networks whose cones are counted.</summary>
internal static class ConeCases
{
    /// <summary>ReLU(W x) for these rows.</summary>
    public static GenerativeNetwork OneLayer(params double[][] rows) => new(
        Shape.Flat(rows[0].Length),
        [new LinearLayer(rows[0].Length, rows.Length, [.. rows.SelectMany(row => row)]), new ActivationLayer(Activation.Relu)]);

    public static double[][] GaussianRows(int count, int columns, string key)
    {
        RandomStream stream = RandomKey.Parse("c0").Child(key).Open();
        return [.. Enumerable.Range(0, count).Select(_ => Enumerable.Range(0, columns).Select(_ => stream.NextGaussian()).ToArray())];
    }

    public static GenerativeNetwork Drawn(string input, string layers, string activation = "relu", int draw = 0) => new NetworkBuilder
    {
        Input = Shape.Parse(input),
        Layers = layers,
        Activation = activation,
    }.Draw(RandomKey.Parse("c1").Child(input + layers).Child(draw));

    public static PiecewiseLinearMap Map(GenerativeNetwork network) => PiecewiseLinearMap.Create(network, Subsampling.All(network.OutputDimension));

    public static List<LinearCone> Cones(GenerativeNetwork network) => [.. new ConeTree(Map(network)).Cones(TestContext.Current.CancellationToken)];
}
