using Inversion.Benchmarks.Reporting;
using Inversion.Benchmarks.Subjects;
using Inversion.Solving;

namespace Inversion.Benchmarks.Table;

/// <summary>Bytes that one step of a solver allocates on the managed heap: a long run's less a short run's, over the steps between.</summary>
internal static class AllocationRows
{
    private const int Few = 100;
    private const int Many = 500;
    private const int Codes = 4;

    /// <summary>Every row.</summary>
    public static IEnumerable<RowPlan> All()
    {
        foreach (SolverMethod method in (SolverMethod[])[new Adam(), new GradientDescent(), new LBfgs(), new GaussNewton()])
        {
            string name = $"allocation per step, {method.Name}, T2";
            yield return new RowPlan(name, () => Measure(name, method));
        }
    }

    private static IEnumerable<Row> Measure(string name, SolverMethod method)
    {
        InversionCase<double> subject = new(BenchmarkNetworks.Create("T2"), Codes);
        long few = Allocated(subject, method, Few);
        long many = Allocated(subject, method, Many);
        yield return new Row { Name = name, Ours = (many - few) / (double)((Many - Few) * Codes), Unit = "bytes", Goal = new Goal(AtMost: 0) };
    }

    // The smallest of several runs: the runtime allocates now and then for its own.
    private static long Allocated(InversionCase<double> subject, SolverMethod method, int steps)
    {
        long least = long.MaxValue;
        for (int run = 0; run < 4; run++)
        {
            long before = GC.GetTotalAllocatedBytes(precise: true);
            subject.Minimize(method, steps, 1);
            least = Math.Min(least, GC.GetTotalAllocatedBytes(precise: true) - before);
        }

        return least;
    }
}
