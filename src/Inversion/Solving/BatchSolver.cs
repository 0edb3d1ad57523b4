using System.Collections.Immutable;
using System.Numerics;
using System.Runtime.InteropServices;
using Inversion.Measurements;
using Inversion.Networks.Engine;
using Inversion.Numerics;
using Inversion.Risk;

namespace Inversion.Solving;

/// <summary>Minimizes the empirical risk of many measurements of one network, each from a start of its own, together.</summary>
public static class BatchSolver
{
    /// <summary>Lowers J_i(z) = ½‖y_i − A G(z)‖² from z_i for every instance i, many in one pass through the network.</summary>
    /// <param name="engine">Computes G.</param>
    /// <param name="measurement">A, the same for all.</param>
    /// <param name="observed">y_i row by row, count × m. Not modified.</param>
    /// <param name="starts">z_i row by row, count × n0. Not modified. No rows give an empty result.</param>
    /// <param name="options">The algorithm and when to stop, for each instance; the defaults if null.</param>
    /// <param name="threads">Most worker threads.</param>
    /// <param name="progress">Told after every finished instance how many are finished, by the thread that finished it.</param>
    /// <param name="cancellation">
    /// Looked at after every step: an instance that was running ends with <see cref="SolveStatus.Cancelled"/> and its best code, one that had
    /// not begun with <see cref="SolveStatus.NotRun"/> and its start.
    /// </param>
    /// <returns>
    /// One result an instance, in their order: bit by bit what <see cref="Solver.Minimize"/> gives for it alone, its evaluations included,
    /// whatever the other instances are and however many threads run. A NaN in one instance reaches no other.
    /// </returns>
    /// <exception cref="ArgumentException">A length is off, a start has an entry that is not finite, or the method does not fit the network. Nothing has been evaluated.</exception>
    /// <remarks>
    /// The work is that of the instances one by one, in larger products of matrices. Memory is bounded by threads, not by count, apart from
    /// a copy of <paramref name="observed"/> and the results; it is taken when an instance begins, never by a step.
    /// </remarks>
    public static ImmutableArray<SolveResult> Minimize<T>(
        NetworkEngine<T> engine,
        Measurement measurement,
        ReadOnlySpan<T> observed,
        ReadOnlySpan<double> starts,
        SolveOptions? options = null,
        int threads = 1,
        IProgress<int>? progress = null,
        CancellationToken cancellation = default)
        where T : unmanaged, IFloatingPointIeee754<T> =>
        Minimize(engine, measurement, observed, starts, options, threads, RiskBatch<T>.RowsFor(engine), progress, cancellation);

    /// <summary>As above, with at most <paramref name="places"/> instances together on a thread.</summary>
    internal static ImmutableArray<SolveResult> Minimize<T>(
        NetworkEngine<T> engine,
        Measurement measurement,
        ReadOnlySpan<T> observed,
        ReadOnlySpan<double> starts,
        SolveOptions? options,
        int threads,
        int places,
        IProgress<int>? progress,
        CancellationToken cancellation)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        options ??= new SolveOptions();
        int n0 = engine.Network.LatentDimension;
        int count = starts.Length / n0;
        Guard.AtLeast(threads, 1);
        Guard.Length(starts.Length, (long)count * n0, nameof(starts));
        Guard.Length(measurement.SignalLength, engine.Network.OutputDimension, nameof(measurement));
        Guard.Length(observed.Length, (long)count * measurement.Count, nameof(observed));
        if (!Guard.AllFinite(starts))
        {
            throw new ArgumentException("starts has an entry that is not finite", nameof(starts));
        }

        double[] codes = starts.ToArray();
        Func<Objective, Stepper> stepper = options.Method.On(new Setting(engine.Network, measurement, new Arithmetic<T>(n0)));
        SolveResult[] results = new SolveResult[count];
        BatchRun<T> run = new(engine, measurement, observed.ToArray(), count, progress, cancellation)
        {
            Begin = (number, objective) =>
            {
                objective.Limit = Solver.Allowance(objective.Spent, options.Budget);
                return new Descent(objective, options, stepper(objective), codes.AsSpan(number * n0, n0), null, cancellation);
            },
            End = (number, routine) => results[number] = ((Descent)routine).ToResult(),
        };
        run.Run(threads, places);
        for (int i = 0; i < count; i++)
        {
            results[i] ??= NotRun(codes.AsSpan(i * n0, n0));
        }

        return ImmutableCollectionsMarshal.AsImmutableArray(results);
    }

    /// <summary>The result of an instance that has not begun.</summary>
    internal static SolveResult NotRun(ReadOnlySpan<double> latent) => new()
    {
        Latent = [.. latent],
        Value = double.NaN,
        GradientNorm = double.NaN,
        RelativeResidual = double.NaN,
        Iterations = 0,
        Evaluations = 0,
        Status = SolveStatus.NotRun,
    };
}
