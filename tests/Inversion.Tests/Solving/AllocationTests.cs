using System.Numerics;
using Inversion.Solving;
using Xunit;

namespace Inversion.Tests.Solving;

/// <summary>A step takes no memory: a run of many steps takes as much as one of few.</summary>
public sealed class AllocationTests
{
    private const int Attempts = 10;

    public static TheoryData<string, SignFlip> MethodsAndFlips =>
        [.. from name in SolverMethod.Names from flip in Enum.GetValues<SignFlip>() select new TheoryDataRow<string, SignFlip>(name, flip)];

    [Theory]
    [MemberData(nameof(MethodsAndFlips))]
    public void Minimize_MoreSteps_TakeNoMoreMemory(string method, SignFlip flip)
    {
        AssertNoMore<double>(method, flip, Alone);
        AssertNoMore<float>(method, flip, Alone);
    }

    [Theory]
    [MemberData(nameof(MethodsAndFlips))]
    public void MinimizeTogether_MoreSteps_TakeNoMoreMemory(string method, SignFlip flip)
    {
        AssertNoMore<double>(method, flip, Together);
        AssertNoMore<float>(method, flip, Together);
    }

    private static void AssertNoMore<T>(string method, SignFlip flip, Func<Instances<T>, SolveOptions, int> run)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        // A narrow network whose measurements no code explains: the steps go on for as long as they are asked for.
        Instances<T> instances = Instances<T>.Draw("5x2", "8k4,8k4", "all", 5);
        Array.Fill(instances.Observed, -T.One, 0, instances.Observed.Length / 2);
        SolveOptions options = new() { Method = SolverMethod.Parse(method), SignFlip = flip, ResidualTolerance = 0, GradientTolerance = 0 };
        (long Bytes, int Steps) Measured(int iterations)
        {
            // A collection, if only another test's, gives the thread new room to allocate from and counts what was left of the old: it can only add.
            (long Bytes, int Steps) least = (long.MaxValue, 0);
            for (int attempt = 0; attempt < Attempts; attempt++)
            {
                long before = GC.GetAllocatedBytesForCurrentThread();
                int steps = run(instances, options with { MaxIterations = iterations });
                long bytes = GC.GetAllocatedBytesForCurrentThread() - before;
                least = (Math.Min(least.Bytes, bytes), steps);
            }

            return least;
        }

        Measured(300);
        (long few, int fewSteps) = Measured(2);
        (long many, int manySteps) = Measured(300);

        Assert.True(manySteps > fewSteps + 10, $"{fewSteps} and {manySteps} steps");
        // Only more would be wrong; what a collection added to the short runs is not the long runs' fault.
        Assert.True(many <= few, $"{few} bytes for {fewSteps} steps, {many} for {manySteps}");
    }

    private static int Alone<T>(Instances<T> instances, SolveOptions options)
        where T : unmanaged, IFloatingPointIeee754<T> =>
        Solver.Minimize(instances.Risk(0), instances.Start(0), options).Iterations
        + Solver.Minimize(instances.Risk(4), instances.Start(4), options).Iterations;

    private static int Together<T>(Instances<T> instances, SolveOptions options)
        where T : unmanaged, IFloatingPointIeee754<T> =>
        BatchSolver.Minimize<T>(instances.Engine, instances.Measurement, instances.Observed, instances.Starts, options, 1, 3, null, CancellationToken.None)
            .Sum(result => result.Iterations);
}
