using System.Collections.Immutable;

namespace Inversion.Networks;

/// <summary>
/// G: a latent code of shape <see cref="InputShape"/> to a signal of shape <see cref="OutputShape"/>, layer after layer. Holds weights in
/// double precision; <see cref="Engine.NetworkEngine{T}"/> computes with them in double or float.
/// </summary>
/// <threadsafety>Immutable.</threadsafety>
public sealed class GenerativeNetwork
{
    /// <summary>A network of these layers. A batch norm that follows an affine layer is folded into it.</summary>
    /// <exception cref="NetworkException">There is no layer, or one does not accept what the layer below makes; the message names it by number.</exception>
    public GenerativeNetwork(Shape input, IEnumerable<Layer> layers, string name = "network")
    {
        if (input.Length == 0)
        {
            throw new NetworkException("the input shape is empty");
        }

        Name = name;
        InputShape = input;
        ImmutableArray<Layer>.Builder folded = ImmutableArray.CreateBuilder<Layer>();
        ImmutableArray<Shape>.Builder shapes = ImmutableArray.CreateBuilder<Shape>();
        shapes.Add(input);
        int number = 0;
        foreach (Layer layer in layers)
        {
            Shape output = ShapeAfter(layer, shapes[^1], number++);
            if (layer is ChannelAffineLayer norm && folded.Count > 0 && folded[^1] is AffineLayer below)
            {
                folded[^1] = below.Rescaled(norm.Scale, norm.Shift);
                continue;
            }

            folded.Add(layer);
            shapes.Add(output);
        }

        if (folded.Count == 0)
        {
            throw new NetworkException("a network needs at least one layer");
        }

        Layers = folded.ToImmutable();
        Shapes = shapes.ToImmutable();
    }

    /// <summary>What messages and reports call it.</summary>
    public string Name { get; }

    /// <summary>The layers in order, batch norms folded where an affine layer precedes.</summary>
    public ImmutableArray<Layer> Layers { get; }

    /// <summary>Shapes between layers: Shapes[i] enters layer i, Shapes[Layers.Length] is the output.</summary>
    public ImmutableArray<Shape> Shapes { get; }

    /// <summary>Shape of a latent code.</summary>
    public Shape InputShape { get; }

    /// <summary>Shape of a signal.</summary>
    public Shape OutputShape => Shapes[^1];

    /// <summary>n0: entries of a latent code.</summary>
    public int LatentDimension => InputShape.Length;

    /// <summary>Entries of a signal.</summary>
    public int OutputDimension => OutputShape.Length;

    /// <summary>How the weights were drawn; null for a network that was read or composed.</summary>
    public DrawnNetwork? Origin { get; init; }

    /// <summary>d: the number of layers with weights.</summary>
    public int Depth => Layers.Count(layer => layer is AffineLayer);

    /// <summary>
    /// True when G(t z) = t G(z) for t ≥ 0 by its structure: no bias, and only ReLU or leaky ReLU between. Then G is linear on polyhedral cones.
    /// </summary>
    public bool IsHomogeneous => Layers.All(layer => layer switch
    {
        AffineLayer affine => affine.Bias is null || Array.TrueForAll(affine.Bias, b => b == 0),
        ActivationLayer activation => activation.IsPiecewiseLinear,
        ChannelAffineLayer channel => Array.TrueForAll(channel.Shift, s => s == 0),
        _ => true,
    });

    /// <summary>True when every activation is ReLU or leaky ReLU: G is piecewise affine.</summary>
    public bool IsPiecewiseLinear => Layers.All(layer => layer is not ActivationLayer activation || activation.IsPiecewiseLinear);

    /// <summary>Where the first weight, bias, factor or shift that is not finite stands ("layer 2 (relu): …"); null when all are finite.</summary>
    public string? FirstNonFinite()
    {
        for (int i = 0; i < Layers.Length; i++)
        {
            (string Name, double[]? Values)[] parameters = Layers[i] switch
            {
                AffineLayer affine => [("weight", affine.Weight), ("bias", affine.Bias)],
                ChannelAffineLayer channel => [("scale", channel.Scale), ("shift", channel.Shift)],
                _ => [],
            };
            foreach ((string name, double[]? values) in parameters)
            {
                int at = values is null ? -1 : Array.FindIndex(values, v => !double.IsFinite(v));
                if (at >= 0)
                {
                    return $"layer {i} ({Layers[i].Kind}): {name}[{at}] is {values![at]}";
                }
            }
        }

        return null;
    }

    private static Shape ShapeAfter(Layer layer, Shape input, int number)
    {
        try
        {
            return layer.OutputShape(input);
        }
        catch (NetworkException problem)
        {
            throw new NetworkException($"layer {number}: {problem.Message}", problem);
        }
    }
}
