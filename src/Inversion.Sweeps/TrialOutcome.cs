namespace Inversion.Sweeps;

/// <summary>What one trial leaves: the same bits whenever and wherever it runs.</summary>
/// <param name="Cell">Number of the cell in the plan, from 0.</param>
/// <param name="Trial">Number of the trial in its cell, from 0.</param>
/// <param name="Result">How it came out.</param>
/// <param name="Value">What was measured: the relative error of the code, or the claim's number. May be NaN.</param>
/// <param name="Work">What it took: gradient evaluations, or the claim's trials.</param>
public readonly record struct TrialOutcome(int Cell, int Trial, TrialResult Result, double Value, double Work);
