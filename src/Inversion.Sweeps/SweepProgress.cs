namespace Inversion.Sweeps;

/// <summary>How far a sweep is.</summary>
/// <param name="Done">Trials done, earlier runs included.</param>
/// <param name="Total">Trials there are at most.</param>
/// <param name="Cell">The cell of the last one.</param>
/// <param name="CellDone">Its trials done.</param>
/// <param name="CellTotal">Its trials at most.</param>
public readonly record struct SweepProgress(long Done, long Total, string Cell, int CellDone, int CellTotal);
