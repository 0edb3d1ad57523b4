using Inversion.Networks;
using Inversion.Randomness;

namespace Inversion.Tests.Formats;

/// <summary>Small random networks of every layer kind.</summary>
internal static class DrawnLayers
{
    /// <summary>A chain of two to six layers in no, one or two spatial axes, then the activations, a reshape and a linear layer.</summary>
    public static GenerativeNetwork Network(RandomKey key)
    {
        RandomStream stream = key.Open();
        int rank = stream.NextBelow(3);
        Shape input = rank switch
        {
            0 => Shape.Flat(1 + stream.NextBelow(5)),
            1 => Shape.Sequence(2 * (1 + stream.NextBelow(2)), 1 + stream.NextBelow(4)),
            _ => Shape.Image(2 * (1 + stream.NextBelow(2)), 1 + stream.NextBelow(3), 1 + stream.NextBelow(4)),
        };
        List<Layer> layers = [];
        Shape shape = input;
        void Add(Layer layer)
        {
            shape = layer.OutputShape(shape);
            layers.Add(layer);
        }

        int count = 2 + stream.NextBelow(5);
        for (int i = 0; i < count; i++)
        {
            Add(Draw(stream, shape));
        }

        if (shape.SpatialRank > 0)
        {
            Add(new ReshapeLayer(Shape.Flat(shape.Length)));
        }

        Add(new LinearLayer(shape.Length, 6, Values(stream, 6 * shape.Length)) { NominalScale = stream.NextBelow(2) == 0 ? null : stream.NextUniform() });
        Add(new ReshapeLayer(Shape.Image(1, 2, 3)));
        return new GenerativeNetwork(input, layers);
    }

    private static Layer Draw(RandomStream stream, Shape shape)
    {
        int kind = stream.NextBelow(shape.SpatialRank == 0 ? 6 : 9);
        return kind switch
        {
            0 => new ActivationLayer(Activation.Relu),
            1 => new ActivationLayer(Activation.LeakyRelu, stream.NextUniform()),
            2 => new ActivationLayer(Activation.Sigmoid),
            3 => new ActivationLayer(Activation.Tanh),
            4 => new ChannelAffineLayer(Values(stream, shape.Channels), Values(stream, shape.Channels)),
            5 when shape.SpatialRank == 0 => new LinearLayer(shape.Length, 4, Values(stream, 4 * shape.Length), Values(stream, 4)),
            6 when shape.Length < 2000 => shape.SpatialRank == 1 ? new UpsampleLayer(1, 2) : new UpsampleLayer(1 + stream.NextBelow(2), 2),
            7 => Convolution(stream, shape, transposed: false),
            _ when shape.SpatialRank > 0 && shape.Length < 2000 => Convolution(stream, shape, transposed: true),
            _ => new ActivationLayer(Activation.Relu),
        };
    }

    private static ConvolutionLayer Convolution(RandomStream stream, Shape shape, bool transposed)
    {
        int rank = shape.SpatialRank;
        int[] Axes(Func<int> next) => [.. Enumerable.Range(0, rank).Select(_ => next())];
        int[] stride = Axes(() => 1 + stream.NextBelow(3));
        int[] kernel = Axes(() => 1 + (2 * stream.NextBelow(2)));
        int[] padding = transposed ? Axes(() => 0) : [.. kernel.Select(k => k / 2)];
        int[] output = transposed ? [.. stride.Select(stream.NextBelow)] : Axes(() => 0);
        int groups = 1 + stream.NextBelow(2);
        KernelGeometry geometry = new(kernel, stride, padding, output, Axes(() => 1));
        int length = shape.Channels * (4 / groups) * geometry.Taps;
        return new ConvolutionLayer(transposed, shape.Channels, 4, geometry, Values(stream, length), stream.NextBelow(2) == 0 ? null : Values(stream, 4), groups)
        {
            NominalScale = stream.NextBelow(2) == 0 ? null : 1 + stream.NextUniform(),
        };
    }

    /// <summary>Mostly normal numbers, now and then one whose bits a careless writer loses.</summary>
    private static double[] Values(RandomStream stream, int count)
    {
        double[] rare = [-0.0, 0.0, double.NaN, double.NegativeInfinity, double.Epsilon, 1e-40, 1 + Math.BitIncrement(0), Math.BitIncrement(1)];
        return [.. Enumerable.Range(0, count).Select(_ => stream.NextBelow(10) == 0 ? rare[stream.NextBelow(rare.Length)] : stream.NextGaussian())];
    }
}
