using Inversion.Networks;
using TorchSharp;
using static TorchSharp.torch;

namespace Inversion.Benchmarks.Peers;

/// <summary>One layer with weights and the activation after it, in libtorch.</summary>
internal sealed class TorchStage
{
    private readonly ConvolutionLayer layer;
    private readonly ActivationLayer? activation;
    private readonly Shape input;
    private readonly Shape output;
    private readonly ScalarType type;
    private readonly Func<Tensor, Tensor> apply;

    // Held while libtorch reads it.
    private readonly Scalar slope;

    private TorchStage(ConvolutionLayer layer, ActivationLayer? activation, Shape input, Shape output, TorchLayers layers, ScalarType type)
    {
        this.layer = layer;
        this.activation = activation;
        this.input = input;
        this.output = output;
        this.type = type;
        slope = (activation?.Slope ?? 0).ToScalar();
        bool onePosition = input.Positions == 1 && layer.Geometry.PaddingHeight == 0 && layer.Geometry.PaddingWidth == 0 && output.Positions == layer.Geometry.Taps;
        apply = layers switch
        {
            TorchLayers.Convolution => Convolution(),
            TorchLayers.ConvolutionChannelsLast => ConvolutionChannelsLast(),
            TorchLayers.Product when onePosition || (input.SpatialRank == 1 && layer.Geometry.IsTiling) => Product(),
            TorchLayers.Product => ConvolutionChannelsLast(),
            TorchLayers.ProductAndFold => ProductAndFold(),
            _ => Dense(),
        };
    }

    /// <summary>The stages of a network of transposed convolutions, each with or without an activation.</summary>
    public static TorchStage[] Create(GenerativeNetwork network, TorchLayers layers, ScalarType type)
    {
        List<TorchStage> stages = [];
        for (int i = 0; i < network.Layers.Length; i++)
        {
            if (network.Layers[i] is not ConvolutionLayer { Transposed: true, Groups: 1 } layer)
            {
                throw new NotSupportedException($"layer {i}, {network.Layers[i].Kind}, is not measured");
            }

            ActivationLayer? activation = i + 1 < network.Layers.Length ? network.Layers[i + 1] as ActivationLayer : null;
            stages.Add(new TorchStage(layer, activation, network.Shapes[i], network.Shapes[i + 1], layers, type));
            i += activation is null ? 0 : 1;
        }

        return [.. stages];
    }

    /// <summary>The signal after this layer, in memory as this form of layers wants it.</summary>
    public Tensor Apply(Tensor signal) => apply(signal);

    // In place, before any view is taken: autograd pays for writing into a view.
    private Tensor Activate(Tensor x) => activation?.Activation switch
    {
        null => x,
        Activation.Relu => x.relu_(),
        Activation.LeakyRelu => x.leaky_relu_(slope),
        Activation.Tanh => x.tanh_(),
        _ => throw new NotSupportedException($"{activation.Kind} is not measured"),
    };

    private Tensor Convolve(Tensor x, Tensor weight, Tensor? bias)
    {
        KernelGeometry g = layer.Geometry;
        return g.Rank == 1
            ? nn.functional.conv_transpose1d(x, weight, bias, g.StrideWidth, g.PaddingWidth, g.OutputPaddingWidth)
            : nn.functional.conv_transpose2d(
                x, weight, bias, [g.StrideHeight, g.StrideWidth], [g.PaddingHeight, g.PaddingWidth], [g.OutputPaddingHeight, g.OutputPaddingWidth]);
    }

    private Func<Tensor, Tensor> Convolution()
    {
        Tensor weight = Weights();
        Tensor? bias = Bias(1);
        long[] shape = [-1, .. input.ToAxes()];
        return x => Activate(Convolve(x.view(shape), weight, bias));
    }

    private Func<Tensor, Tensor> ConvolutionChannelsLast()
    {
        long[] toFirst = input.SpatialRank == 1 ? [0, 2, 1] : [0, 3, 1, 2];
        long[] toLast = input.SpatialRank == 1 ? [0, 2, 1] : [0, 2, 3, 1];
        Tensor weight = Weights().permute(toLast).contiguous().permute(toFirst);
        Tensor? bias = Bias(1);
        long[] shape = input.SpatialRank == 1 ? [-1, input.Width, input.Channels] : [-1, input.Height, input.Width, input.Channels];
        return x => Activate(Convolve(x.reshape(shape).permute(toFirst), weight, bias)).permute(toLast);
    }

    private Func<Tensor, Tensor> Product()
    {
        int taps = layer.Geometry.Taps;
        Tensor matrix = Weights().reshape(input.Channels, output.Channels, taps).permute(0, 2, 1).reshape(input.Channels, taps * output.Channels).contiguous();
        Tensor? bias = Bias(taps);
        long channels = input.Channels;
        return bias is null
            ? x => Activate(mm(x.reshape(-1, channels), matrix))
            : x => Activate(addmm(bias, x.reshape(-1, channels), matrix, 1, 1));
    }

    private Func<Tensor, Tensor> ProductAndFold()
    {
        KernelGeometry g = layer.Geometry;
        Tensor matrix = Weights().reshape(input.Channels, output.Channels * g.Taps).t().contiguous();
        Tensor? bias = Bias(1)?.view(1, -1, 1, 1);
        long[] shape = [-1, input.Channels, input.Positions];
        return x =>
        {
            Tensor folded = nn.functional.fold(
                matmul(matrix, x.view(shape)), (output.Height, output.Width), (g.KernelHeight, g.KernelWidth),
                padding: (g.PaddingHeight, g.PaddingWidth), stride: (g.StrideHeight, g.StrideWidth));
            return Activate(bias is null ? folded : folded.add_(bias));
        };
    }

    private Func<Tensor, Tensor> Dense()
    {
        // What the layer makes of each unit vector; without the bias, which follows.
        using (no_grad())
        {
            long[] shape = [-1, .. input.ToAxes()];
            Tensor matrix = Convolve(eye(input.Length, dtype: type).view(shape), Weights(), null).reshape(input.Length, output.Length).contiguous();
            Tensor? bias = Bias(1)?.repeat_interleave(output.Positions);
            return bias is null
                ? x => Activate(mm(x.reshape(-1, input.Length), matrix))
                : x => Activate(addmm(bias, x.reshape(-1, input.Length), matrix, 1, 1));
        }
    }

    private Tensor Weights()
    {
        KernelGeometry g = layer.Geometry;
        long[] kernel = g.Rank == 1 ? [g.KernelWidth] : [g.KernelHeight, g.KernelWidth];
        return tensor(layer.Weight, dtype: type).view([input.Channels, output.Channels, .. kernel]);
    }

    private Tensor? Bias(int repeated) => layer.Bias is null ? null : tensor(layer.Bias, dtype: type).repeat(repeated);
}
