using System.Collections.Immutable;
using System.Numerics;
using System.Runtime.InteropServices;
using Inversion.Measurements;
using Inversion.Networks.Engine;
using Inversion.Numerics;
using Inversion.Randomness;
using Inversion.Risk;

namespace Inversion.Solving;

/// <summary>Recovers the code behind measurements by descents from many starts.</summary>
public static class Inverter
{
    /// <summary>Searches for the code z with A G(z) = y until one is found or the budget is spent.</summary>
    /// <param name="risk">J. Its memory and counter are used.</param>
    /// <param name="key">Address of the random starts: the same key gives the same search, bit by bit.</param>
    /// <param name="options">The defaults if null.</param>
    /// <param name="progress">Told after every descent: its number, the smallest J so far, the work so far.</param>
    /// <param name="cancellation">Looked at after every step.</param>
    /// <returns>The best code and a record of every start.</returns>
    /// <exception cref="ArgumentException">The method does not fit the network.</exception>
    public static InversionResult Invert<T>(
        EmpiricalRisk<T> risk,
        RandomKey key,
        InvertOptions? options = null,
        IProgress<SolveProgress>? progress = null,
        CancellationToken cancellation = default)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        options ??= new InvertOptions();
        RiskEvaluator<T> evaluator = new(risk);
        Func<Objective, Stepper> begin = options.Solve.Method.On(evaluator.Objective.Setting);
        Func<Objective, Stepper>? second = options.Second?.Method.On(evaluator.Objective.Setting);
        StartSearch search = new(evaluator.Objective, options, begin, second, key, progress, cancellation);
        evaluator.Complete(search);
        return search.ToResult();
    }

    /// <summary>Searches for the codes behind many measurements together, many in one pass through the network.</summary>
    /// <param name="engine">Computes G.</param>
    /// <param name="measurement">A, the same for all.</param>
    /// <param name="observed">y_i row by row, count × m. Not modified.</param>
    /// <param name="keys">Addresses of the random starts of each search; their number is count.</param>
    /// <param name="options">For each search; the defaults if null.</param>
    /// <param name="threads">Most worker threads.</param>
    /// <param name="progress">Told after every finished search how many are finished, by the thread that finished it.</param>
    /// <param name="cancellation">
    /// Looked at after every step: a search that was running ends with <see cref="SolveStatus.Cancelled"/> and its best code, one that had not
    /// begun with <see cref="SolveStatus.NotRun"/>, the code 0 and no restarts.
    /// </param>
    /// <returns>One result a search, in their order: bit by bit what <see cref="Invert"/> gives for it alone, however many threads run.</returns>
    /// <exception cref="ArgumentException">A length is off, or the method does not fit the network. Nothing has been evaluated.</exception>
    public static ImmutableArray<InversionResult> InvertMany<T>(
        NetworkEngine<T> engine,
        Measurement measurement,
        ReadOnlySpan<T> observed,
        ReadOnlySpan<RandomKey> keys,
        InvertOptions? options = null,
        int threads = 1,
        IProgress<int>? progress = null,
        CancellationToken cancellation = default)
        where T : unmanaged, IFloatingPointIeee754<T> =>
        InvertMany(engine, measurement, observed, keys, options, threads, RiskBatch<T>.RowsFor(engine), progress, cancellation);

    /// <summary>As above, with at most <paramref name="places"/> searches together on a thread.</summary>
    internal static ImmutableArray<InversionResult> InvertMany<T>(
        NetworkEngine<T> engine,
        Measurement measurement,
        ReadOnlySpan<T> observed,
        ReadOnlySpan<RandomKey> keys,
        InvertOptions? options,
        int threads,
        int places,
        IProgress<int>? progress,
        CancellationToken cancellation)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        options ??= new InvertOptions();
        Guard.AtLeast(threads, 1);
        Guard.Length(measurement.SignalLength, engine.Network.OutputDimension, nameof(measurement));
        Guard.Length(observed.Length, (long)keys.Length * measurement.Count, nameof(observed));
        RandomKey[] addresses = keys.ToArray();
        Setting setting = new(engine.Network, measurement, new Arithmetic<T>(engine.Network.LatentDimension));
        Func<Objective, Stepper> first = options.Solve.Method.On(setting);
        Func<Objective, Stepper>? second = options.Second?.Method.On(setting);
        InversionResult[] results = new InversionResult[addresses.Length];
        BatchRun<T> run = new(engine, measurement, observed.ToArray(), addresses.Length, progress, cancellation)
        {
            Begin = (number, objective) => new StartSearch(objective, options, first, second, addresses[number], null, cancellation),
            End = (number, routine) => results[number] = ((StartSearch)routine).ToResult(),
        };
        run.Run(threads, places);
        InversionResult notRun = new() { Best = BatchSolver.NotRun(new double[engine.Network.LatentDimension]), Restarts = [] };
        for (int i = 0; i < results.Length; i++)
        {
            results[i] ??= notRun;
        }

        return ImmutableCollectionsMarshal.AsImmutableArray(results);
    }
}
