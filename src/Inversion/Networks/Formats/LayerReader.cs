namespace Inversion.Networks.Formats;

/// <summary>Makes one layer of its JSON description and of the tensors that it names.</summary>
internal sealed class LayerReader(SafetensorsFile file, JsonField field, string type, Shape input)
{
    private const double DefaultEps = 1e-5;

    /// <summary>The layer.</summary>
    /// <param name="nominalScale">Goes into <see cref="AffineLayer.NominalScale"/> if the layer is affine.</param>
    /// <exception cref="NetworkFileException">A field or tensor is missing or does not fit.</exception>
    /// <exception cref="NetworkException">The values describe no layer.</exception>
    public Layer Read(double? nominalScale) => type switch
    {
        "conv_transpose1d" => Convolution(true, 1, nominalScale),
        "conv_transpose2d" => Convolution(true, 2, nominalScale),
        "conv1d" => Convolution(false, 1, nominalScale),
        "conv2d" => Convolution(false, 2, nominalScale),
        "linear" => Linear(nominalScale),
        "batch_norm" => BatchNorm(),
        "relu" => new ActivationLayer(Activation.Relu),
        "leaky_relu" => new ActivationLayer(Activation.LeakyRelu, field.Optional("slope")?.Number() ?? ActivationLayer.DefaultSlope),
        "sigmoid" => new ActivationLayer(Activation.Sigmoid),
        "tanh" => new ActivationLayer(Activation.Tanh),
        "upsample_nearest" => Upsample(),
        "reshape" => new ReshapeLayer(NetworkFile.ReadShape(field.Required("shape"))),
        _ => throw field.Error(
            $"'{type}' is no layer type: conv_transpose1d, conv_transpose2d, conv1d, conv2d, linear, batch_norm, relu, leaky_relu, sigmoid, tanh, upsample_nearest, reshape"),
    };

    private ConvolutionLayer Convolution(bool transposed, int rank, double? nominalScale)
    {
        int inputs = field.Required("in_channels").Whole(1);
        int outputs = field.Required("out_channels").Whole(1);
        int groups = field.Optional("groups")?.Whole(1) ?? 1;
        if (inputs % groups != 0 || outputs % groups != 0)
        {
            throw field.Error($"field 'groups': {groups} does not divide in_channels {inputs} and out_channels {outputs}");
        }

        int[] kernel = field.Required("kernel").PerAxis(rank, 1);
        KernelGeometry geometry = new(
            kernel,
            field.Optional("stride")?.PerAxis(rank, 1),
            field.Optional("padding")?.PerAxis(rank, 0),
            field.Optional("output_padding")?.PerAxis(rank, 0),
            field.Optional("dilation")?.PerAxis(rank, 1));
        if (!transposed && (geometry.OutputPaddingHeight > 0 || geometry.OutputPaddingWidth > 0))
        {
            throw field.Error("field 'output_padding' must be 0: only a transposed convolution has one");
        }

        int[] channels = transposed ? [inputs, outputs / groups] : [outputs, inputs / groups];
        double[] weight = Tensor(field.Required("weight"), [.. channels, .. kernel]);
        return new ConvolutionLayer(transposed, inputs, outputs, geometry, weight, Bias(outputs), groups) { NominalScale = nominalScale };
    }

    private LinearLayer Linear(double? nominalScale)
    {
        int inputs = field.Required("in_features").Whole(1);
        int outputs = field.Required("out_features").Whole(1);
        return new LinearLayer(inputs, outputs, Tensor(field.Required("weight"), [outputs, inputs]), Bias(outputs)) { NominalScale = nominalScale };
    }

    private ChannelAffineLayer BatchNorm()
    {
        int channels = field.Optional("num_features")?.Whole(1) ?? input.Channels;
        double[] Parameter(string name, double otherwise)
        {
            if (field.Optional(name) is JsonField tensor)
            {
                return Tensor(tensor, [channels]);
            }

            double[] same = new double[channels];
            Array.Fill(same, otherwise);
            return same;
        }

        double[] weight = Parameter("weight", 1);
        double[] bias = Parameter("bias", 0);
        double[] mean = Tensor(field.Required("running_mean"), [channels]);
        double[] variance = Tensor(field.Required("running_var"), [channels]);
        double eps = field.Optional("eps")?.Number() ?? DefaultEps;

        // The trivial statistics stand for scale and shift themselves, whose bits are then kept (b − 0·w would lose the sign of a zero).
        bool trivial = eps == 0 && Array.TrueForAll(mean, m => m == 0) && Array.TrueForAll(variance, v => v == 1);
        return trivial ? new ChannelAffineLayer(weight, bias) : ChannelAffineLayer.FromBatchNorm(weight, bias, mean, variance, eps);
    }

    private UpsampleLayer Upsample()
    {
        JsonField factor = field.Optional("factor") ?? field.Optional("scale_factor") ?? throw field.Error("field 'factor' is missing");
        int rank = factor.IsList ? factor.Items().Count : input.SpatialRank;
        if (rank is not (1 or 2))
        {
            throw factor.Error($"needs one entry for each of one or two spatial axes; the layer below makes {input}");
        }

        int[] factors = factor.PerAxis(rank, 1);
        return rank == 1 ? new UpsampleLayer(1, factors[0]) : new UpsampleLayer(factors[0], factors[1]);
    }

    private double[]? Bias(int outputs) => field.Optional("bias") is JsonField bias ? Tensor(bias, [outputs]) : null;

    private double[] Tensor(JsonField reference, int[] shape)
    {
        string name = reference.Text();
        TensorInfo info = file.Find(name) ?? throw reference.Error($"tensor '{name}' is not in the file");
        return info.Shape.Length == shape.Length && info.Shape.Zip(shape).All(pair => pair.First == pair.Second)
            ? file.ReadDoubles(name)
            : throw reference.Error($"tensor '{name}' has shape {info.ShapeText}, but the layer's fields need [{string.Join(", ", shape)}]");
    }
}
