namespace Inversion.Benchmarks.Growth;

/// <summary>How a time grew with one quantity.</summary>
/// <param name="Quantity">The quantity.</param>
/// <param name="What">What was timed.</param>
/// <param name="Points">Values of the quantity.</param>
/// <param name="Seconds">Medians at these values.</param>
/// <param name="Time">The power fitted to the times.</param>
/// <param name="OperationsExponent">The power fitted to the counted operations at the same values; null where they are not counted.</param>
internal sealed record Growth(string Quantity, string What, int[] Points, double[] Seconds, PowerLaw Time, double? OperationsExponent);
