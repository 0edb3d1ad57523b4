using Inversion.Benchmarks.Reporting;

namespace Inversion.Benchmarks.Table;

/// <summary>Rows that can be measured: nothing is prepared before <see cref="Measure"/> is called.</summary>
/// <param name="Name">What selects it.</param>
/// <param name="Measure">Prepares, checks and measures.</param>
internal sealed record RowPlan(string Name, Func<IEnumerable<Row>> Measure);
