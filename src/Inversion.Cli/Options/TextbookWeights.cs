using Inversion.Networks;

namespace Inversion.Cli.Options;

/// <summary>A drawn network with its weights as textbooks have their laws: N(0, 1), uniform on [−1, 1] or [0, 1], ±1, 0 or 1, all 1.</summary>
/// <remarks>
/// MAK §4.2 draws N(0, 1). Through ReLU that multiplies J by a constant; sigmoid and tanh see another network. The weights drawn elsewhere in the
/// program have second moment v/(C_i ℓ).
/// </remarks>
internal static class TextbookWeights
{
    /// <summary>The network with rescaled weights.</summary>
    /// <exception cref="UsageException">It was not drawn.</exception>
    public static GenerativeNetwork Of(GenerativeNetwork network)
    {
        DrawnNetwork origin = network.Origin ?? throw new UsageException("--weight-scale textbook: the network was read from a file; only weights that are drawn have a law");
        return new GenerativeNetwork(network.InputShape, network.Layers.Select(layer => Rescaled(layer, origin)), network.Name);
    }

    private static Layer Rescaled(Layer layer, DrawnNetwork origin)
    {
        switch (layer)
        {
            case ConvolutionLayer convolution:
                double[] taps = Weights(convolution, (long)convolution.OutputChannels * convolution.Geometry.Taps, origin);
                return new ConvolutionLayer(convolution.Transposed, convolution.InputChannels, convolution.OutputChannels, convolution.Geometry, taps);
            case LinearLayer linear:
                return new LinearLayer(linear.InputChannels, linear.OutputChannels, Weights(linear, linear.OutputChannels, origin));
            default:
                return layer;
        }
    }

    // NetworkBuilder multiplies draws of second moment 1 by √(v/rows).
    private static double[] Weights(AffineLayer layer, long rows, DrawnNetwork origin)
    {
        double secondMoment = origin.Law switch
        {
            WeightLaw.Uniform or WeightLaw.Uniform01 => 1.0 / 3,
            WeightLaw.Bernoulli01 => 0.5,
            _ => 1,
        };
        double factor = Math.Sqrt(secondMoment * rows / origin.VarianceNumerator);
        return Array.ConvertAll(layer.Weight, weight => factor * weight);
    }
}
