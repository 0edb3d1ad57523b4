using Inversion.Networks;
using Inversion.Networks.Engine;
using Inversion.Randomness;
using TorchSharp;
using Xunit;
using static TorchSharp.torch;

namespace Inversion.Training.Tests;

/// <summary>Values and transposed Jacobians of every layer that is trained, in libtorch and in the core, both in double precision.</summary>
public sealed class LayerGradientTests
{
    private const int Batch = 3;
    private const double Tolerance = 1e-12;

    [Theory]
    [InlineData("conv_transpose2d from one position")]
    [InlineData("conv_transpose2d of stride 2")]
    [InlineData("conv_transpose2d of stride 2 with bias")]
    [InlineData("conv2d of stride 2")]
    [InlineData("conv2d to one position")]
    [InlineData("linear")]
    [InlineData("batch_norm")]
    [InlineData("leaky_relu")]
    [InlineData("tanh")]
    public void ALayer_AgreesWithLibtorch(string name)
    {
        TorchSetup.Prepare(1);
        (Shape input, Layer layer, Func<Tensor, Tensor> peer) = Subject(name);
        GenerativeNetwork network = new(input, [layer]);
        double[] codes = Gaussian("codes", Batch * input.Length);
        double[] cotangents = Gaussian("cotangents", Batch * network.OutputDimension);
        double[] outputs = new double[cotangents.Length];
        double[] gradients = new double[codes.Length];
        NetworkEngine<double> engine = new(network);
        NetworkWorkspace<double> workspace = new();
        engine.Forward(workspace, codes, outputs, Batch);
        engine.Backward(workspace, cotangents, gradients);

        using DisposeScope scope = NewDisposeScope();
        Tensor leaf = tensor(codes, [Batch, .. input.ToAxes().Select(size => (long)size)], requires_grad: true);
        Tensor value = peer(leaf);
        Tensor gradient = autograd.grad([value], [leaf], [tensor(cotangents, value.shape)])[0];

        AssertClose(value.detach().contiguous().data<double>().ToArray(), outputs);
        AssertClose(gradient.contiguous().data<double>().ToArray(), gradients);
    }

    private static (Shape Input, Layer Layer, Func<Tensor, Tensor> Peer) Subject(string name)
    {
        double[] bias = Gaussian("bias", 4);
        switch (name)
        {
            case "conv_transpose2d from one position":
                return Transposed(Shape.Image(5, 1, 1), 1, 0, null);
            case "conv_transpose2d of stride 2":
                return Transposed(Shape.Image(5, 4, 4), 2, 1, null);
            case "conv_transpose2d of stride 2 with bias":
                return Transposed(Shape.Image(5, 4, 4), 2, 1, bias);
            case "conv2d of stride 2":
                return Convolved(Shape.Image(5, 8, 8), 2, 1, bias);
            case "conv2d to one position":
                return Convolved(Shape.Image(5, 4, 4), 1, 0, bias);
            case "linear":
                double[] matrix = Gaussian("weight", 4 * 5);
                return (Shape.Flat(5), new LinearLayer(5, 4, matrix, bias), x => nn.functional.linear(x, tensor(matrix, [4, 5]), tensor(bias)));
            case "batch_norm":
                double[] weight = Gaussian("weight", 4);
                double[] mean = Gaussian("mean", 4);
                double[] variance = [0.5, 1, 2, 3];
                return (Shape.Image(4, 3, 3), ChannelAffineLayer.FromBatchNorm(weight, bias, mean, variance, 1e-5),
                    x => nn.functional.batch_norm(x, tensor(mean), tensor(variance), tensor(weight), tensor(bias), training: false, eps: 1e-5));
            case "leaky_relu":
                return (Shape.Image(4, 3, 3), new ActivationLayer(Activation.LeakyRelu, GeneratorSlope), x => nn.functional.leaky_relu(x, GeneratorSlope));
            default:
                return (Shape.Image(4, 3, 3), new ActivationLayer(Activation.Tanh), x => x.tanh());
        }
    }

    private static double GeneratorSlope => Nets.GeneratorShape.LeakySlope;

    private static (Shape Input, Layer Layer, Func<Tensor, Tensor> Peer) Transposed(Shape input, int stride, int padding, double[]? bias)
    {
        double[] weight = Gaussian("weight", 5 * 4 * 16);
        return (input, new ConvolutionLayer(true, 5, 4, new KernelGeometry([4, 4], [stride, stride], [padding, padding]), weight, bias),
            x => nn.functional.conv_transpose2d(x, tensor(weight, [5, 4, 4, 4]), bias is null ? null : tensor(bias), [stride, stride], [padding, padding]));
    }

    private static (Shape Input, Layer Layer, Func<Tensor, Tensor> Peer) Convolved(Shape input, int stride, int padding, double[] bias)
    {
        double[] weight = Gaussian("weight", 4 * 5 * 16);
        return (input, new ConvolutionLayer(false, 5, 4, new KernelGeometry([4, 4], [stride, stride], [padding, padding]), weight, bias),
            x => nn.functional.conv2d(x, tensor(weight, [4, 5, 4, 4]), tensor(bias), [stride, stride], [padding, padding]));
    }

    private static double[] Gaussian(string name, int count)
    {
        double[] values = new double[count];
        new RandomKey(3).Child(name).Open().FillGaussian(values);
        return values;
    }

    private static void AssertClose(double[] expected, double[] actual)
    {
        Assert.Equal(expected.Length, actual.Length);
        double size = expected.Max(Math.Abs);
        Assert.True(size > 0.1);
        Assert.All(expected.Zip(actual), pair => Assert.InRange(Math.Abs(pair.First - pair.Second), 0, Tolerance * size));
    }
}
