using Inversion.Networks;
using Inversion.Randomness;

namespace Inversion.Measurements;

/// <summary>Row subsets that follow the last layer's structure: runs, whole blocks, single offsets.</summary>
/// <remarks>With stride = kernel, the last layer's rows are D copies of one F ∈ R^{Cℓ × C'}, a block a position; a row of F is a channel and an offset (MAK Fig. 2).</remarks>
internal static class RowSubsets
{
    /// <summary>⌊R n⌉ consecutive outputs from a random start, position by position (row by row), the channels of a position in turn.</summary>
    public static void AddContiguous(bool[] observed, Shape shape, double rate, RandomKey key)
    {
        int count = MaskPattern.Rounded(rate * observed.Length);
        int first = key.Open().NextBelow(observed.Length - count + 1);
        for (int k = first; k < first + count; k++)
        {
            observed[(k % shape.Channels * shape.Positions) + (k / shape.Channels)] = true;
        }
    }

    /// <summary>Every output that ⌊R D⌉ random ones of the D positions of what enters the last layer with weights reach.</summary>
    public static void AddBlocks(bool[] observed, GenerativeNetwork network, string part, double rate, RandomKey key)
    {
        int layer = LastWithWeights(network, part);
        Shape shape = network.Shapes[layer];
        bool[] chosen = Chosen(shape.Positions, rate, key);
        Join(observed, Reach.From(network, layer, [.. Enumerable.Range(0, shape.Length).Select(i => chosen[i % shape.Positions])]));
    }

    /// <summary>The outputs of the last layer with weights at ⌊R s⌉ random ones of its s offsets: coordinates modulo the stride, s the product of the strides.</summary>
    /// <exception cref="MeasurementException">That layer is no transposed convolution.</exception>
    public static void AddOffsets(bool[] observed, GenerativeNetwork network, string part, double rate, RandomKey key)
    {
        int layer = LastWithWeights(network, part);
        if (network.Layers[layer] is not ConvolutionLayer { Transposed: true } convolution)
        {
            throw new MeasurementException($"'{part}': offsets are those of a transposed convolution's kernel; the last layer with weights is {network.Layers[layer].Kind}");
        }

        KernelGeometry geometry = convolution.Geometry;
        Shape shape = network.Shapes[layer + 1];
        bool[] chosen = Chosen(geometry.StrideHeight * geometry.StrideWidth, rate, key);
        bool IsChosen(int position) =>
            chosen[(position / shape.Width % geometry.StrideHeight * geometry.StrideWidth) + (position % shape.Width % geometry.StrideWidth)];
        Join(observed, Reach.From(network, layer + 1, [.. Enumerable.Range(0, shape.Length).Select(i => IsChosen(i % shape.Positions))]));
    }

    /// <summary>The indices of the layers with weights.</summary>
    public static int[] LayersWithWeights(GenerativeNetwork network) =>
        [.. Enumerable.Range(0, network.Layers.Length).Where(i => network.Layers[i] is AffineLayer)];

    private static int LastWithWeights(GenerativeNetwork network, string part) => LayersWithWeights(network) is [.., int last]
        ? last
        : throw new MeasurementException($"'{part}': the network has no layer with weights");

    private static bool[] Chosen(int count, double rate, RandomKey key)
    {
        bool[] chosen = new bool[count];
        foreach (int index in key.Open().Permutation(count).AsSpan(0, MaskPattern.Rounded(rate * count)))
        {
            chosen[index] = true;
        }

        return chosen;
    }

    private static void Join(bool[] observed, bool[] more)
    {
        for (int i = 0; i < observed.Length; i++)
        {
            observed[i] |= more[i];
        }
    }
}
