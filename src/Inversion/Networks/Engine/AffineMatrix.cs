using Inversion.Numerics;

namespace Inversion.Networks.Engine;

/// <summary>A layer with weights as a matrix [C × taps·C'] from the small side to the large, and where its taps land.</summary>
/// <param name="Map">Where the taps land.</param>
/// <param name="Stamps">True where the layer goes from the small side to the large.</param>
/// <param name="SmallChannels">C, channels of the small side.</param>
/// <param name="LargeChannels">C', channels of the large side.</param>
/// <param name="Entries">Row-major, C × taps·C', tap by tap.</param>
/// <param name="Bias">One entry for each channel that the layer makes, or null.</param>
internal sealed record AffineMatrix(PatchMap Map, bool Stamps, int SmallChannels, int LargeChannels, double[] Entries, double[]? Bias)
{
    // Columns are padded to a vector: at most 16 numbers.
    private const int Alignment = 16;

    /// <summary>The matrix of a layer between these shapes.</summary>
    /// <exception cref="NetworkException">It, or what one position makes of it, is larger than an array may be.</exception>
    public static AffineMatrix Of(AffineLayer layer, Shape input, Shape output)
    {
        if (layer is ConvolutionLayer convolution)
        {
            return OfConvolution(convolution, input, output);
        }

        RequireRoom(layer, 1, layer.InputChannels, layer.OutputChannels);
        double[] transposed = new double[layer.Weight.Length];
        for (int o = 0; o < layer.OutputChannels; o++)
        {
            for (int i = 0; i < layer.InputChannels; i++)
            {
                transposed[(i * layer.OutputChannels) + o] = layer.Weight[(o * layer.InputChannels) + i];
            }
        }

        return new AffineMatrix(PatchMap.Identity, true, layer.InputChannels, layer.OutputChannels, transposed, layer.Bias);
    }

    private static AffineMatrix OfConvolution(ConvolutionLayer layer, Shape input, Shape output)
    {
        (Shape small, Shape large) = layer.Transposed ? (input, output) : (output, input);
        int taps = layer.Geometry.Taps;
        RequireRoom(layer, small.Positions, small.Channels, Capacity.Product(taps, large.Channels));
        double[] matrix = new double[small.Channels * taps * large.Channels];
        for (int s = 0; s < small.Channels; s++)
        {
            for (int l = 0; l < large.Channels; l++)
            {
                for (int t = 0; t < taps; t++)
                {
                    matrix[(((s * taps) + t) * large.Channels) + l] = layer.Transposed ? layer.WeightAt(s, l, t) : layer.WeightAt(l, s, t);
                }
            }
        }

        PatchMap map = PatchMap.Create(layer.Geometry, small, large);
        return new AffineMatrix(map, layer.Transposed, small.Channels, large.Channels, matrix, layer.Bias);
    }

    private static void RequireRoom(AffineLayer layer, int positions, int channels, long patch)
    {
        long entries = Math.Max(Capacity.Product(channels, Padded(patch)), Capacity.Product(patch, Padded(channels)));
        entries = Math.Max(entries, Capacity.Product(positions, Padded(patch)));
        if (entries > Capacity.Entries)
        {
            throw new NetworkException($"{layer.Kind}: needs an array of {entries} entries; at most {Capacity.Entries} are possible");
        }
    }

    private static long Padded(long columns) => columns > Capacity.Entries ? columns : (columns + Alignment - 1) / Alignment * Alignment;
}
