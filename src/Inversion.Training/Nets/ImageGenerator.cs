using Inversion.Networks;
using Inversion.Randomness;
using static TorchSharp.torch;

namespace Inversion.Training.Nets;

/// <summary>G in libtorch, over a set of parameters: the trained one, or its running average.</summary>
internal sealed class ImageGenerator(GeneratorShape shape, ParameterSet parameters)
{
    private const double Deviation = 0.02; // Radford, Metz, Chintala, "Unsupervised representation learning with DCGAN", section 3.

    /// <summary>Input, widths and output.</summary>
    public GeneratorShape Shape => shape;

    /// <summary>The tensors it computes with.</summary>
    public ParameterSet Parameters => parameters;

    /// <summary>A generator with drawn weights.</summary>
    public static ImageGenerator Draw(GeneratorShape shape, RandomKey key)
    {
        ParameterSet parameters = new();
        for (int i = 0; i < shape.Depth; i++)
        {
            bool last = i == shape.Depth - 1;
            int inputs = i == 0 ? shape.Input : shape.Widths[i - 1];
            int outputs = last ? shape.Channels : shape.Widths[i];
            parameters.AddTrained(Layer(i) + ".weight", [inputs, outputs, shape.KernelOf(i), shape.KernelOf(i)], 0, Deviation, key);
            if (last)
            {
                parameters.AddTrained(Layer(i) + ".bias", [outputs], 0, 0, key);
            }
            else
            {
                BatchNorm.Add(parameters, Norm(i), outputs, key);
            }
        }

        return new ImageGenerator(shape, parameters);
    }

    /// <summary>Pictures of inputs (batch × input). The caller's dispose scope owns them.</summary>
    public Tensor Apply(Tensor inputs, bool training)
    {
        Tensor signal = inputs.view(-1, shape.Input, 1, 1);
        for (int i = 0; i < shape.Depth; i++)
        {
            bool last = i == shape.Depth - 1;
            long[] stride = i == 0 ? [1, 1] : [2, 2];
            long[] padding = i == 0 ? [0, 0] : [1, 1];
            signal = nn.functional.conv_transpose2d(signal, parameters[Layer(i) + ".weight"], last ? parameters[Layer(i) + ".bias"] : null, stride, padding);
            signal = last
                ? signal.tanh()
                : new BatchNorm(parameters, Norm(i)).Apply(signal, training).leaky_relu(Number.Of(shape.Slope));
        }

        return signal;
    }

    /// <summary>The same map (after training) as a network of the core; batch norms are folded in double precision.</summary>
    public GenerativeNetwork Export(string name)
    {
        List<Layer> layers = [];
        for (int i = 0; i < shape.Depth; i++)
        {
            bool last = i == shape.Depth - 1;
            Tensor weight = parameters[Layer(i) + ".weight"];
            KernelGeometry geometry = i == 0
                ? new KernelGeometry([shape.Start, shape.Start])
                : new KernelGeometry([GeneratorShape.Kernel, GeneratorShape.Kernel], [2, 2], [1, 1]);
            layers.Add(new ConvolutionLayer(
                transposed: true, (int)weight.shape[0], (int)weight.shape[1], geometry, ParameterSet.Doubles(weight), last ? ParameterSet.Doubles(parameters[Layer(i) + ".bias"]) : null));
            if (!last)
            {
                layers.Add(new BatchNorm(parameters, Norm(i)).Export());
            }

            layers.Add(last ? new ActivationLayer(Activation.Tanh) : shape.Slope == 0 ? new ActivationLayer(Activation.Relu) : new ActivationLayer(Activation.LeakyRelu, shape.Slope));
        }

        return new GenerativeNetwork(Networks.Shape.Image(shape.Input, 1, 1), layers, name);
    }

    private static string Layer(int i) => $"layer{i}";

    private static string Norm(int i) => $"norm{i}";
}
