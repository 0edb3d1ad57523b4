using System.Collections.Immutable;
using Inversion.Randomness;

namespace Inversion.Sweeps;

/// <summary>All trials of a sweep: cells × trials, and where their randomness comes from.</summary>
/// <param name="Cells">The cells; names differ.</param>
/// <param name="Trials">Trials of each cell, the most where a rule may stop it earlier.</param>
/// <param name="Seed">Root of all addresses.</param>
/// <param name="Stop">When a cell's question counts as settled.</param>
/// <param name="Text">The resolved plan as JSON, with the SHA-256 of the files that it names: two runs are of the same sweep exactly where it is the same.</param>
public sealed record SweepPlan(ImmutableArray<SweepCell> Cells, int Trials, RandomKey Seed, StopRule Stop, string Text)
{
    /// <summary>The rate that every cell's is compared with; null for none.</summary>
    public double? Threshold { get; init; }

    /// <summary>The address of a trial.</summary>
    public RandomKey KeyOf(int cell, int trial) => Seed.Child("sweep").Child(Cells[cell].Name).Child(trial);
}
