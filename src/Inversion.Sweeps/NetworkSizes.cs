using System.Collections.Immutable;
using Inversion.Networks;
using Inversion.Verify;

namespace Inversion.Sweeps;

/// <summary>The sizes of a network that the theorem's probability of failure depends on (MAK Theorem 1).</summary>
/// <param name="Positions">D_0, positions of the latent code.</param>
/// <param name="Channels">C_0, …, C_d.</param>
/// <param name="Taps">ℓ_1, …, ℓ_d, entries of a filter; 1 for a dense layer.</param>
/// <param name="Expansion">The least C_iℓ_i/(C_{i−1} ln C_{i−1}) of the layers, which the theorem wants large; +∞ where each has one input channel.</param>
public sealed record NetworkSizes(int Positions, ImmutableArray<int> Channels, ImmutableArray<int> Taps, double Expansion)
{
    /// <summary>Layers with weights.</summary>
    public int Depth => Taps.Length;

    /// <summary>The sizes of a network.</summary>
    public static NetworkSizes Of(GenerativeNetwork network)
    {
        AffineLayer[] layers = [.. network.Layers.OfType<AffineLayer>().Where(layer => layer is ConvolutionLayer or LinearLayer)];
        return new NetworkSizes(
            network.InputShape.Positions,
            [network.InputShape.Channels, .. layers.Select(layer => layer.OutputChannels)],
            [.. layers.Select(layer => layer is ConvolutionLayer convolution ? convolution.Geometry.Taps : 1)],
            layers.Length == 0 ? double.NaN : layers.Min(Expanded));
    }

    private static double Expanded(AffineLayer layer) => layer is ConvolutionLayer convolution
        ? Theory.expansion(convolution.Geometry.Taps * layer.OutputChannels / convolution.Groups, layer.InputChannels / convolution.Groups)
        : Theory.expansion(layer.OutputChannels, layer.InputChannels);
}
