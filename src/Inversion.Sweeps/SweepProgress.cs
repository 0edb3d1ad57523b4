namespace Inversion.Sweeps;

/// <summary>How far a sweep is.</summary>
/// <param name="Done">Trials done, earlier runs included.</param>
/// <param name="Total">Trials there are at most.</param>
/// <param name="Cell">The cell of the last one.</param>
/// <param name="CellDone">Its trials done.</param>
/// <param name="CellTotal">Its trials at most.</param>
public readonly record struct SweepProgress(long Done, long Total, string Cell, int CellDone, int CellTotal)
{
    /// <summary>Number of this cell in the plan.</summary>
    public int Number { get; init; }

    /// <summary>Its successes.</summary>
    public int Successes { get; init; }

    /// <summary>Its undecided trials.</summary>
    public int Undecided { get; init; }

    /// <summary>True when it needs no more trials.</summary>
    public bool IsOver { get; init; }
}
