using Inversion.Networks;
using Inversion.Networks.Engine;
using Xunit;

namespace Inversion.Tests.Networks;

public sealed class LayerTests
{
    [Fact]
    public void Layers_WithABiasOfAnotherLength_NameTheirKind()
    {
        Fails("conv_transpose1d: bias has 2 entries for 3", () => new ConvolutionLayer(true, 1, 3, new KernelGeometry([2]), new double[6], [1, 2]));
        Fails("conv2d: bias has 2 entries for 3", () => new ConvolutionLayer(false, 1, 3, new KernelGeometry([2, 1]), new double[6], [1, 2]));
        Fails("linear: bias has 2 entries for 3", () => new LinearLayer(1, 3, new double[3], [1, 2]));
    }

    [Fact]
    public void Layers_WithWeightsOfAnotherLength_SayHowManyAreNeeded()
    {
        Fails("needs 12", () => new ConvolutionLayer(true, 2, 3, new KernelGeometry([2]), new double[11]));
        Fails("needs 6", () => new ConvolutionLayer(false, 2, 6, new KernelGeometry([1]), new double[12], groups: 2));
        Fails("needs 6", () => new LinearLayer(2, 3, new double[5]));
        Fails("positive", () => new LinearLayer(-2, -3, new double[6]));
        Fails("positive", () => new ConvolutionLayer(true, 0, 3, new KernelGeometry([1]), []));
        Fails("needs 9223372036854775807", () => new ConvolutionLayer(true, int.MaxValue, int.MaxValue, new KernelGeometry([1 << 15, 1 << 15]), new double[1]));
    }

    [Fact]
    public void Convolutions_WithGroupsOrOutputPaddingThatDoNotFit_AreRefused()
    {
        Fails("groups", () => new ConvolutionLayer(true, 4, 3, new KernelGeometry([1]), new double[12], groups: 2));
        Fails("groups", () => new ConvolutionLayer(true, 4, 4, new KernelGeometry([1]), new double[16], groups: 0));
        Fails("output_padding", () => new ConvolutionLayer(true, 1, 1, new KernelGeometry([3], [2], null, [2]), new double[3]));
    }

    [Fact]
    public void KernelGeometry_OfWrongSizes_NamesTheField()
    {
        Fails("kernel has 1 or 2 axes", () => new KernelGeometry([]));
        Fails("kernel has 1 or 2 axes", () => new KernelGeometry([1, 1, 1]));
        Fails("stride", () => new KernelGeometry([1], [0]));
        Fails("stride has 2 entries", () => new KernelGeometry([1], [1, 1]));
        Fails("padding", () => new KernelGeometry([1], [1], [-1]));
        Fails("output_padding", () => new KernelGeometry([1], [1], [0], [-1]));
        Fails("dilation", () => new KernelGeometry([1], [1], [0], [0], [0]));
        Fails("too large", () => new KernelGeometry([1 << 16, 1 << 16]));
    }

    [Fact]
    public void Network_OfLayersThatDoNotFit_NamesTheLayerByNumber()
    {
        ConvolutionLayer up = new(true, 2, 3, new KernelGeometry([2], [2]), new double[12]);
        Fails("at least one layer", () => new GenerativeNetwork(Shape.Flat(2), []));
        Fails("layer 0: conv_transpose1d: reads 2 channels", () => new GenerativeNetwork(Shape.Sequence(3, 1), [up]));
        Fails("layer 1: conv_transpose1d", () => new GenerativeNetwork(Shape.Sequence(2, 1), [up, up]));
        Fails("layer 1: linear: reads 5 features", () => new GenerativeNetwork(Shape.Sequence(2, 1), [up, new LinearLayer(5, 1, new double[5])]));
        Fails("layer 1: batch_norm: has 2 channels", () => new GenerativeNetwork(Shape.Sequence(2, 1), [up, new ChannelAffineLayer([1, 1], [0, 0])]));
        Fails("layer 1: reshape", () => new GenerativeNetwork(Shape.Sequence(2, 1), [up, new ReshapeLayer(Shape.Flat(5))]));
        Fails("layer 0: the output would have size", () => new GenerativeNetwork(Shape.Sequence(1, 1), [new ConvolutionLayer(true, 1, 1, new KernelGeometry([1], [1], [4]), new double[1])]));
        Fails("layer 0: the output would have size", () => new GenerativeNetwork(Shape.Sequence(1, 2), [new ConvolutionLayer(false, 1, 1, new KernelGeometry([3]), new double[3])]));
        Fails("layer 0: upsample_nearest", () => new GenerativeNetwork(Shape.Flat(2), [new UpsampleLayer(1, 2)]));
        Fails("upsample_nearest: factors", () => new UpsampleLayer(0, 1));
    }

    [Fact]
    public void Sizes_BeyondMemory_AreRefusedBeforeItIsAsked()
    {
        Fails("layer 0: the output would have size", () => new GenerativeNetwork(Shape.Sequence(1, 100), [new ConvolutionLayer(true, 1, 1, new KernelGeometry([1], [int.MaxValue]), new double[1])]));
        Fails("layer 0: shape", () => new GenerativeNetwork(Shape.Sequence(1, 100), [new ConvolutionLayer(true, 1, 1, new KernelGeometry([1], [1 << 24]), new double[1])]));
        Fails("layer 0: its output is too large", () => new GenerativeNetwork(Shape.Sequence(1, 100), [new UpsampleLayer(1, int.MaxValue)]));
        Fails("layer 0: shape", () => new GenerativeNetwork(Shape.Image(1, 100, 100), [new UpsampleLayer(1 << 20, 1 << 20)]));

        // A depthwise convolution stored as one dense matrix: 2¹⁵ weights, but 2³⁰ entries.
        GenerativeNetwork depthwise = new(Shape.Sequence(1 << 15, 1), [new ConvolutionLayer(true, 1 << 15, 1 << 15, new KernelGeometry([1]), new double[1 << 15], groups: 1 << 15)]);
        Fails("layer 0: conv_transpose1d: needs an array of 1073741824", () => new NetworkEngine<double>(depthwise));

        // Few weights on many positions: 2¹⁶ taps at each of 2¹⁶.
        GenerativeNetwork wide = new(Shape.Sequence(1, 1 << 16), [new ConvolutionLayer(true, 1, 1, new KernelGeometry([1 << 16]), new double[1 << 16])]);
        Fails("layer 0: conv_transpose1d", () => new NetworkEngine<float>(wide));
    }

    // PyTorch, eval mode: (x − mean)/√(var + eps) · weight + bias.
    [Fact]
    public void BatchNorm_AfterAffineLayersOrNot_IsPyTorchsFormula()
    {
        double[] weight = [2, -3], bias = [0.5, 1], mean = [1, -2], variance = [4, 0.25];
        ChannelAffineLayer norm = ChannelAffineLayer.FromBatchNorm(weight, bias, mean, variance, 1e-5);
        ConvolutionLayer identity = new(true, 2, 2, new KernelGeometry([1]), [1, 0, 0, 1], [0.25, -0.25]);
        double[] code = [3, 5, -1, 4];
        foreach (bool folded in new[] { true, false })
        {
            GenerativeNetwork network = new(Shape.Sequence(2, 2), folded ? [identity, norm] : [new ActivationLayer(Activation.LeakyRelu, 1), norm]);
            Assert.Equal(folded ? 1 : 2, network.Layers.Length);
            Assert.False(network.IsHomogeneous);
            double[] output = new double[4];
            new NetworkEngine<double>(network).Forward(new NetworkWorkspace<double>(), code, output, 1);
            double[] expected = [.. code.Select((x, i) =>
            {
                double shifted = x + (folded ? identity.Bias![i / 2] : 0);
                return ((shifted - mean[i / 2]) / Math.Sqrt(variance[i / 2] + 1e-5) * weight[i / 2]) + bias[i / 2];
            })];
            Close.Assert(expected, output, 1e-15);
        }
    }

    [Fact]
    public void BatchNorm_ThatCannotBe_NamesTheChannel()
    {
        Fails("channel 1", () => ChannelAffineLayer.FromBatchNorm([1, 1], [0, 0], [0, 0], [1, -1], 0.5));
        Fails("channel 0", () => ChannelAffineLayer.FromBatchNorm([1], [0], [0], [double.NaN], 0.5));
        Fails("batch_norm", () => ChannelAffineLayer.FromBatchNorm([1, 1], [0], [0, 0], [1, 1], 0.5));
    }

    [Theory]
    [InlineData("relu", Activation.Relu, 0)]
    [InlineData("leaky-relu", Activation.LeakyRelu, 0.01)]
    [InlineData("leaky-relu:0.2", Activation.LeakyRelu, 0.2)]
    [InlineData("sigmoid", Activation.Sigmoid, 0)]
    [InlineData("tanh", Activation.Tanh, 0)]
    public void Parse_OfAnActivation_ReadsItsNameAndSlope(string text, Activation activation, double slope)
    {
        ActivationLayer layer = ActivationLayer.Parse(text);
        Assert.Equal((activation, slope), (layer.Activation, layer.Slope));
    }

    [Theory]
    [InlineData("")]
    [InlineData("ReLU")]
    [InlineData("relu:0.1")]
    [InlineData("leaky-relu:")]
    [InlineData("leaky-relu:x")]
    [InlineData("leaky-relu:NaN")]
    [InlineData("leaky-relu:Infinity")]
    [InlineData("leaky-relu:0,2")]
    [InlineData("leaky-relu:0.1:0.2")]
    [InlineData("gelu")]
    public void Parse_OfWhatIsNoActivation_Throws(string text) => Assert.Throws<NetworkException>(() => ActivationLayer.Parse(text));

    private static void Fails(string message, Func<object> act) => Assert.Contains(message, Assert.Throws<NetworkException>(act).Message, StringComparison.Ordinal);
}
