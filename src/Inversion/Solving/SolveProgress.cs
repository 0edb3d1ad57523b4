namespace Inversion.Solving;

/// <summary>Where a solver stands after a step.</summary>
/// <param name="Iteration">Steps taken; 0 at the start.</param>
/// <param name="Value">J at the current code.</param>
/// <param name="Evaluations">Work so far in gradient evaluations.</param>
public readonly record struct SolveProgress(int Iteration, double Value, double Evaluations);
