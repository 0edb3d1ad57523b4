using System.Globalization;
using Inversion.Measurements;
using Inversion.Networks;
using Inversion.Verify;

namespace Inversion.Cli.Output;

/// <summary>A refutation for a reader: the network layer by layer, what is observed, the witness' vectors, the fact.</summary>
internal static class RefutationText
{
    /// <summary>Weights and vectors longer than this are counted, not listed.</summary>
    private const int Most = 64;

    /// <summary>The lines.</summary>
    public static IEnumerable<string> Lines(Subject subject, Witness witness)
    {
        GenerativeNetwork network = subject.Network;
        yield return $"code {network.InputShape}";
        for (int i = 0; i < network.Layers.Length; i++)
        {
            foreach (string line in Layer(network.Layers[i], network.Shapes[i + 1]))
            {
                yield return line;
            }
        }

        if (subject.Measurement is not Subsampling mask)
        {
            yield return $"observed by {subject.Measurement.Name}";
        }
        else if (mask.Count < mask.SignalLength)
        {
            yield return $"observed: {(mask.Count <= Most ? string.Join(' ', mask.Indices) : mask.Count)} of {mask.SignalLength} outputs";
        }

        foreach ((string name, double[] values) in witness.Vectors.Where(vector => vector.Item2.Length > 0))
        {
            yield return $"{name}: {List(values)}";
        }

        yield return witness.Fact;
    }

    private static IEnumerable<string> Layer(Layer layer, Shape output)
    {
        string name = layer switch
        {
            ConvolutionLayer c => $"{c.Kind} {c.InputChannels} -> {c.OutputChannels} channels, kernel {Axes(c.Geometry, c.Geometry.KernelHeight, c.Geometry.KernelWidth)}, stride {Axes(c.Geometry, c.Geometry.StrideHeight, c.Geometry.StrideWidth)}",
            LinearLayer linear => $"linear {linear.InputChannels} -> {linear.OutputChannels}",
            ActivationLayer { Activation: Activation.LeakyRelu } leaky => FormattableString.Invariant($"leaky_relu of slope {leaky.Slope:R}"),
            _ => layer.Kind,
        };
        yield return $"{name}, makes {output}";
        if (layer is AffineLayer affine)
        {
            if (affine.Weight.Length > Most)
            {
                yield return $"  {affine.Weight.Length} weights";
            }
            else
            {
                foreach (string row in Rows(affine))
                {
                    yield return row;
                }
            }

            if (affine.Bias is { } bias)
            {
                yield return $"  bias {List(bias)}";
            }
        }
    }

    private static IEnumerable<string> Rows(AffineLayer layer)
    {
        if (layer is ConvolutionLayer convolution)
        {
            for (int output = 0; output < convolution.OutputChannels; output++)
            {
                for (int input = 0; input < convolution.InputChannels; input++)
                {
                    yield return $"  channel {input} to {output}, tap by tap: {List([.. Enumerable.Range(0, convolution.Geometry.Taps).Select(tap => convolution.WeightAt(input, output, tap))])}";
                }
            }
        }
        else
        {
            for (int output = 0; output < layer.OutputChannels; output++)
            {
                yield return $"  row {output}: {List(layer.Weight[(output * layer.InputChannels)..((output + 1) * layer.InputChannels)])}";
            }
        }
    }

    private static string List(double[] values) => values.Length > Most
        ? $"{values.Length} numbers"
        : "[" + string.Join(", ", values.Select(value => value.ToString("R", CultureInfo.InvariantCulture))) + "]";

    private static string Axes(KernelGeometry geometry, int height, int width) => string.Join('x', geometry.AxisList(height, width));
}
