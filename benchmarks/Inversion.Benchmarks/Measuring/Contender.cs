namespace Inversion.Benchmarks.Measuring;

/// <summary>Something whose time is measured beside others'.</summary>
/// <param name="Name">What tables call it.</param>
/// <param name="Run">One call.</param>
internal sealed record Contender(string Name, Action Run);
