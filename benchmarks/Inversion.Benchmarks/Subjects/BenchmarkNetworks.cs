using Inversion.Networks;
using Inversion.Randomness;

namespace Inversion.Benchmarks.Subjects;

/// <summary>The networks that are measured, drawn, so that no file is needed.</summary>
internal static class BenchmarkNetworks
{
    private static readonly RandomKey Key = RandomKey.Parse("2a9").Child("benchmarks");

    /// <summary>The names, small networks first.</summary>
    public static IReadOnlyList<string> Names { get; } = ["P2", "T2", "T2L", "DC"];

    /// <summary>
    /// P2: the paper's section 4.2, two overlapping 2-D stamps. T2: two 1-D layers as in Theorem 1. T2L: the same, wide and long.
    /// DC: the shape of a trained generator of 32 × 32 digits, batch norm (folded) and leaky ReLU between, tanh at the end.
    /// </summary>
    public static GenerativeNetwork Create(string name) => name switch
    {
        "P2" => Drawn("2x1x1", "16k5s3,1k5s3"),
        "T2" => Drawn("10x1", "64k8,64k8"),
        "T2L" => Drawn("32x1", "256k16,256k16"),
        "DC" => Generator(),
        _ => throw new ArgumentException($"there is no network '{name}': {string.Join(", ", Names)}", nameof(name)),
    };

    /// <summary>A ReLU network with Gaussian weights that keep the size of signals.</summary>
    public static GenerativeNetwork Drawn(string input, string layers) =>
        new NetworkBuilder { Input = Shape.Parse(input), Layers = layers, VarianceNumerator = 2 }.Draw(Key.Child(layers));

    private static GenerativeNetwork Generator()
    {
        GenerativeNetwork drawn = new NetworkBuilder
        {
            Input = Shape.Parse("10x1x1"),
            Layers = "128k4s1,64k4s2p1,32k4s2p1,1k4s2p1",
            Activation = "leaky-relu:0.2",
            LastActivation = "tanh",
            VarianceNumerator = 2,
        }.Draw(Key.Child("DC"));
        List<Layer> layers = [];
        foreach (Layer layer in drawn.Layers)
        {
            layers.Add(layer);
            if (layer is AffineLayer affine)
            {
                // The last layer has a bias alone; folding makes one of a factor 1.
                bool last = affine.OutputChannels == 1;
                RandomStream stream = Key.Child("batch norm").Child(layers.Count).Open();
                double[] scale = new double[affine.OutputChannels];
                double[] shift = new double[affine.OutputChannels];
                for (int c = 0; c < scale.Length; c++)
                {
                    scale[c] = last ? 1 : 1.5 + (0.2 * stream.NextGaussian());
                    shift[c] = 0.1 * stream.NextGaussian();
                }

                layers.Add(new ChannelAffineLayer(scale, shift));
            }
        }

        return new GenerativeNetwork(drawn.InputShape, layers, "DC");
    }
}
