using System.Collections.Immutable;
using System.Numerics;
using Inversion.Measurements;
using Inversion.Networks;
using Inversion.Networks.Engine;
using Inversion.Randomness;
using Inversion.Solving;

namespace Inversion.Benchmarks.Subjects;

/// <summary>Many codes to recover from their own measurements by a fixed number of Adam steps, half of the outputs observed at random.</summary>
/// <typeparam name="T">double or float.</typeparam>
internal sealed class InversionCase<T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    private readonly NetworkEngine<T> engine;
    private readonly Subsampling mask;
    private readonly T[] observed;
    private readonly double[] starts;

    public InversionCase(GenerativeNetwork network, int count)
    {
        RandomKey key = RandomKey.Parse("2a9").Child("inversions");
        Network = network;
        Count = count;
        engine = new NetworkEngine<T>(network);
        mask = MaskPattern.Parse("random:0.5", network, key.Child("mask"));
        starts = new double[count * network.LatentDimension];
        key.Child("starts").Open().FillGaussian(starts);
        double[] truths = new double[starts.Length];
        key.Child("truths").Open().FillGaussian(truths);
        T[] signals = new T[count * network.OutputDimension];
        engine.Forward(new NetworkWorkspace<T>(), Array.ConvertAll(truths, T.CreateTruncating), signals, count);
        observed = new T[count * mask.Count];
        for (int i = 0; i < count; i++)
        {
            mask.Apply<T>(signals.AsSpan(i * network.OutputDimension, network.OutputDimension), observed.AsSpan(i * mask.Count, mask.Count));
        }
    }

    public GenerativeNetwork Network { get; }

    /// <summary>Number of codes.</summary>
    public int Count { get; }

    /// <summary>The same for a peer; its codes are the starts.</summary>
    public RiskData Data => new(Network, [.. mask.Indices], Array.ConvertAll(observed, double.CreateChecked), [.. starts], Count, typeof(T) == typeof(double));

    /// <summary>Takes this many steps of a method at every code; no tolerance stops earlier. Returns the sum of the smallest J seen and all steps.</summary>
    public (double Value, int Steps) Minimize(SolverMethod method, int steps, int threads)
    {
        SolveOptions options = new() { Method = method, MaxIterations = steps, ResidualTolerance = 0, GradientTolerance = 0 };
        ImmutableArray<SolveResult> results = BatchSolver.Minimize<T>(engine, mask, observed, starts, options, threads);
        return (results.Sum(result => result.Value), results.Sum(result => result.Iterations));
    }
}
