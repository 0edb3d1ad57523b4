using Inversion.Measurements;
using Inversion.Networks;

namespace Inversion.Solving;

/// <summary>How far rounding alone can move a network's output, relative to the sizes summed.</summary>
internal static class Roundings
{
    // The curves of Numerics/Lanes are within four units in the last place; their tests measure it.
    private const int RoundingsPerCurve = 4;

    /// <summary>γ_K = K u/(1 − K u), K the number of roundings on the longest path from a code through G and A.</summary>
    /// <remarks>Source: Higham, Accuracy and Stability of Numerical Algorithms, 2nd edition, lemma 3.1.</remarks>
    public static double Relative(GenerativeNetwork network, Measurement measurement, double unitRoundoff)
    {
        double count = measurement is GaussianSensing sensing ? sensing.Mask.Count : 0;
        foreach (Layer layer in network.Layers)
        {
            count += OfLayer(layer);
        }

        double error = count * unitRoundoff;
        return error < 0.5 ? error / (1 - error) : 1;
    }

    private static double OfLayer(Layer layer) => layer switch
    {
        ConvolutionLayer convolution => ((double)convolution.InputChannels / convolution.Groups * Taps(convolution)) + 1,
        AffineLayer affine => affine.InputChannels + 1.0,
        ActivationLayer { IsPiecewiseLinear: false } => RoundingsPerCurve,
        ActivationLayer or ChannelAffineLayer => 1,
        _ => 0,
    };

    // Of a transposed convolution's taps only every stride-th meets a given output.
    private static double Taps(ConvolutionLayer layer) => layer.Transposed
        ? Math.Ceiling((double)layer.Geometry.KernelHeight / layer.Geometry.StrideHeight)
            * Math.Ceiling((double)layer.Geometry.KernelWidth / layer.Geometry.StrideWidth)
        : layer.Geometry.Taps;
}
