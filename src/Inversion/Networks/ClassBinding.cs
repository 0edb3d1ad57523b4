namespace Inversion.Networks;

/// <summary>A conditional generator with its class fixed: a generator of the latent code alone.</summary>
public static class ClassBinding
{
    /// <summary>
    /// The network z ↦ G(z, c): the first layer W [z; c] + b becomes the dense layer W_z z + (W_c c + b), whose bias may differ from tap to tap.
    /// </summary>
    /// <param name="network">
    /// G. Its input has one position; its first layer is dense, or a transposed convolution without groups, padding and dilation, which on one position is dense too.
    /// </param>
    /// <param name="latent">Entries of z, the first of the input.</param>
    /// <param name="condition">c, the rest of the input; for a class, 1 in its place and 0 elsewhere.</param>
    /// <exception cref="NetworkException">The network is not of that form, or the entries do not add up.</exception>
    public static GenerativeNetwork Bind(GenerativeNetwork network, int latent, ReadOnlySpan<double> condition)
    {
        if (latent < 1 || latent + condition.Length != network.LatentDimension || network.InputShape.Positions != 1)
        {
            throw new NetworkException($"{network.Name}: an input of {network.InputShape} is no code of {latent} entries with {condition.Length} that are fixed");
        }

        int at = 0;
        while (at < network.Layers.Length && network.Layers[at] is ReshapeLayer)
        {
            at++;
        }

        if (at == network.Layers.Length || network.Shapes[at].Positions != 1)
        {
            throw new NetworkException($"{network.Name}: the first layer with weights must read the input at one position");
        }

        double[] matrix = Matrix(network, at);
        int inputs = network.LatentDimension;
        int outputs = network.Shapes[at + 1].Length;
        double[]? own = ((AffineLayer)network.Layers[at]).Bias;
        int positions = network.Layers[at] is LinearLayer ? 1 : network.Shapes[at + 1].Positions;
        double[] weight = new double[outputs * latent];
        double[] bias = new double[outputs];
        for (int output = 0; output < outputs; output++)
        {
            ReadOnlySpan<double> row = matrix.AsSpan(output * inputs, inputs);
            row[..latent].CopyTo(weight.AsSpan(output * latent));
            double sum = own is null ? 0 : own[output / positions];
            for (int i = 0; i < condition.Length; i++)
            {
                sum += row[latent + i] * condition[i];
            }

            bias[output] = sum;
        }

        return new GenerativeNetwork(
            Shape.Flat(latent),
            [new LinearLayer(latent, outputs, weight, bias), new ReshapeLayer(network.Shapes[at + 1]), .. network.Layers[(at + 1)..]],
            network.Name);
    }

    // The first layer as a dense matrix [outputs][inputs].
    private static double[] Matrix(GenerativeNetwork network, int at)
    {
        switch (network.Layers[at])
        {
            case LinearLayer linear:
                return linear.Weight;
            case ConvolutionLayer { Transposed: true, Groups: 1 } convolution when network.Shapes[at + 1].Positions == convolution.Geometry.Taps:
                int taps = convolution.Geometry.Taps;
                double[] matrix = new double[convolution.OutputChannels * taps * convolution.InputChannels];
                for (int i = 0; i < matrix.Length; i++)
                {
                    int row = i / convolution.InputChannels;
                    matrix[i] = convolution.WeightAt(i % convolution.InputChannels, row / taps, row % taps);
                }

                return matrix;
            default:
                throw new NetworkException($"{network.Name}: a class can be fixed where the first layer is dense or a transposed convolution without groups, padding and dilation, not {network.Layers[at].Kind}");
        }
    }
}
