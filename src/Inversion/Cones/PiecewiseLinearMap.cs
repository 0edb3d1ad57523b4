using System.Collections.Immutable;
using Inversion.Measurements;
using Inversion.Networks;

namespace Inversion.Cones;

/// <summary>
/// A G for a network without bias whose activations are ReLU or leaky ReLU: z ↦ A W_d σ(… σ(W_1 z)), as sparse matrices and kinks, restricted
/// to the units on which an observed number can depend.
/// </summary>
/// <threadsafety>Immutable.</threadsafety>
public sealed class PiecewiseLinearMap
{
    private PiecewiseLinearMap(int inputs, int outputs, ImmutableArray<MapStage> stages, int[] observedAs)
    {
        LatentDimension = inputs;
        OutputDimension = outputs;
        Stages = stages;
        ObservedAs = observedAs;
        KinkUnits = [.. stages.Where(stage => stage.Kink >= 0).Select(stage => stage.Units.ToImmutableArray())];
        KinkSlopes = [.. stages.Where(stage => stage.Kink >= 0).Select(stage => stage.Slope)];
    }

    /// <summary>n0.</summary>
    public int LatentDimension { get; }

    /// <summary>m: entries of A G(z).</summary>
    public int OutputDimension { get; }

    /// <summary>For each kink layer in order, the units that matter, by their index in the network's own layer, ascending. A leaky ReLU of slope 1 is no kink.</summary>
    public ImmutableArray<ImmutableArray<int>> KinkUnits { get; }

    /// <summary>For each kink layer in order, its slope below zero: 0 for ReLU.</summary>
    public ImmutableArray<double> KinkSlopes { get; }

    internal ImmutableArray<MapStage> Stages { get; }

    /// <summary>For each row of the last stage, its place in the measurement.</summary>
    internal int[] ObservedAs { get; }

    /// <summary>Reads a network and what is observed of it. Cost: a dense copy of each layer's matrix, one after the other.</summary>
    /// <exception cref="NetworkException">The network has a bias or a smooth activation, or a weight is not finite; the message says which.</exception>
    public static PiecewiseLinearMap Create(GenerativeNetwork network, Measurement measurement)
    {
        if (network.FirstNonFinite() is { } place)
        {
            throw new NetworkException(place);
        }

        if (!network.IsHomogeneous)
        {
            throw new NetworkException("only networks without bias, with ReLU or leaky ReLU, are linear on cones");
        }

        List<(IReadOnlyList<(int[] Columns, double[] Weights)>? Rows, double Slope, int Width)> all = [];
        for (int i = 0; i < network.Layers.Length; i++)
        {
            int width = network.Shapes[i].Length;
            switch (network.Layers[i])
            {
                case ActivationLayer { Slope: 1 } or ReshapeLayer:
                    break;
                case ActivationLayer activation:
                    all.Add((null, activation.Slope, width));
                    break;
                case AffineLayer or ChannelAffineLayer or UpsampleLayer:
                    all.Add((SparseMatrix.OfLayer(network.Layers[i], network.Shapes[i]), 0, width));
                    break;
                default:
                    throw new NetworkException($"layer {i} ({network.Layers[i].Kind}) is not known to be linear");
            }
        }

        int[] observed;
        if (measurement is Subsampling mask)
        {
            observed = [.. mask.Indices];
        }
        else
        {
            GaussianSensing sensing = (GaussianSensing)measurement;
            int[] columns = [.. sensing.Mask.Indices];
            all.Add(([.. Enumerable.Range(0, sensing.Count).Select(row => (columns, sensing.Row(row).ToArray()))], 0, network.OutputDimension));
            observed = [.. Enumerable.Range(0, sensing.Count)];
        }

        return Restricted(network.LatentDimension, all, observed);
    }

    // From the observations down: a unit is kept if a kept unit above reads it with a weight that is not zero.
    private static PiecewiseLinearMap Restricted(
        int inputs, List<(IReadOnlyList<(int[] Columns, double[] Weights)>? Rows, double Slope, int Width)> all, int[] observed)
    {
        int kink = all.Count(stage => stage.Rows is null);
        int[] order = [.. observed.Select((unit, at) => (unit, at)).OrderBy(pair => pair.unit).Select(pair => pair.at)];
        int[] kept = [.. order.Select(at => observed[at])];
        Stack<MapStage> stages = [];
        for (int i = all.Count - 1; i >= 0; i--)
        {
            if (all[i].Rows is not { } rows)
            {
                if (stages.Count > 0 && stages.Peek().Matrix is null)
                {
                    stages.Push(Identity(kept.Length));
                }

                stages.Push(new MapStage(null, --kink, all[i].Slope, kept));
                continue;
            }

            int[] below = all.Take(i).Any() ? [.. kept.SelectMany(row => rows[row].Columns).Distinct().Order()] : [.. Enumerable.Range(0, inputs)];
            int[] place = new int[all[i].Width];
            for (int at = 0; at < below.Length; at++)
            {
                place[below[at]] = at;
            }

            stages.Push(new MapStage(
                new SparseMatrix(below.Length, [.. kept.Select(row => (rows[row].Columns.Select(c => place[c]).ToArray(), rows[row].Weights))]), -1, 0, []));
            kept = below;
        }

        if (stages.Count == 0 || stages.Peek().Matrix is null)
        {
            // Activations, or nothing at all, on the code itself.
            stages.Push(new MapStage(new SparseMatrix(inputs, [.. kept.Select(i => (new[] { i }, new[] { 1.0 }))]), -1, 0, []));
        }

        return new PiecewiseLinearMap(inputs, observed.Length, [.. stages], order);
    }

    private static MapStage Identity(int length) =>
        new(new SparseMatrix(length, [.. Enumerable.Range(0, length).Select(i => (new[] { i }, new[] { 1.0 }))]), -1, 0, []);
}
