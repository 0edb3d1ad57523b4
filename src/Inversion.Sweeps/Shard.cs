using System.Collections.Frozen;

namespace Inversion.Sweeps;

/// <summary>Part <paramref name="Number"/> of <paramref name="Count"/> of a sweep.</summary>
/// <param name="Number">From 1 to the count.</param>
/// <param name="Count">How many parts there are.</param>
/// <remarks>
/// Every part gets every Count-th trial of every cell, so that parts cost the same whatever a cell costs. Under a rule that stops cells, which looks at all
/// trials of a cell, a part gets whole cells.
/// </remarks>
public readonly record struct Shard(int Number, int Count)
{
    /// <summary>The whole sweep.</summary>
    public static Shard Whole => new(1, 1);

    /// <summary>The cells of this part where a part gets whole cells; null for every Count-th.</summary>
    public FrozenSet<int>? Cells { get; init; }

    /// <summary>True when this part does the trial.</summary>
    public bool Has(int cell, int trial, bool areCellsWhole) => areCellsWhole && Cells is not null
        ? Cells.Contains(cell)
        : (areCellsWhole ? cell : cell + trial) % Count == Number - 1;

    /// <summary>
    /// Deals cells out to parts that cost about the same: the costliest first, each to the part that has least so far. Equal ones by number. The costliest part
    /// costs at most 4/3 − 1/(3 count) of what it must. Source: Graham, SIAM Journal on Applied Mathematics 17 (1969).
    /// </summary>
    /// <param name="costs">What each cell costs; at least 0.</param>
    /// <param name="count">How many parts there are.</param>
    /// <returns>The parts, each with its cells; every cell is in one of them.</returns>
    public static IReadOnlyList<Shard> Dealt(IReadOnlyList<double> costs, int count)
    {
        List<int>[] parts = [.. Enumerable.Range(0, count).Select(_ => new List<int>())];
        PriorityQueue<int, (double Cost, int Part)> least = new(Enumerable.Range(0, count).Select(part => (part, (0.0, part))));
        foreach (int cell in Enumerable.Range(0, costs.Count).OrderByDescending(cell => costs[cell]).ThenBy(cell => cell))
        {
            least.TryDequeue(out int part, out (double Cost, int Part) load);
            parts[part].Add(cell);
            least.Enqueue(part, (load.Cost + costs[cell], part));
        }

        return [.. parts.Select((cells, part) => new Shard(part + 1, count) { Cells = cells.ToFrozenSet() })];
    }
}
