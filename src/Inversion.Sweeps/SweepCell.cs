namespace Inversion.Sweeps;

/// <summary>One point of a grid: a question with all its parameters fixed.</summary>
/// <param name="Name">What tells it from the plan's other cells. Its trials' addresses hang on this name, not on the cell's number.</param>
/// <param name="Parameters">The parameters by name, as a plan file writes them.</param>
/// <param name="Observed">Share of the outputs that the measurement sees.</param>
/// <param name="Trial">The question.</param>
public sealed record SweepCell(string Name, IReadOnlyList<KeyValuePair<string, string>> Parameters, double Observed, ITrial Trial)
{
    /// <summary>The sizes of the network, the same for every draw; null where they play no part.</summary>
    public NetworkSizes? Sizes { get; init; }
}
