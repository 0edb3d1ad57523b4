using Inversion.Networks.Engine;

namespace Inversion.Networks.Formats.Onnx;

/// <summary>Operators that become layers. Each takes a signal and its constant operands and gives the signal after the layer.</summary>
internal static class LayerOperators
{
    private const long LargestScratch = 1 << 26;
    private const double DefaultAlpha = 0.01;
    private const double DefaultEpsilon = 1e-5;

    /// <summary>The names of the operators that <see cref="Apply"/> knows.</summary>
    public static IReadOnlySet<string> Names { get; } = new HashSet<string>
    {
        "Gemm", "MatMul", "Conv", "ConvTranspose", "BatchNormalization", "Relu", "LeakyRelu", "Sigmoid", "Tanh", "Upsample", "Resize",
    };

    /// <summary>The signal after the node.</summary>
    /// <param name="node">The node.</param>
    /// <param name="signal">Its first operand.</param>
    /// <param name="operand">Its other operands by position, null where one is left out.</param>
    public static OnnxSignal Apply(OnnxNode node, OnnxSignal signal, Func<int, OnnxTensor?> operand) => node.Operator switch
    {
        "Gemm" => Gemm(node, signal, Needed(operand, 1), operand(2)),
        "MatMul" => MatMul(signal, Needed(operand, 1)),
        "Conv" => ConvolutionOperator.Apply(node, signal, Needed(operand, 1), operand(2)),
        "ConvTranspose" => ConvolutionOperator.Apply(node, signal, Needed(operand, 1), operand(2)),
        "BatchNormalization" => BatchNormalization(node, signal, operand),
        "Relu" => signal.Settled().Append(new ActivationLayer(Activation.Relu)),
        "LeakyRelu" => signal.Settled().Append(new ActivationLayer(Activation.LeakyRelu, node.Number("alpha", DefaultAlpha))),
        "Sigmoid" => signal.Settled().Append(new ActivationLayer(Activation.Sigmoid)),
        "Tanh" => signal.Settled().Append(new ActivationLayer(Activation.Tanh)),
        _ => ResizeOperator.Apply(node, signal.Settled(), operand),
    };

    /// <summary>A constant after layers: what a node makes of an input that does not depend on the latent code.</summary>
    public static OnnxTensor Evaluate(OnnxTensor constant, Func<OnnxSignal, OnnxSignal> apply)
    {
        OnnxSignal result = apply(OnnxSignal.Latent(constant.Dims)).Settled();
        if (!result.HasLayers)
        {
            return new OnnxTensor(result.Dims, constant.Values);
        }

        GenerativeNetwork network = new(OnnxSignal.ShapeOf(constant.Dims), result.Layers());
        if (network.Shapes.Any(shape => shape.Length > OnnxValue.LargestFold) || Enumerable.Range(0, network.Layers.Length).Any(i => Scratch(network, i) > LargestScratch))
        {
            throw new NetworkException("is too large to be folded into a constant");
        }

        double[] values = new double[network.OutputDimension];
        new NetworkEngine<double>(network).Forward(new NetworkWorkspace<double>(), constant.Values, values, 1);
        return new OnnxTensor(result.Dims, values);
    }

    /// <summary>Multiplies and shifts every entry: one factor per channel where that is enough, else on the flattened signal.</summary>
    public static OnnxSignal AppendPerEntry(OnnxSignal signal, double[] scale, double[] shift)
    {
        Shape shape = signal.Shape;
        bool perChannel = true;
        for (int i = 0; i < scale.Length; i++)
        {
            int first = i - (i % shape.Positions);
            perChannel &= scale[i].Equals(scale[first]) && shift[i].Equals(shift[first]);
        }

        if (!perChannel)
        {
            return signal.Reshaped(Shape.Flat(shape.Length)).Append(new ChannelAffineLayer(scale, shift)).Reshaped(shape);
        }

        double[] channelScale = [.. Enumerable.Range(0, shape.Channels).Select(c => scale[c * shape.Positions])];
        double[] channelShift = [.. Enumerable.Range(0, shape.Channels).Select(c => shift[c * shape.Positions])];
        return signal.Append(new ChannelAffineLayer(channelScale, channelShift));
    }

    /// <summary>An operand that must be there and constant.</summary>
    public static OnnxTensor Needed(Func<int, OnnxTensor?> operand, int position) =>
        operand(position) ?? throw new NetworkException($"operand {position} is missing");

    /// <summary>Entries of memory that the engine needs for one layer beside its input and output.</summary>
    private static long Scratch(GenerativeNetwork network, int i) => network.Layers[i] switch
    {
        ConvolutionLayer { Transposed: true } layer => (long)network.Shapes[i].Positions * layer.OutputChannels * layer.Geometry.Taps,
        ConvolutionLayer layer => (long)network.Shapes[i + 1].Positions * layer.InputChannels * layer.Geometry.Taps,
        _ => 0,
    };

    private static OnnxSignal Gemm(OnnxNode node, OnnxSignal signal, OnnxTensor b, OnnxTensor? c)
    {
        if (node.Integer("transA", 0) != 0)
        {
            throw new NetworkException("transA transposes the batch; only transA = 0 is read");
        }

        bool transposed = node.Integer("transB", 0) != 0;
        double alpha = node.Number("alpha", 1);
        double beta = node.Number("beta", 1);
        int outputs = transposed || b.Dims.Length != 2 ? b.Dims.FirstOrDefault() : b.Dims[1];
        double[]? bias = c is null ? null : [.. c.Broadcast([1, outputs]).Select(value => beta * value)];
        return Linear(signal, b, transposed, alpha, bias);
    }

    private static OnnxSignal MatMul(OnnxSignal signal, OnnxTensor b) => Linear(signal, b, false, 1, null);

    private static OnnxSignal Linear(OnnxSignal signal, OnnxTensor b, bool transposed, double alpha, double[]? bias)
    {
        if (b.Dims.Length != 2 || signal.Dims.Length != 2 || signal.Dims[1] != b.Dims[transposed ? 1 : 0])
        {
            throw new NetworkException($"cannot multiply shape {signal.DimsText} by {(transposed ? "the transpose of " : string.Empty)}{b.DimsText}");
        }

        int inputs = signal.Dims[1];
        int outputs = b.Dims[transposed ? 0 : 1];
        double[] weight = new double[b.Values.Length];
        for (int i = 0; i < weight.Length; i++)
        {
            weight[i] = alpha * (transposed ? b.Values[i] : b.Values[(i % inputs * outputs) + (i / inputs)]);
        }

        if (signal.Fill is not OnnxFill fill)
        {
            return signal.Settled().Append(new LinearLayer(inputs, outputs, weight, bias));
        }

        int free = signal.Shape.Length;
        return signal.Unfilled().Reshaped(Shape.Flat(free)).Append(fill.Absorb(free, outputs, weight, bias));
    }

    private static OnnxSignal BatchNormalization(OnnxNode node, OnnxSignal signal, Func<int, OnnxTensor?> operand)
    {
        if (node.Integer("training_mode", 0) != 0)
        {
            throw new NetworkException("is in training mode; export the model in evaluation mode");
        }

        if (node.Integer("spatial", 1) == 0)
        {
            throw new NetworkException("normalizes every entry by itself (spatial = 0); only one factor per channel is read");
        }

        return signal.Settled().Append(ChannelAffineLayer.FromBatchNorm(
            Needed(operand, 1).Values, Needed(operand, 2).Values, Needed(operand, 3).Values, Needed(operand, 4).Values, node.Number("epsilon", DefaultEpsilon)));
    }
}
