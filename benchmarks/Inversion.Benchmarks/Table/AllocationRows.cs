using Inversion.Benchmarks.Reporting;
using Inversion.Benchmarks.Subjects;
using Inversion.Solving;

namespace Inversion.Benchmarks.Table;

/// <summary>Bytes that one step of a solver allocates on the managed heap: a long run's less a short run's, over the steps between.</summary>
internal static class AllocationRows
{
    private const int Codes = 4;

    /// <summary>Every row.</summary>
    public static IEnumerable<RowPlan> All()
    {
        // The tolerances are zero, but a step that moves by nothing ends a run: these methods get there soon.
        foreach ((SolverMethod method, int few, int many) in ((SolverMethod, int, int)[])
            [(new Adam(), 100, 500), (new GradientDescent(), 5, 30), (new LBfgs(), 5, 20), (new GaussNewton(), 1, 5)])
        {
            string name = $"allocation per step, {method.Name}, T2";
            yield return new RowPlan(name, () => Measure(name, method, few, many));
        }
    }

    private static IEnumerable<Row> Measure(string name, SolverMethod method, int few, int many)
    {
        InversionCase<double> subject = new(BenchmarkNetworks.Create("T2"), Codes);
        (long bytesOfFew, int stepsOfFew) = Allocated(subject, method, few);
        (long bytesOfMany, int stepsOfMany) = Allocated(subject, method, many);
        if (stepsOfMany < 2 * stepsOfFew)
        {
            throw new InvalidOperationException($"{method.Name} took {stepsOfFew} and {stepsOfMany} steps: too close to tell");
        }

        yield return new Row
        {
            Name = name,
            Ours = (bytesOfMany - bytesOfFew) / (double)(stepsOfMany - stepsOfFew),
            Unit = "bytes",
            Goal = new Goal(AtMost: 0),
        };
    }

    // The smallest of several runs: the first one allocates what is made once for the whole process.
    private static (long Bytes, int Steps) Allocated(InversionCase<double> subject, SolverMethod method, int steps)
    {
        long least = long.MaxValue;
        int taken = 0;
        for (int run = 0; run < 4; run++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            taken = subject.Minimize(method, steps, 1).Steps;
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        return (least, taken);
    }
}
