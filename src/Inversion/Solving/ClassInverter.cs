using System.Collections.Immutable;
using System.Numerics;
using Inversion.Measurements;
using Inversion.Networks.Engine;
using Inversion.Numerics;
using Inversion.Randomness;

namespace Inversion.Solving;

/// <summary>Recovers codes behind measurements where it is not known which of several generators made them, such as one conditional generator with each of its classes.</summary>
public static class ClassInverter
{
    // Of the budget: over all classes, then to the likeliest, then over the others.
    private const double First = 0.25;
    private const double Likeliest = 0.25;
    private const double Others = 0.5;

    /// <summary>Searches for (k, z) with A G_k(z) = y, for many measurements together.</summary>
    /// <param name="engines">Compute G_0, G_1, …; their codes have the same number of entries.</param>
    /// <param name="measurement">A, the same for all.</param>
    /// <param name="observed">y_i row by row, count × m. Not modified.</param>
    /// <param name="keys">Addresses of the random starts of each search; their number is count.</param>
    /// <param name="options">The budget is for all classes of one measurement together; the defaults if null.</param>
    /// <param name="threads">Most worker threads; no result depends on it.</param>
    /// <param name="progress">Told how many pairs of measurement and class have been tried, or need not be, of count × classes.</param>
    /// <param name="cancellation">Looked at after every step.</param>
    /// <returns>One result a measurement, in their order; each is the same whatever the others are.</returns>
    /// <exception cref="ArgumentException">There is no engine, a length is off, or the method does not fit a network.</exception>
    /// <remarks>
    /// A quarter of the budget is spread over the classes. What that leaves unsolved gets a quarter under the class whose residual is least,
    /// then a half spread over the others in the order of their residuals. A measurement is done with at the first class that explains it.
    /// Without a limit to the budget every class gets its <see cref="InvertOptions.MaxStarts"/> descents at once. With one engine it is <see cref="Inverter"/>'s search.
    /// </remarks>
    public static ImmutableArray<ClassResult> InvertMany<T>(
        IReadOnlyList<NetworkEngine<T>> engines,
        Measurement measurement,
        ReadOnlySpan<T> observed,
        ReadOnlySpan<RandomKey> keys,
        InvertOptions? options = null,
        int threads = 1,
        IProgress<int>? progress = null,
        CancellationToken cancellation = default)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        options ??= new InvertOptions();
        Guard.AtLeast(engines.Count, 1, nameof(engines));
        Guard.Length(observed.Length, (long)keys.Length * measurement.Count, nameof(observed));
        int classes = engines.Count;
        RandomKey[] addresses = keys.ToArray();
        T[] rows = observed.ToArray();
        bool isShared = classes > 1 && !double.IsInfinity(options.Budget);
        Tried[] tried = [.. addresses.Select(_ => new Tried(classes))];

        // The measurements that are not explained yet, each under the class that a stage names for it.
        void Stage(Func<Tried, int> classOf, double share, Func<RandomKey, RandomKey> starts, Action<int>? told)
        {
            InvertOptions some = options with { Budget = isShared ? options.Budget * share : options.Budget };
            foreach (IGrouping<int, int> open in Enumerable.Range(0, tried.Length).Where(i => !tried[i].IsExplained).GroupBy(i => classOf(tried[i])).OrderBy(group => group.Key))
            {
                int[] numbers = [.. open];
                T[] measured = [.. numbers.SelectMany(i => rows.AsSpan(i * measurement.Count, measurement.Count).ToArray())];
                ImmutableArray<InversionResult> results = Inverter.InvertMany<T>(
                    engines[open.Key], measurement, measured, [.. numbers.Select(i => starts(addresses[i]))], some, threads, told is null ? null : new Told(told), cancellation);
                for (int at = 0; at < numbers.Length; at++)
                {
                    tried[numbers[at]].Add(open.Key, results[at]);
                }
            }
        }

        for (int k = 0; k < classes; k++)
        {
            int number = k;
            int before = (k * tried.Length) + tried.Count(one => one.IsExplained);
            Stage(_ => number, First / classes, key => key, progress is null ? null : done => progress.Report(before + done));
        }

        for (int place = 0; place < classes && isShared; place++)
        {
            int rank = place;
            Stage(one => one.AtRank(rank), rank == 0 ? Likeliest : Others / (classes - 1), key => key.Child("again"), null);
        }

        return [.. tried.Select(one => one.ToResult())];
    }

    // What is known of one measurement.
    private sealed class Tried(int classes)
    {
        private readonly InversionResult?[] best = new InversionResult?[classes];
        private int[]? order;
        private double evaluations;
        private bool isCut;

        public bool IsExplained { get; private set; }

        public void Add(int number, InversionResult result)
        {
            IsExplained |= result.IsSolved;
            isCut |= result.Best.Status is SolveStatus.Cancelled or SolveStatus.NotRun;
            evaluations += result.Best.Evaluations;
            best[number] = best[number] is { } before && !(Residual(result) < Residual(before)) ? before : result;
        }

        // The order after the first stage: later ones do not change it.
        public int AtRank(int rank) => (order ??= [.. Enumerable.Range(0, best.Length).OrderBy(k => Residual(best[k]))])[rank];

        public ClassResult ToResult()
        {
            int explains = Enumerable.Range(0, best.Length).MinBy(k => Residual(best[k]));
            InversionResult search = best[explains]!;

            // The search was not finished, though the part of it under this class may have been.
            bool isCancelled = isCut && !IsExplained && search.Best.Status != SolveStatus.NotRun;
            return new ClassResult(explains, isCancelled ? search with { Best = search.Best with { Status = SolveStatus.Cancelled } } : search, evaluations);
        }

        // What is not known, or was not run, explains nothing.
        private static double Residual(InversionResult? result) =>
            result is null || result.Best.Status == SolveStatus.NotRun || double.IsNaN(result.Best.Value) ? double.PositiveInfinity
            : result.IsSolved ? double.NegativeInfinity : result.Best.Value;
    }

    // Told at once, by the thread that has finished a search.
    private sealed class Told(Action<int> told) : IProgress<int>
    {
        public void Report(int value) => told(value);
    }
}
