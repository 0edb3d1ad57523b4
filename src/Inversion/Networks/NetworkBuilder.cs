using Inversion.Numerics;
using Inversion.Randomness;

namespace Inversion.Networks;

/// <summary>Draws networks: random weights for given layers.</summary>
public sealed record NetworkBuilder
{
    /// <summary>Shape of the latent code.</summary>
    public required Shape Input { get; init; }

    /// <summary>The layers with weights, as "64k8,64k8"; see <see cref="LayerPlan"/>.</summary>
    public required string Layers { get; init; }

    /// <summary>Law of the independent weights.</summary>
    public WeightLaw Law { get; init; } = WeightLaw.Gaussian;

    /// <summary>Activation after every layer but the last.</summary>
    public string Activation { get; init; } = "relu";

    /// <summary>Activation after the last layer; that of the others if null.</summary>
    public string? LastActivation { get; init; }

    /// <summary>v in the weights' second moment v/(C_i ℓ) (v/n_i for a dense layer): 1 as in the paper, 2 to keep the size of signals through ReLU layers.</summary>
    public int VarianceNumerator { get; init; } = 1;

    /// <summary>Draws the network again that <paramref name="origin"/> describes.</summary>
    public static GenerativeNetwork Redraw(DrawnNetwork origin) => new NetworkBuilder
    {
        Input = origin.Input,
        Layers = origin.Layers,
        Law = origin.Law,
        Activation = origin.Activation,
        LastActivation = origin.LastActivation,
        VarianceNumerator = origin.VarianceNumerator,
    }.Draw(origin.Key);

    /// <summary>
    /// Draws a network whose weights in layer i are independent with second moment v/(C_i ℓ), ℓ the number of taps of the kernel.
    /// The same key gives the same weights, layer by layer: a change of one layer leaves the others' draws alone.
    /// </summary>
    /// <exception cref="NetworkException">The layers cannot be read or do not fit together.</exception>
    public GenerativeNetwork Draw(RandomKey key)
    {
        if (VarianceNumerator is not (1 or 2))
        {
            throw new NetworkException($"the variance must be 1/n or 2/n, not {VarianceNumerator}/n");
        }

        ActivationLayer between = ActivationLayer.Parse(Activation);
        ActivationLayer last = ActivationLayer.Parse(LastActivation ?? Activation);
        IReadOnlyList<LayerPlan> plans = LayerPlan.ParseList(Layers);
        List<Layer> layers = [];
        Shape shape = Input;
        for (int i = 0; i < plans.Count; i++)
        {
            if (plans[i].IsDense && shape.SpatialRank > 0)
            {
                layers.Add(new ReshapeLayer(Shape.Flat(shape.Length)));
                shape = Shape.Flat(shape.Length);
            }

            try
            {
                AffineLayer layer = DrawLayer(plans[i], shape, key.Child("weights").Child(i));
                layers.Add(layer);
                shape = layer.OutputShape(shape);
            }
            catch (NetworkException problem)
            {
                throw new NetworkException($"layer {i + 1} of '{Layers}': {problem.Message}", problem);
            }

            layers.Add(i == plans.Count - 1 ? last : between);
        }

        return new GenerativeNetwork(Input, layers, $"{Input}:{Layers}")
        {
            Origin = new DrawnNetwork(Input, Layers, Law, Activation, LastActivation ?? Activation, VarianceNumerator, key),
        };
    }

    private AffineLayer DrawLayer(LayerPlan plan, Shape input, RandomKey key)
    {
        double nominal = Math.Sqrt(VarianceNumerator);
        if (plan.IsDense)
        {
            double[] dense = DrawWeights(Capacity.Product(input.Length, plan.Channels), plan.Channels, key);
            return new LinearLayer(input.Length, plan.Channels, dense) { NominalScale = nominal };
        }

        if (input.SpatialRank == 0)
        {
            throw new NetworkException($"'{plan}' is convolutional, but {input} has no spatial axis: write the input as {input}x1 or {input}x1x1");
        }

        int[] Axes(int size) => input.SpatialRank == 1 ? [size] : [size, size];
        KernelGeometry geometry = new(Axes(plan.Kernel), Axes(plan.Stride), Axes(plan.Padding), Axes(plan.OutputPadding));
        double[] weight = DrawWeights(Capacity.Product(input.Channels, plan.Channels, geometry.Taps), (long)plan.Channels * geometry.Taps, key);
        return new ConvolutionLayer(true, input.Channels, plan.Channels, geometry, weight) { NominalScale = nominal };
    }

    private double[] DrawWeights(long count, long rowsPerInput, RandomKey key)
    {
        if (count > Capacity.Entries)
        {
            throw new NetworkException($"{count} weights are too many; a layer has at most {Capacity.Entries}");
        }

        RandomStream stream = key.Open();
        double scale = Math.Sqrt(VarianceNumerator / (double)rowsPerInput);
        double[] weights = new double[count];
        for (int i = 0; i < weights.Length; i++)
        {
            weights[i] = scale * Law.Draw(stream);
        }

        return weights;
    }
}
