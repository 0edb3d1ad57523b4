namespace Inversion.Networks.Formats.Onnx;

/// <summary>
/// A signal joined with constants, entry by entry, before the next layer reads them: entry i is the signal's entry Source[i], or
/// the constant Value[i] where Source[i] is −1.
/// </summary>
internal sealed record OnnxFill(int[] Source, double[] Value)
{
    /// <summary>Weight and bias of a linear layer that read the joined entries: the columns of the constants move into the bias.</summary>
    public LinearLayer Absorb(int inputs, int outputs, double[] weight, double[]? bias)
    {
        double[] kept = new double[(long)outputs * inputs];
        double[] moved = bias is null ? new double[outputs] : [.. bias];
        for (int o = 0; o < outputs; o++)
        {
            for (int i = 0; i < Source.Length; i++)
            {
                double w = weight[(o * Source.Length) + i];
                if (Source[i] >= 0)
                {
                    kept[(o * inputs) + Source[i]] = w;
                }
                else
                {
                    moved[o] += w * Value[i];
                }
            }
        }

        return new LinearLayer(inputs, outputs, kept, moved);
    }

    /// <summary>The joining itself as a layer: a matrix of zeros and ones, and the constants as bias.</summary>
    /// <exception cref="NetworkException">The matrix would be too large.</exception>
    public LinearLayer ToLayer(int inputs)
    {
        if ((long)inputs * Source.Length > OnnxValue.LargestFold)
        {
            throw new NetworkException($"joining {inputs} entries of the signal with constants to {Source.Length} is too large");
        }

        double[] weight = new double[inputs * Source.Length];
        for (int i = 0; i < Source.Length; i++)
        {
            if (Source[i] >= 0)
            {
                weight[(i * inputs) + Source[i]] = 1;
            }
        }

        return new LinearLayer(inputs, Source.Length, weight, [.. Value]);
    }

    /// <summary>For each channel of <paramref name="positions"/> entries, the signal's channel it is, or −1 for a constant one; null if some channel is neither.</summary>
    public int[]? Channels(int positions)
    {
        int[] channels = new int[Source.Length / positions];
        for (int i = 0; i < Source.Length; i++)
        {
            int channel = i / positions;
            int first = Source[channel * positions];
            int expected = first < 0 ? -1 : first + (i % positions);
            if (Source[i] != expected || (first >= 0 && first % positions != 0))
            {
                return null;
            }

            channels[channel] = first < 0 ? -1 : first / positions;
        }

        return channels;
    }
}
