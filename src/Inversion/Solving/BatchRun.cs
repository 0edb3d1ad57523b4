using System.Numerics;
using Inversion.Measurements;
using Inversion.Networks.Engine;

namespace Inversion.Solving;

/// <summary>Many instances of one network and one measurement, and the threads that share them out among themselves.</summary>
/// <param name="engine">Computes G.</param>
/// <param name="measurement">A.</param>
/// <param name="observed">y of every instance, count × m.</param>
/// <param name="count">Number of instances.</param>
/// <param name="progress">Told how many are finished, after each.</param>
/// <param name="cancellation">Once cancelled, no further instance is handed out.</param>
/// <threadsafety>Safe for many threads, each with its own <see cref="Lockstep{T}"/>.</threadsafety>
internal sealed class BatchRun<T>(
    NetworkEngine<T> engine, Measurement measurement, T[] observed, int count, IProgress<int>? progress, CancellationToken cancellation)
    where T : unmanaged, IFloatingPointIeee754<T>
{
    private readonly Lock gate = new();
    private int handedOut;
    private int finished;

    /// <summary>Computes G.</summary>
    public NetworkEngine<T> Engine { get; } = engine;

    /// <summary>A.</summary>
    public Measurement Measurement { get; } = measurement;

    /// <summary>The computation of an instance, given its J.</summary>
    public required Func<int, Objective, Routine> Begin { get; init; }

    /// <summary>Takes the result of an instance.</summary>
    public required Action<int, Routine> End { get; init; }

    /// <summary>Runs every instance.</summary>
    /// <param name="threads">Most worker threads; no result depends on it.</param>
    /// <param name="places">Most instances that one thread runs together; no result depends on it.</param>
    public void Run(int threads, int places)
    {
        int workers = Math.Min(threads, count);
        if (workers == 0)
        {
            return;
        }

        // No thread may take all that there is while another stands idle.
        int most = Math.Min(places, ((count - 1) / workers) + 1);
        if (workers == 1)
        {
            new Lockstep<T>(this, most).Run();
            return;
        }

        Parallel.For(0, workers, new ParallelOptions { MaxDegreeOfParallelism = workers }, _ => new Lockstep<T>(this, most).Run());
    }

    /// <summary>The number of the next instance; null when there is none.</summary>
    public int? Next()
    {
        lock (gate)
        {
            return handedOut < count && !cancellation.IsCancellationRequested ? handedOut++ : null;
        }
    }

    /// <summary>y of an instance.</summary>
    public ReadOnlySpan<T> Observed(int number) => observed.AsSpan(number * Measurement.Count, Measurement.Count);

    /// <summary>Takes the result of an instance that has ended.</summary>
    public void Finish(int number, Routine routine)
    {
        End(number, routine);
        lock (gate)
        {
            progress?.Report(++finished);
        }
    }
}
