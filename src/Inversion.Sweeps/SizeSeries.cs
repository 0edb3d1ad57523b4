using System.Collections.Immutable;
using Inversion.Verify;

namespace Inversion.Sweeps;

/// <summary>Cells whose networks differ in one size alone.</summary>
/// <param name="Name">What the cells have in common.</param>
/// <param name="Size">The size, in the theorem's letters.</param>
/// <param name="Behavior">How the theorem's bound on the probability of failure behaves along it.</param>
/// <param name="Cells">The cells and their sizes, at least two of them different.</param>
public sealed record SizeSeries(string Name, string Size, RateBehavior Behavior, ImmutableArray<(int Cell, double Size)> Cells)
{
    private static readonly string[] Networks = ["network", "input", "layers"];

    /// <summary>Every series that the cells of a plan hold, in the order of their first cells.</summary>
    /// <remarks>
    /// Along C_0, …, C_{d−1} alone, or along all C together in proportion, the bound Σ D_i C_i exp(−γ C_{i−1}) falls exponentially in the end; with D_0, one
    /// ℓ_i or C_d it grows at most in proportion, with all ℓ together at most as ℓ^d.
    /// </remarks>
    public static IReadOnlyList<SizeSeries> Of(SweepPlan plan)
    {
        List<SizeSeries> found = [];
        int[] sized = [.. Enumerable.Range(0, plan.Cells.Length).Where(cell => plan.Cells[cell].Sizes is { Depth: > 0 })];
        foreach (IGrouping<string, int> group in sized.GroupBy(cell => $"{Fixed(plan.Cells[cell])}; {plan.Cells[cell].Sizes!.Depth} layers"))
        {
            int depth = plan.Cells[group.First()].Sizes!.Depth;
            foreach ((string size, RateBehavior behavior, Func<NetworkSizes, (double At, string Others)?> split) in Directions(depth))
            {
                var series = group.Select(cell => (Cell: cell, Split: split(plan.Cells[cell].Sizes!))).Where(entry => entry.Split is not null)
                    .GroupBy(entry => entry.Split!.Value.Others)
                    .Where(entries => entries.Select(entry => entry.Split!.Value.At).Distinct().Count() > 1);
                found.AddRange(series.Select(entries => new SizeSeries(
                    string.Join("; ", new[] { Fixed(plan.Cells[group.First()]), entries.Key }.Where(part => part.Length > 0)),
                    size,
                    behavior,
                    [.. entries.Select(entry => (entry.Cell, entry.Split!.Value.At))])));
            }
        }

        return found;
    }

    private static string Fixed(SweepCell cell) =>
        string.Join(", ", cell.Parameters.Where(pair => !Networks.Contains(pair.Key)).Select(pair => $"{pair.Key}={pair.Value}"));

    // How to read a size off a network, with everything else in words: cells with the same words differ in the size alone.
    private static IEnumerable<(string Size, RateBehavior Behavior, Func<NetworkSizes, (double At, string Others)?> Split)> Directions(int depth)
    {
        RateBehavior proportional = RateBehavior.NewGrowsAtMost(1);
        yield return ("D_0", proportional, sizes => (sizes.Positions, Told(sizes, positions: false)));
        for (int layer = 0; layer <= depth; layer++)
        {
            int at = layer;
            yield return ($"C_{at}", at < depth ? RateBehavior.Falls : proportional, sizes => (sizes.Channels[at], Told(sizes, channel: at)));
        }

        yield return ("C_0 (all C in proportion)", RateBehavior.Falls, sizes => (sizes.Channels[0], Proportions(sizes)));
        for (int layer = 1; layer <= depth; layer++)
        {
            int at = layer - 1;
            yield return ($"l_{layer}", proportional, sizes => (sizes.Taps[at], Told(sizes, tap: at)));
        }

        if (depth > 1)
        {
            yield return ("l", RateBehavior.NewGrowsAtMost(depth), sizes =>
                sizes.Taps.Distinct().Count() == 1 ? (sizes.Taps[0], Told(sizes, taps: false)) : null);
        }
    }

    private static string Proportions(NetworkSizes sizes) => string.Join(", ", (string[])
    [
        $"D_0={sizes.Positions}",
        .. sizes.Channels.Skip(1).Select((channels, i) => $"C_{i + 1}/C_0={(double)channels / sizes.Channels[0]:R}"),
        .. sizes.Taps.Select((taps, i) => $"l_{i + 1}={taps}"),
    ]);

    private static string Told(NetworkSizes sizes, bool positions = true, int channel = -1, int tap = -1, bool taps = true)
    {
        List<string> parts = [];
        if (positions)
        {
            parts.Add($"D_0={sizes.Positions}");
        }

        parts.AddRange(sizes.Channels.Select((channels, i) => (i, $"C_{i}={channels}")).Where(entry => entry.i != channel).Select(entry => entry.Item2));
        parts.AddRange(sizes.Taps.Select((count, i) => (i, $"l_{i + 1}={count}")).Where(entry => taps && entry.i != tap).Select(entry => entry.Item2));
        return string.Join(", ", parts);
    }
}
