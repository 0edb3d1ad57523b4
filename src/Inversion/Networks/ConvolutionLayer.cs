using Inversion.Numerics;

namespace Inversion.Networks;

/// <summary>A convolution or a transposed convolution in one or two dimensions, without kernel flip (PyTorch's convention).</summary>
public sealed class ConvolutionLayer : AffineLayer
{
    /// <summary>A convolutional layer.</summary>
    /// <param name="transposed">True for a transposed convolution (weight [in][out/groups][taps]), false for a convolution ([out][in/groups][taps]).</param>
    /// <param name="inputChannels">C_{i−1}.</param>
    /// <param name="outputChannels">C_i.</param>
    /// <param name="geometry">Kernel, stride, padding, output padding, dilation.</param>
    /// <param name="weight">Row-major, in PyTorch's layout.</param>
    /// <param name="bias">One entry per output channel, or null.</param>
    /// <param name="groups">Both channel counts are divisible by it.</param>
    /// <exception cref="NetworkException">A length, a divisibility or a size is off.</exception>
    public ConvolutionLayer(
        bool transposed, int inputChannels, int outputChannels, KernelGeometry geometry, double[] weight, double[]? bias = null, int groups = 1)
        : base(KindOf(transposed, geometry), inputChannels, outputChannels, weight, bias)
    {
        Transposed = transposed;
        Geometry = geometry;
        Groups = groups;
        if (groups < 1 || inputChannels % groups != 0 || outputChannels % groups != 0)
        {
            throw new NetworkException($"{Kind}: {groups} groups do not divide {inputChannels} input and {outputChannels} output channels");
        }

        if (transposed && (Oversized(geometry.OutputPaddingHeight, geometry.StrideHeight, geometry.DilationHeight) || Oversized(geometry.OutputPaddingWidth, geometry.StrideWidth, geometry.DilationWidth)))
        {
            throw new NetworkException($"{Kind}: output_padding must be smaller than the stride or the dilation");
        }

        CheckWeightLength(Kind, weight, Capacity.Product(inputChannels, outputChannels / groups, geometry.Taps));
    }

    /// <summary>True for a transposed convolution.</summary>
    public bool Transposed { get; }

    /// <summary>Kernel, stride, padding, output padding, dilation.</summary>
    public KernelGeometry Geometry { get; }

    /// <summary>Number of groups: channel blocks that do not mix.</summary>
    public int Groups { get; }

    /// <inheritdoc/>
    public override string Kind => KindOf(Transposed, Geometry);

    /// <summary>The weight that joins an input channel, an output channel and a tap; 0 across groups.</summary>
    public double WeightAt(int input, int output, int tap)
    {
        int inputsPerGroup = InputChannels / Groups;
        int outputsPerGroup = OutputChannels / Groups;
        if (input / inputsPerGroup != output / outputsPerGroup)
        {
            return 0;
        }

        int taps = Geometry.Taps;
        return Transposed
            ? Weight[(((input * outputsPerGroup) + (output % outputsPerGroup)) * taps) + tap]
            : Weight[(((output * inputsPerGroup) + (input % inputsPerGroup)) * taps) + tap];
    }

    /// <inheritdoc/>
    public override Shape OutputShape(Shape input)
    {
        if (input.SpatialRank != Geometry.Rank || input.Channels != InputChannels)
        {
            throw new NetworkException(
                $"{Kind}: reads {InputChannels} channels along {Geometry.Rank} spatial {(Geometry.Rank == 1 ? "axis" : "axes")}, but the layer below makes {input}");
        }

        (int height, int width) = Transposed
            ? Geometry.TransposedSize(input.Height, input.Width)
            : Geometry.ConvolvedSize(input.Height, input.Width);
        return Geometry.Rank == 1 ? Shape.Sequence(OutputChannels, width) : Shape.Image(OutputChannels, height, width);
    }

    /// <inheritdoc/>
    internal override AffineLayer Rescaled(double[] scale, double[] shift)
    {
        double[] weight = new double[Weight.Length];
        int taps = Geometry.Taps;
        int outputsPerGroup = OutputChannels / Groups;
        int inputsPerGroup = InputChannels / Groups;
        for (int i = 0; i < weight.Length; i++)
        {
            int kernel = i / taps;
            int output = Transposed
                ? (kernel / outputsPerGroup / inputsPerGroup * outputsPerGroup) + (kernel % outputsPerGroup)
                : kernel / inputsPerGroup;
            weight[i] = Weight[i] * scale[output];
        }

        return new ConvolutionLayer(Transposed, InputChannels, OutputChannels, Geometry, weight, FoldedBias(scale, shift), Groups);
    }

    private static string KindOf(bool transposed, KernelGeometry geometry) => (transposed ? "conv_transpose" : "conv") + (geometry.Rank == 1 ? "1d" : "2d");

    private static bool Oversized(int outputPadding, int stride, int dilation) => outputPadding > 0 && outputPadding >= Math.Max(stride, dilation);
}
