using System.Collections.Immutable;

namespace Inversion.Solving;

/// <summary>What became of one start.</summary>
/// <param name="Start">The code that the descent began from.</param>
/// <param name="StartValue">J there.</param>
/// <param name="Value">Smallest J of the descent.</param>
/// <param name="Iterations">Its steps.</param>
/// <param name="Evaluations">Its work in gradient evaluations.</param>
/// <param name="Status">Why it ended.</param>
public sealed record RestartRecord(
    ImmutableArray<double> Start, double StartValue, double Value, int Iterations, double Evaluations, SolveStatus Status);
