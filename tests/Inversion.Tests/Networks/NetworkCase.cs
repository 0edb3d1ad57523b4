using System.Globalization;
using FsCheck;
using FsCheck.Fluent;
using Inversion.Networks;
using Inversion.Randomness;

namespace Inversion.Tests.Networks;

/// <summary>A small network with layers of every kind, drawn from a seed; a failing one shrinks to fewer layers.</summary>
public sealed record NetworkCase(int Seed, int Depth)
{
    private readonly RandomStream stream = new RandomKey((ulong)Seed).Child("network case").Open();

    /// <summary>The layers as drawn, batch norms not folded.</summary>
    internal IReadOnlyList<Layer> Layers => Drawn.Layers;

    /// <summary>Shape of a code.</summary>
    internal Shape Input => Drawn.Input;

    internal NaiveNetwork Naive => new(Input, Layers);

    internal GenerativeNetwork Network => new(Input, Layers);

    private (Shape Input, IReadOnlyList<Layer> Layers) Drawn => field.Layers is null ? field = Draw() : field;

    /// <summary>Found by FsCheck through the attribute that names this type.</summary>
    public static Arbitrary<NetworkCase> Cases() => Arb.From(
        from seed in Gen.Choose(0, int.MaxValue - 1)
        from depth in Gen.Choose(1, 7)
        select new NetworkCase(seed, depth),
        large => Enumerable.Range(1, large.Depth - 1).Select(depth => new NetworkCase(large.Seed, depth)));

    /// <summary>count standard normal numbers that belong to this case.</summary>
    internal double[] Numbers(string purpose, int count)
    {
        double[] values = new double[count];
        new RandomKey((ulong)Seed).Child(purpose).Open().FillGaussian(values);
        return values;
    }

    /// <inheritdoc/>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"seed {Seed}, depth {Depth}: {Input} → {string.Join(" → ", Layers.Select(layer => layer is ConvolutionLayer c ? $"{c.Kind}({c.OutputChannels}, groups {c.Groups}, {c.Geometry})" : layer.Kind))}");

    private (Shape Input, IReadOnlyList<Layer> Layers) Draw()
    {
        int rank = stream.NextBelow(3);
        Shape input = rank switch
        {
            0 => Shape.Flat(Between(1, 6)),
            1 => Shape.Sequence(Between(1, 6), Between(1, 5)),
            _ => Shape.Image(Between(1, 4), Between(1, 4), Between(1, 4)),
        };
        List<Layer> layers = [];
        Shape shape = input;
        while (layers.Count < Depth)
        {
            Layer layer = Next(shape);
            Shape after;
            try
            {
                after = layer.OutputShape(shape);
            }
            catch (NetworkException)
            {
                continue;
            }

            if (after.Length <= 600)
            {
                layers.Add(layer);
                shape = after;
            }
        }

        return (input, layers);
    }

    private Layer Next(Shape shape) => stream.NextBelow(8) switch
    {
        0 or 1 or 2 => shape.SpatialRank == 0 ? Dense(shape) : Convolution(shape, stream.NextBelow(2) == 0),
        3 or 4 => ActivationLayer.Parse(new[] { "relu", "leaky-relu:0.2", "leaky-relu:-0.5", "sigmoid", "tanh" }[stream.NextBelow(5)]),
        5 => ChannelAffineLayer.FromBatchNorm(Weights(shape.Channels), Weights(shape.Channels), Weights(shape.Channels), Array.ConvertAll(Weights(shape.Channels), Math.Abs), 1e-3),
        6 => Reshape(shape),
        _ => new UpsampleLayer(shape.SpatialRank == 2 ? Between(1, 3) : 1, Between(1, 3)),
    };

    private LinearLayer Dense(Shape shape)
    {
        int outputs = Between(1, 40);
        return new LinearLayer(shape.Length, outputs, Weights(shape.Length * outputs), Bias(outputs));
    }

    private ConvolutionLayer Convolution(Shape shape, bool transposed)
    {
        int[] divisors = [.. Enumerable.Range(1, 6).Where(g => shape.Channels % g == 0)];
        int groups = divisors[stream.NextBelow(divisors.Length)];
        int outputs = groups * Between(1, 6);
        int[] Axes(int least, int most) => [.. Enumerable.Range(0, shape.SpatialRank).Select(_ => Between(least, most))];
        int[] kernel = Axes(1, 4);
        int[] stride = Axes(1, 5);
        int[] dilation = Axes(1, 3);
        int[] extra = [.. stride.Zip(dilation, (s, d) => transposed ? Between(0, Math.Max(s, d) - 1) : 0)];
        KernelGeometry geometry = new(kernel, stride, Axes(0, 3), extra, dilation);
        double[] weight = Weights(shape.Channels * outputs / groups * geometry.Taps);
        return new ConvolutionLayer(transposed, shape.Channels, outputs, geometry, weight, Bias(outputs), groups);
    }

    private ReshapeLayer Reshape(Shape shape)
    {
        int[] divisors = [.. Enumerable.Range(1, shape.Length).Where(d => shape.Length % d == 0)];
        int channels = divisors[stream.NextBelow(divisors.Length)];
        int rest = shape.Length / channels;
        int[] heights = [.. divisors.Where(d => rest % d == 0)];
        int height = heights[stream.NextBelow(heights.Length)];
        return new ReshapeLayer(stream.NextBelow(3) switch
        {
            0 => Shape.Flat(shape.Length),
            1 => Shape.Sequence(channels, rest),
            _ => Shape.Image(channels, height, rest / height),
        });
    }

    private int Between(int least, int most) => least + stream.NextBelow(most - least + 1);

    private double[] Weights(int count)
    {
        double[] values = new double[count];
        stream.FillGaussian(values);
        return values;
    }

    private double[]? Bias(int count) => stream.NextBelow(2) == 0 ? null : Weights(count);
}
