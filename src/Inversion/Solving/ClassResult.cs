namespace Inversion.Solving;

/// <summary>What came of one measurement that was inverted under each of several generators.</summary>
/// <param name="Class">Number of the generator that explains it best.</param>
/// <param name="Search">The search under it that found its best code.</param>
/// <param name="Evaluations">Work of all searches, in gradient evaluations.</param>
public sealed record ClassResult(int Class, InversionResult Search, double Evaluations);
