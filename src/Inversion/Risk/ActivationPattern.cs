using System.Collections.Immutable;
using Inversion.Networks;
using Inversion.Networks.Engine;

namespace Inversion.Risk;

/// <summary>The sign of every pre-activation at one code, layer by layer. A code where one is exactly zero lies on a kink.</summary>
/// <remarks>A unit whose pre-activation is exactly 0 counts as inactive (Hand and Voroninski, arXiv 1705.07576).</remarks>
public sealed class ActivationPattern
{
    private ActivationPattern(ImmutableArray<ImmutableArray<sbyte>> signs) => Signs = signs;

    /// <summary>For each activation layer in order, +1, 0 or −1 for each unit in PyTorch's flattened order.</summary>
    public ImmutableArray<ImmutableArray<sbyte>> Signs { get; }

    /// <summary>True when some pre-activation is exactly zero.</summary>
    public bool IsOnKink => Signs.Any(layer => layer.Contains((sbyte)0));

    /// <summary>The pattern at <paramref name="latent"/>.</summary>
    /// <exception cref="ArithmeticException">A pre-activation is NaN.</exception>
    public static ActivationPattern At(NetworkEngine<double> engine, ReadOnlySpan<double> latent)
    {
        NetworkWorkspace<double> workspace = new();
        engine.Forward(workspace, latent, new double[engine.Network.OutputDimension], 1);
        ImmutableArray<ImmutableArray<sbyte>>.Builder signs = ImmutableArray.CreateBuilder<ImmutableArray<sbyte>>();
        for (int layer = 0; layer < engine.Network.Layers.Length; layer++)
        {
            if (engine.Network.Layers[layer] is ActivationLayer)
            {
                double[] values = new double[engine.Network.Shapes[layer].Length];
                engine.CopyLayerInput(workspace, layer, 0, values);
                signs.Add([.. values.Select(value => (sbyte)Math.Sign(value))]);
            }
        }

        return new ActivationPattern(signs.ToImmutable());
    }

    /// <summary>True when every unit is on the same side.</summary>
    public bool Matches(ActivationPattern other) =>
        Signs.Length == other.Signs.Length && Signs.Zip(other.Signs).All(pair => pair.First.AsSpan().SequenceEqual(pair.Second.AsSpan()));
}
