using System.Collections.Immutable;

namespace Inversion.Solving;

/// <summary>The code found behind measurements, and how the search went.</summary>
public sealed record InversionResult
{
    /// <summary>The best code of all starts; its <see cref="SolveResult.Evaluations"/> and <see cref="SolveResult.Iterations"/> cover the whole search.</summary>
    public required SolveResult Best { get; init; }

    /// <summary>The descents in the order in which they ran.</summary>
    public required ImmutableArray<RestartRecord> Restarts { get; init; }

    /// <summary>
    /// True when the best code explains the measurements to the asked tolerance. Where the true code is known and differs, two codes share
    /// their measurements to within rounding: the search has not missed, the code is not unique.
    /// </summary>
    public bool IsSolved => Best.IsSolved;
}
