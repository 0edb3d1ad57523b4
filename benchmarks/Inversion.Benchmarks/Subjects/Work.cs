using Inversion.Networks;

namespace Inversion.Benchmarks.Subjects;

/// <summary>Counts the arithmetic that a network needs, whoever computes it and however.</summary>
internal static class Work
{
    /// <summary>
    /// Multiply-adds of one forward pass: for each layer with weights, the pairs of an input and an output entry that a weight joins.
    /// Taps that padding crops are not counted. Activations, biases and the measurement are not counted.
    /// </summary>
    public static long MultiplyAdds(GenerativeNetwork network)
    {
        long sum = 0;
        for (int i = 0; i < network.Layers.Length; i++)
        {
            sum += network.Layers[i] switch
            {
                ConvolutionLayer convolution => Joined(convolution, network.Shapes[i], network.Shapes[i + 1]),
                LinearLayer linear => (long)linear.InputChannels * linear.OutputChannels,
                _ => 0,
            };
        }

        return sum;
    }

    /// <summary>Floating-point operations of a value and gradient at one code: forward and backward to the code, two for each multiply-add.</summary>
    public static double ValueAndGradient(GenerativeNetwork network) => 2.0 * 2.0 * MultiplyAdds(network);

    private static long Joined(ConvolutionLayer layer, Shape input, Shape output)
    {
        KernelGeometry g = layer.Geometry;
        (Shape small, Shape large) = layer.Transposed ? (input, output) : (output, input);
        long rows = Inside(small.Height, large.Height, g.KernelHeight, g.StrideHeight, g.PaddingHeight, g.DilationHeight);
        long columns = Inside(small.Width, large.Width, g.KernelWidth, g.StrideWidth, g.PaddingWidth, g.DilationWidth);
        return rows * columns * layer.InputChannels * layer.OutputChannels / layer.Groups;
    }

    private static long Inside(int small, int large, int kernel, int stride, int padding, int dilation)
    {
        long count = 0;
        for (int s = 0; s < small; s++)
        {
            for (int t = 0; t < kernel; t++)
            {
                int at = (s * stride) - padding + (t * dilation);
                count += at >= 0 && at < large ? 1 : 0;
            }
        }

        return count;
    }
}
