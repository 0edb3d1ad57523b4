namespace Inversion.Networks.Engine;

/// <summary>Neighboring taps of one small position that land on neighboring large positions, so that all their channels move as one piece.</summary>
/// <param name="Tap">First tap.</param>
/// <param name="Position">Where it lands.</param>
/// <param name="Count">How many taps.</param>
internal readonly record struct PatchRun(int Tap, int Position, int Count);
