using Inversion.Networks;

namespace Inversion.Benchmarks.Subjects;

/// <summary>What a risk over a batch of codes consists of, for whoever computes it.</summary>
/// <param name="Network">G.</param>
/// <param name="Observes">The observed entries of the flattened signal.</param>
/// <param name="Observed">y, m entries, or one for each code, batch × m.</param>
/// <param name="Codes">batch × n0.</param>
/// <param name="Batch">Number of codes.</param>
/// <param name="IsDouble">False for float.</param>
internal sealed record RiskData(GenerativeNetwork Network, int[] Observes, double[] Observed, double[] Codes, int Batch, bool IsDouble);
