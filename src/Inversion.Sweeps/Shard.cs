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

    /// <summary>True when this part does the trial.</summary>
    public bool Has(int cell, int trial, bool areCellsWhole) => (areCellsWhole ? cell : cell + trial) % Count == Number - 1;
}
