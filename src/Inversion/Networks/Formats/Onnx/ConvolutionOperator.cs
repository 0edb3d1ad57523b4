namespace Inversion.Networks.Formats.Onnx;

/// <summary>Conv and ConvTranspose.</summary>
internal static class ConvolutionOperator
{
    /// <summary>The signal after the node.</summary>
    public static OnnxSignal Apply(OnnxNode node, OnnxSignal signal, OnnxTensor weight, OnnxTensor? bias)
    {
        bool transposed = node.Operator == "ConvTranspose";
        int rank = weight.Dims.Length - 2;
        if (rank is not (1 or 2) || signal.Dims.Length != weight.Dims.Length)
        {
            throw new NetworkException($"weight has shape {weight.DimsText} and the signal {signal.DimsText}; 1-D and 2-D convolutions are read");
        }

        int groups = Whole(node.Integer("group", 1), "group");
        int inputs = signal.Dims[1];
        int outputs = checked(transposed ? weight.Dims[1] * groups : weight.Dims[0]);
        if (inputs % groups != 0 || outputs % groups != 0 || (transposed ? weight.Dims[0] : (long)weight.Dims[1] * groups) != inputs)
        {
            throw new NetworkException($"weight of shape {weight.DimsText} in {groups} groups does not read {inputs} channels");
        }

        int[] kernel = weight.Dims[2..];
        if (node.Integers("kernel_shape") is int[] named && !named.SequenceEqual(kernel))
        {
            throw new NetworkException($"kernel_shape [{string.Join(", ", named)}] differs from the weight's {weight.DimsText}");
        }

        KernelGeometry geometry = Geometry(node, transposed, kernel, signal.Dims[2..]);
        double[]? biases = bias is null
            ? null
            : bias.Values.Length == outputs ? bias.Values : throw new NetworkException($"bias has {bias.Values.Length} entries for {outputs} channels");
        ConvolutionLayer layer = new(transposed, inputs, outputs, geometry, weight.Values, biases, groups);
        int positions = OnnxValue.CountOf(signal.Dims[2..]);
        return signal.Fill is OnnxFill fill && groups == 1 && fill.Channels(positions) is int[] channels && signal.Shape.Length % positions == 0
            ? Absorb(signal, layer, fill, channels, positions)
            : signal.Settled().Append(layer);
    }

    private static KernelGeometry Geometry(OnnxNode node, bool transposed, int[] kernel, int[] size)
    {
        int rank = kernel.Length;
        string auto = node.Text("auto_pad", "NOTSET");
        if (auto is not ("NOTSET" or "VALID") || node.Has("output_shape"))
        {
            throw new NetworkException($"has {(node.Has("output_shape") ? "output_shape" : $"auto_pad {auto}")}; export explicit pads");
        }

        int[] Axes(string name, int otherwise) => node.Integers(name) ?? [.. Enumerable.Repeat(otherwise, rank)];
        int[] pads = node.Integers("pads") is int[] given && auto == "NOTSET" ? given : new int[2 * rank];
        int[] stride = Axes("strides", 1);
        int[] dilation = Axes("dilations", 1);
        int[] output = Axes("output_padding", 0);
        if (pads.Length != 2 * rank || stride.Length != rank || dilation.Length != rank || output.Length != rank || pads.Any(pad => pad < 0) || stride.Any(step => step < 1))
        {
            throw new NetworkException("pads, strides, dilations or output_padding have the wrong number of entries or are out of range");
        }

        for (int axis = 0; axis < rank; axis++)
        {
            long more = (long)pads[rank + axis] - pads[axis];
            long room = size[axis] + (2L * pads[axis]) - (dilation[axis] * (kernel[axis] - 1L)) - 1;

            // Padding at the end only cuts or extends the output there: the layer says the same by output padding (transposed),
            // or not at all if the last stamp does not reach it.
            bool sameEnd = transposed
                ? output[axis] - more is >= 0 and <= int.MaxValue
                : room >= 0 && room + more >= 0 && room / stride[axis] == (room + more) / stride[axis];
            if (!sameEnd)
            {
                throw new NetworkException($"pads axis {axis} by {pads[axis]} before and {pads[rank + axis]} behind, which no layer here does");
            }

            output[axis] = transposed ? (int)(output[axis] - more) : 0;
        }

        return new KernelGeometry(kernel, stride, pads[..rank], output, dilation);
    }

    /// <summary>
    /// The layer on the free channels alone. What the constant channels contribute is computed once and added: as the bias where it is
    /// the same at all positions of a channel, else entry by entry.
    /// </summary>
    private static OnnxSignal Absorb(OnnxSignal signal, ConvolutionLayer layer, OnnxFill fill, int[] channels, int positions)
    {
        OnnxTensor constants = new(signal.Dims, [.. fill.Value.Select((value, i) => fill.Source[i] < 0 ? value : 0)]);
        OnnxTensor contribution = LayerOperators.Evaluate(constants, latent => latent.Append(layer));
        int free = signal.Shape.Length / positions;
        int taps = layer.Geometry.Taps;
        double[] weight = new double[(long)free * layer.OutputChannels * taps];
        for (int c = 0; c < channels.Length; c++)
        {
            for (int o = 0; channels[c] >= 0 && o < layer.OutputChannels; o++)
            {
                for (int t = 0; t < taps; t++)
                {
                    int kernel = layer.Transposed ? (channels[c] * layer.OutputChannels) + o : (o * free) + channels[c];
                    weight[(kernel * taps) + t] = layer.WeightAt(c, o, t);
                }
            }
        }

        ConvolutionLayer kept = new(layer.Transposed, free, layer.OutputChannels, layer.Geometry, weight);
        OnnxSignal after = signal.Unfilled().Reshaped(OnnxSignal.ShapeOf([1, free, .. signal.Dims[2..]])).Append(kept);
        double[] ones = new double[contribution.Values.Length];
        Array.Fill(ones, 1);
        return LayerOperators.AppendPerEntry(after, ones, contribution.Values);
    }

    private static int Whole(long value, string name) => value is > 0 and <= int.MaxValue
        ? (int)value
        : throw new NetworkException($"attribute '{name}' is {value}; it must be positive");
}
