using System.Numerics;
using Inversion.Measurements;
using Inversion.Networks;
using Inversion.Networks.Engine;
using Inversion.Randomness;
using Inversion.Solving;

namespace Inversion.Cli.Commands;

/// <summary>Inverts measurements under each of several networks, such as one generator with each of its classes, and keeps the one that explains them best.</summary>
internal static class ClassSearch
{
    /// <summary>What came of one measurement.</summary>
    /// <param name="Network">Number of the network that explains it best.</param>
    /// <param name="Result">Its search.</param>
    /// <param name="Evaluations">Work of all searches, in gradient evaluations.</param>
    internal sealed record Found(int Network, InversionResult Result, double Evaluations);

    /// <summary>Half of the budget is spread over the networks; what is not solved then gets the other half under the best one. With one network, the whole budget at once.</summary>
    public static Found[] Run<T>(
        IReadOnlyList<GenerativeNetwork> networks, Measurement measurement, T[] observed, IReadOnlyList<RandomKey> keys, InvertOptions options, int threads, Action<int, int> told,
        CancellationToken cancellation)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        int total = keys.Count * networks.Count;
        if (networks.Count == 1)
        {
            return [.. Invert(networks[0], measurement, observed, keys, options, threads, done => told(done, total), cancellation).Select(result => new Found(0, result, result.Best.Evaluations))];
        }

        InvertOptions first = options with { Budget = Math.Max(1, options.Budget / 2 / networks.Count) };
        List<InversionResult[]> tried = [];
        for (int network = 0; network < networks.Count; network++)
        {
            int before = network * keys.Count;
            tried.Add(Invert(networks[network], measurement, observed, keys, first, threads, done => told(before + done, total), cancellation));
        }

        Found[] found = [.. Enumerable.Range(0, keys.Count).Select(i =>
        {
            int best = Enumerable.Range(0, networks.Count).MinBy(network => Residual(tried[network][i]));
            return new Found(best, tried[best][i], tried.Sum(results => results[i].Best.Evaluations));
        })];

        InvertOptions second = options with { Budget = Math.Max(1, options.Budget / 2) };
        foreach (IGrouping<int, int> open in Enumerable.Range(0, keys.Count).Where(i => !found[i].Result.IsSolved).GroupBy(i => found[i].Network))
        {
            int[] numbers = [.. open];
            T[] rows = [.. numbers.SelectMany(i => observed.AsSpan(i * measurement.Count, measurement.Count).ToArray())];
            InversionResult[] again = Invert(networks[open.Key], measurement, rows, [.. numbers.Select(i => keys[i].Child("again"))], second, threads, _ => { }, cancellation);
            for (int at = 0; at < numbers.Length; at++)
            {
                Found before = found[numbers[at]];
                bool isBetter = Residual(again[at]) < Residual(before.Result);
                found[numbers[at]] = new Found(before.Network, isBetter ? again[at] : before.Result, before.Evaluations + again[at].Best.Evaluations);
            }
        }

        return found;
    }

    // What is not known, or was not run, explains nothing.
    private static double Residual(InversionResult result) =>
        result.Best.Status is SolveStatus.NotRun or SolveStatus.Cancelled || double.IsNaN(result.Best.Value) ? double.PositiveInfinity : result.Best.Value;

    private static InversionResult[] Invert<T>(
        GenerativeNetwork network, Measurement measurement, T[] observed, IReadOnlyList<RandomKey> keys, InvertOptions options, int threads, Action<int> told, CancellationToken cancellation)
        where T : unmanaged, IFloatingPointIeee754<T> =>
        [.. Inverter.InvertMany<T>(new NetworkEngine<T>(network), measurement, observed, [.. keys], options, threads, new Finished(told), cancellation)];

    // Told at once, by the thread that has finished a code.
    private sealed class Finished(Action<int> told) : IProgress<int>
    {
        public void Report(int value) => told(value);
    }
}
