using Inversion.Networks;

namespace Inversion.Tests.Networks;

/// <summary>
/// G by direct loops over PyTorch's definitions, channels first, one code at a time; no code of the engine is used.
/// Travelling along: the one-sided tangent, and bounds on the rounding errors of any evaluation in a fixed order.
/// </summary>
internal sealed class NaiveNetwork(Shape input, IReadOnlyList<Layer> layers)
{
    /// <summary>What an evaluation at one code gives, flattened as PyTorch does.</summary>
    /// <param name="Value">G(z).</param>
    /// <param name="Tangent">lim (G(z + t v) − G(z))/t for t → 0+.</param>
    /// <param name="ValueError">First-order bound on the rounding error of each value, in units of roundoff.</param>
    /// <param name="TangentError">The same for the tangent, where <paramref name="Margin"/> allows.</param>
    /// <param name="Paths">Σ over paths of the products of |weights| and Lipschitz constants, applied to |v|.</param>
    /// <param name="Margin">Smallest |pre-activation|/its error bound among those of ReLU units that are not exactly zero: below the roundoff, rounding may decide a side.</param>
    internal sealed record Evaluation(double[] Value, double[] Tangent, double[] ValueError, double[] TangentError, double[] Paths, double Margin);

    /// <summary>G(z), flattened.</summary>
    public double[] Value(double[] code) => At(code, new double[code.Length]).Value;

    /// <summary>G and its tangent, with error bounds.</summary>
    public Evaluation At(double[] code, double[] direction)
    {
        Shape shape = input;

        // The code itself is rounded when it becomes a float.
        Evaluation at = new(code, direction, Abs(code), Abs(direction), Abs(direction), double.PositiveInfinity);
        foreach (Layer layer in layers)
        {
            Shape before = shape;
            switch (layer)
            {
                case ActivationLayer activation:
                    at = Activated(activation, at);
                    break;
                case ReshapeLayer reshape:
                    shape = reshape.Target;
                    break;
                case ConvolutionLayer c:
                    shape = Sizes(c, before);
                    Func<ConvolutionLayer, Shape, double[], double[], double[]?, double[]> map = c.Transposed ? Transposed : Convolved;
                    at = Mapped(at, (x, weight, bias) => map(c, before, x, weight, bias), c.Weight, c.Bias, c.InputChannels * c.Geometry.Taps);
                    break;
                case LinearLayer linear:
                    shape = Shape.Flat(linear.OutputChannels);
                    at = Mapped(at, Linear, linear.Weight, linear.Bias, linear.InputChannels);
                    break;
                case ChannelAffineLayer norm:
                    at = Mapped(at, (x, scale, shift) => [.. x.Select((v, i) => (scale[i / before.Positions] * v) + (shift?[i / before.Positions] ?? 0))], norm.Scale, norm.Shift, 1);
                    break;
                case UpsampleLayer upsample:
                    shape = Stretched(upsample, before);
                    Shape after = shape;
                    double[] Up(double[] x) => Upsampled(upsample, before, after, x);
                    at = new Evaluation(Up(at.Value), Up(at.Tangent), Up(at.ValueError), Up(at.TangentError), Up(at.Paths), at.Margin);
                    break;
                default:
                    throw new InvalidOperationException(layer.Kind);
            }
        }

        return at;
    }

    // Higham, Accuracy and Stability of Numerical Algorithms, (3.3): a sum of k products errs by at most γₖ Σ|a·b|; five roundings more
    // for the weight made a float, a folded norm and the shift.
    private static Evaluation Mapped(Evaluation at, Func<double[], double[], double[]?, double[]> map, double[] weight, double[]? bias, int terms)
    {
        double[] size = Abs(weight);
        double[]? sizeOfBias = bias is null ? null : Abs(bias);
        double[] Bound(double[] error, double[] x, double[]? shift) =>
            [.. map(error, size, null).Zip(map(Abs(x), size, shift), (e, magnitude) => e + ((terms + 5) * magnitude))];
        return new Evaluation(
            map(at.Value, weight, bias), map(at.Tangent, weight, null),
            Bound(at.ValueError, at.Value, sizeOfBias), Bound(at.TangentError, at.Tangent, null), map(at.Paths, size, null), at.Margin);
    }

    private static Evaluation Activated(ActivationLayer layer, Evaluation at)
    {
        double margin = at.Margin;
        for (int i = 0; layer.IsPiecewiseLinear && i < at.Value.Length; i++)
        {
            margin = at.Value[i] == 0 ? margin : Math.Min(margin, Math.Abs(at.Value[i]) / at.ValueError[i]);
        }

        // All four have slopes of at most 1 here; sigmoid and tanh have second derivatives of at most 1.
        double[] value = Array.ConvertAll(at.Value, v => Activate(layer, v));
        double bend = layer.IsPiecewiseLinear ? 0 : 1;
        return new Evaluation(
            value,
            [.. at.Value.Zip(at.Tangent, (v, t) => Slope(layer, v, t))],
            [.. at.ValueError.Zip(value, (e, y) => e + (4 * Math.Abs(y)))],
            [.. at.TangentError.Select((e, i) => e + (Math.Abs(at.Tangent[i]) * (4 + (bend * at.ValueError[i]))))],
            at.Paths,
            margin);
    }

    private static double[] Abs(double[] x) => Array.ConvertAll(x, Math.Abs);

    private static Shape Sizes(ConvolutionLayer layer, Shape input)
    {
        KernelGeometry g = layer.Geometry;
        int Size(int n, int kernel, int stride, int padding, int extra, int dilation) => layer.Transposed
            ? ((n - 1) * stride) - (2 * padding) + (dilation * (kernel - 1)) + extra + 1
            : ((n + (2 * padding) - (dilation * (kernel - 1)) - 1) / stride) + 1;
        int height = Size(input.Height, g.KernelHeight, g.StrideHeight, g.PaddingHeight, g.OutputPaddingHeight, g.DilationHeight);
        int width = Size(input.Width, g.KernelWidth, g.StrideWidth, g.PaddingWidth, g.OutputPaddingWidth, g.DilationWidth);
        return g.Rank == 1 ? Shape.Sequence(layer.OutputChannels, width) : Shape.Image(layer.OutputChannels, height, width);
    }

    // out[o, y·s − p + a·d, x·s − p + b·d] += in[c, y, x] · weight[c][o in its group][a][b]
    private static double[] Transposed(ConvolutionLayer layer, Shape input, double[] x, double[] weight, double[]? bias)
    {
        KernelGeometry g = layer.Geometry;
        Shape output = Sizes(layer, input);
        double[] y = Biased(output, bias);
        int perGroup = layer.OutputChannels / layer.Groups;
        for (int c = 0; c < input.Channels; c++)
        {
            for (int o = 0; o < perGroup; o++)
            {
                int channel = (c / (input.Channels / layer.Groups) * perGroup) + o;
                for (int p = 0; p < input.Positions; p++)
                {
                    for (int k = 0; k < g.Taps; k++)
                    {
                        int row = (p / input.Width * g.StrideHeight) - g.PaddingHeight + (k / g.KernelWidth * g.DilationHeight);
                        int column = (p % input.Width * g.StrideWidth) - g.PaddingWidth + (k % g.KernelWidth * g.DilationWidth);
                        if (row >= 0 && row < output.Height && column >= 0 && column < output.Width)
                        {
                            y[(((channel * output.Height) + row) * output.Width) + column] += x[(c * input.Positions) + p] * weight[(((c * perGroup) + o) * g.Taps) + k];
                        }
                    }
                }
            }
        }

        return y;
    }

    // out[o, y, x] = Σ in[c, y·s − p + a·d, x·s − p + b·d] · weight[o][c in its group][a][b]
    private static double[] Convolved(ConvolutionLayer layer, Shape input, double[] x, double[] weight, double[]? bias)
    {
        KernelGeometry g = layer.Geometry;
        Shape output = Sizes(layer, input);
        double[] y = Biased(output, bias);
        int perGroup = layer.InputChannels / layer.Groups;
        for (int o = 0; o < layer.OutputChannels; o++)
        {
            for (int c = 0; c < perGroup; c++)
            {
                int channel = (o / (layer.OutputChannels / layer.Groups) * perGroup) + c;
                for (int p = 0; p < output.Positions; p++)
                {
                    for (int k = 0; k < g.Taps; k++)
                    {
                        int row = (p / output.Width * g.StrideHeight) - g.PaddingHeight + (k / g.KernelWidth * g.DilationHeight);
                        int column = (p % output.Width * g.StrideWidth) - g.PaddingWidth + (k % g.KernelWidth * g.DilationWidth);
                        if (row >= 0 && row < input.Height && column >= 0 && column < input.Width)
                        {
                            y[(o * output.Positions) + p] += x[(((channel * input.Height) + row) * input.Width) + column] * weight[(((o * perGroup) + c) * g.Taps) + k];
                        }
                    }
                }
            }
        }

        return y;
    }

    private static double[] Biased(Shape output, double[]? bias) =>
        [.. Enumerable.Range(0, output.Length).Select(i => bias?[i / output.Positions] ?? 0)];

    private static double[] Linear(double[] x, double[] weight, double[]? bias) =>
        [.. Enumerable.Range(0, weight.Length / x.Length).Select(o => x.Select((v, i) => weight[(o * x.Length) + i] * v).Sum() + (bias?[o] ?? 0))];

    private static double Activate(ActivationLayer layer, double v) => layer.Activation switch
    {
        Activation.Relu => v <= 0 ? 0 : v,
        Activation.LeakyRelu => v <= 0 ? layer.Slope * v : v,
        Activation.Sigmoid => 1 / (1 + Math.Exp(-v)),
        _ => Math.Tanh(v),
    };

    private static double Slope(ActivationLayer layer, double v, double t) => layer.Activation switch
    {
        Activation.Relu or Activation.LeakyRelu => v == 0 ? Activate(layer, t) : Activate(layer, Math.Sign(v)) * Math.Sign(v) * t,
        Activation.Sigmoid => t * Activate(layer, v) * (1 - Activate(layer, v)),
        _ => t / Math.Pow(Math.Cosh(v), 2),
    };

    private static Shape Stretched(UpsampleLayer layer, Shape input) => input.SpatialRank == 1
        ? Shape.Sequence(input.Channels, input.Width * layer.FactorWidth)
        : Shape.Image(input.Channels, input.Height * layer.FactorHeight, input.Width * layer.FactorWidth);

    private static double[] Upsampled(UpsampleLayer layer, Shape input, Shape output, double[] x)
    {
        double[] y = new double[output.Length];
        for (int i = 0; i < y.Length; i++)
        {
            int channel = i / output.Positions;
            int row = i % output.Positions / output.Width / layer.FactorHeight;
            int column = i % output.Width / layer.FactorWidth;
            y[i] = x[(((channel * input.Height) + row) * input.Width) + column];
        }

        return y;
    }
}
