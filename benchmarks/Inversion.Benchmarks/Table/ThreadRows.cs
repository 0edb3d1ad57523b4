using Inversion.Benchmarks.Measuring;
using Inversion.Benchmarks.Reporting;
using Inversion.Benchmarks.Subjects;
using Inversion.Solving;

namespace Inversion.Benchmarks.Table;

/// <summary>Two threads against one, by the clock. Needs two idle cores.</summary>
internal static class ThreadRows
{
    private const int Trials = 20;
    private const int Codes = 64;
    private static readonly Goal Goal = new(Ratio: 1.85);

    /// <summary>Every row.</summary>
    public static IEnumerable<RowPlan> All()
    {
        const string Audits = "audit, 2 threads against 1";
        const string Inversions = $"64 inversions × 500 Adam steps T2, 2 threads against 1";
        yield return new RowPlan(Audits, () =>
        {
            AuditCase subject = new(Trials);
            return Measure(Audits, threads => subject.Run(threads));
        });
        yield return new RowPlan(Inversions, () =>
        {
            InversionCase<double> subject = new(BenchmarkNetworks.Create("T2"), Codes);
            return Measure(Inversions, threads => subject.Minimize(new Adam(), 500, threads));
        });
    }

    private static IEnumerable<Row> Measure(string name, Action<int> run)
    {
        Timing[] timings = Alternation.Measure(
            Effort.Long with { Samples = 5, OnTheClock = true }, new Contender("2 threads", () => run(2)), new Contender("ours, 1 thread", () => run(1)));
        yield return Row.Of(name, timings, Goal);
    }
}
