using Inversion.Measurements;
using Inversion.Networks;
using Inversion.Networks.Engine;
using Inversion.Numerics;
using Inversion.Randomness;
using Inversion.Risk;

namespace Inversion.Tests.Solving;

/// <summary>A drawn network, a code, its measurements and a start.</summary>
internal sealed record Problem(GenerativeNetwork Network, double[] Truth, double[] Start, Measurement Measurement)
{
    public static Problem Draw(string input, string layers, string mask = "all", string seed = "50", double scale = 1, int variance = 2)
    {
        RandomKey key = RandomKey.Parse(seed);
        GenerativeNetwork network = new NetworkBuilder { Input = Shape.Parse(input), Layers = layers, VarianceNumerator = variance }.Draw(key.Child("network"));
        if (scale != 1)
        {
            network = new GenerativeNetwork(network.InputShape, network.Layers.Select(layer => Scaled(layer, scale)));
        }

        return new Problem(
            network,
            Gaussian(network.LatentDimension, key.Child("truth")),
            Gaussian(network.LatentDimension, key.Child("start")),
            MaskPattern.Parse(mask, network, key.Child("mask")));
    }

    public EmpiricalRisk<double> Risk() => EmpiricalRisk<double>.OfCode(new NetworkEngine<double>(Network), Measurement, Truth);

    public double RelativeError(IEnumerable<double> latent) =>
        Vectors.Distance<double>(latent.ToArray(), Truth) / Vectors.Norm<double>(Truth);

    public static double[] Gaussian(int count, RandomKey key)
    {
        double[] values = new double[count];
        key.Open().FillGaussian(values);
        return values;
    }

    private static Layer Scaled(Layer layer, double scale) => layer switch
    {
        ConvolutionLayer c => new ConvolutionLayer(c.Transposed, c.InputChannels, c.OutputChannels, c.Geometry, [.. c.Weight.Select(w => w * scale)]),
        LinearLayer l => new LinearLayer(l.InputChannels, l.OutputChannels, [.. l.Weight.Select(w => w * scale)]),
        _ => layer,
    };
}
