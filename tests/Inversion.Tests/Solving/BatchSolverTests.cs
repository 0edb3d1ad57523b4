using System.Collections.Immutable;
using System.Numerics;
using Inversion.Measurements;
using Inversion.Networks;
using Inversion.Networks.Engine;
using Inversion.Randomness;
using Inversion.Solving;
using Xunit;

namespace Inversion.Tests.Solving;

/// <summary>Every instance of a batch takes the path that it takes alone, bit by bit.</summary>
public sealed class BatchSolverTests
{
    private static readonly RandomKey Key = RandomKey.Parse("ba");

    public static TheoryData<string> Methods => [.. SolverMethod.Names];

    public static TheoryData<string, SignFlip> MethodsAndFlips =>
        [.. from name in SolverMethod.Names from flip in Enum.GetValues<SignFlip>() select new TheoryDataRow<string, SignFlip>(name, flip)];

    [Theory]
    [MemberData(nameof(MethodsAndFlips))]
    public void Minimize_AnySignFlip_IsEachInstanceAlone(string method, SignFlip flip)
    {
        SolveOptions options = Options(method) with { SignFlip = flip, MaxIterations = 60 };

        AssertAlone(Instances<double>.Draw("5x2", "20k4,40k4", "all", 9), options);
    }

    [Theory]
    [MemberData(nameof(Methods))]
    public void Minimize_Masked_IsEachInstanceAlone(string method)
    {
        AssertAlone(Instances<double>.Draw("4x2", "16k4s4,24k5s3", "random:0.5", 9), Options(method));
        AssertAlone(Instances<double>.Draw("3x1x1", "12k3,2k4s2", "left", 9), Options(method));
    }

    [Theory]
    [MemberData(nameof(Methods))]
    public void Minimize_InSinglePrecision_IsEachInstanceAlone(string method)
    {
        AssertAlone(Instances<float>.Draw("5x2", "20k4,40k4", "random:0.7", 9), Options(method) with { SignFlip = SignFlip.Blocks });
        AssertAlone(Instances<float>.Draw("6", "dense30,dense60", "all", 9), Options(method));
    }

    [Theory]
    [MemberData(nameof(Methods))]
    public void Minimize_GaussianSensing_IsEachInstanceAlone(string method)
    {
        GenerativeNetwork network = new NetworkBuilder { Input = Shape.Parse("6"), Layers = "dense30,dense60" }.Draw(Key.Child("network"));
        GaussianSensing sensing = new(Subsampling.All(60), 30, Key.Child("sensing"));

        AssertAlone(Instances<double>.Of(network, sensing, 9), Options(method));
        AssertAlone(Instances<float>.Of(network, sensing, 9), Options(method));
    }

    [Theory]
    [MemberData(nameof(Methods))]
    public void Minimize_AnyBudget_IsEachInstanceAlone(string method)
    {
        Instances<double> instances = Instances<double>.Draw("5x2", "20k4,40k4", "random:0.5", 5);
        foreach (SignFlip flip in Enum.GetValues<SignFlip>())
        {
            for (int thirds = 0; thirds < 45; thirds++)
            {
                AssertAlone(instances, Options(method) with { Budget = thirds / 3.0, SignFlip = flip }, threads: 1, places: 3);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Methods))]
    public void Minimize_EveryReasonToStop_IsEachInstanceAlone(string method)
    {
        Instances<double> instances = Instances<double>.Draw("5x2", "20k4,40k4", "random:0.5", 7);

        AssertAlone(instances, Options(method) with { ResidualTolerance = 0.1 });
        AssertAlone(instances, Options(method) with { ResidualTolerance = 0, GradientTolerance = 1e-3 });
        AssertAlone(instances, Options(method) with { StepTolerance = 1e-2 });
        AssertAlone(instances, Options(method) with { StagnationWindow = 4, StagnationFactor = 0.5 });
        AssertAlone(instances, Options(method) with { MaxIterations = 0 });
        AssertAlone(instances, Options(method) with { MaxIterations = 5 });
    }

    // NaN in y, a J that overflows, a code that is found at once, one that no code explains: among good ones.
    [Theory]
    [MemberData(nameof(Methods))]
    public void Minimize_ABrokenInstanceAmongGoodOnes_DisturbsNoOther(string method)
    {
        Instances<double> instances = Instances<double>.Draw("5x2", "20k4,40k4", "random:0.5", 8);
        int m = instances.Measurement.Count;
        instances.Observed[(1 * m) + 2] = double.NaN;
        instances.Observed[(4 * m) + 1] = double.PositiveInfinity;
        Array.Fill(instances.Observed, 1e200, 5 * m, m);
        Array.Fill(instances.Observed, -1, 6 * m, m);
        Array.Fill(instances.Starts, 0, 7 * 10, 10);

        ImmutableArray<SolveResult> results = AssertAlone(instances, Options(method));

        Assert.Equal(SolveStatus.NonFinite, results[1].Status);
        Assert.Equal(SolveStatus.NonFinite, results[4].Status);
        Assert.True(double.IsFinite(results[0].Value) && double.IsFinite(results[2].Value));
    }

    [Theory]
    [MemberData(nameof(Methods))]
    public void Minimize_NothingObserved_SaysSoOfEveryInstance(string method)
    {
        ImmutableArray<SolveResult> results = AssertAlone(Instances<double>.Draw("5x2", "20k4,40k4", "random:0", 5), Options(method));

        Assert.All(results, result => Assert.Equal(SolveStatus.NothingObserved, result.Status));
    }

    [Theory]
    [MemberData(nameof(Methods))]
    public void Minimize_OneInstance_IsThatInstanceAlone(string method) =>
        AssertAlone(Instances<double>.Draw("5x2", "20k4,40k4", "random:0.5", 1), Options(method));

    // Some start late, when others are deep in their descents: places are handed on.
    [Theory]
    [MemberData(nameof(Methods))]
    public void Minimize_ManyMoreInstancesThanPlaces_IsEachInstanceAlone(string method)
    {
        Instances<double> instances = Instances<double>.Draw("3", "dense12,dense24", "random:0.7", 60);

        AssertAlone(instances, Options(method) with { MaxIterations = 40 });
    }

    [Fact]
    public void Minimize_NoInstances_GivesNoResults()
    {
        Instances<double> none = Instances<double>.Draw("5x2", "20k4,40k4", "all", 0);

        Assert.Empty(BatchSolver.Minimize<double>(none.Engine, none.Measurement, none.Observed, none.Starts, cancellation: TestContext.Current.CancellationToken));
    }

    [Fact]
    public void Minimize_Progress_CountsEveryFinishedInstanceOnce()
    {
        Instances<double> instances = Instances<double>.Draw("3", "dense12", "all", 20);
        List<int> seen = [];

        BatchSolver.Minimize<double>(
            instances.Engine, instances.Measurement, instances.Observed, instances.Starts, threads: 2, progress: new Counting(seen), cancellation: TestContext.Current.CancellationToken);

        Assert.Equal(Enumerable.Range(1, 20), seen);
    }

    [Fact]
    public void Minimize_Cancelled_KeepsTheBestOfWhatHasBegunAndTheStartsOfTheRest()
    {
        Instances<double> instances = Instances<double>.Draw("5x2", "20k4,40k4", "all", 12);
        using CancellationTokenSource source = new();
        List<int> seen = [];

        ImmutableArray<SolveResult> results = BatchSolver.Minimize<double>(
            instances.Engine, instances.Measurement, instances.Observed, instances.Starts, Options("adam"), 1, 4, new Counting(seen, source.Cancel), source.Token);

        Assert.Contains(results, result => result.Status == SolveStatus.Cancelled && result.Iterations > 0);
        Assert.Equal(SolveStatus.NotRun, results[^1].Status);
        Assert.Equal(instances.Starts[^10..], results[^1].Latent.AsEnumerable());
    }

    [Fact]
    public void Minimize_CallersMistakes_Throw()
    {
        Instances<double> good = Instances<double>.Draw("3", "dense12", "all", 2);
        void Run(double[] observed, double[] starts, int threads = 1) => BatchSolver.Minimize<double>(
            good.Engine, good.Measurement, observed, starts, threads: threads, cancellation: TestContext.Current.CancellationToken);

        Assert.Throws<ArgumentException>(() => Run(good.Observed, good.Starts[1..]));
        Assert.Throws<ArgumentException>(() => Run(good.Observed[1..], good.Starts));
        Assert.Throws<ArgumentException>(() => Run(good.Observed, [1, 2, 3, 4, double.NaN, 6]));
        Assert.Throws<ArgumentOutOfRangeException>(() => Run(good.Observed, good.Starts, 0));
        GenerativeNetwork smooth = new NetworkBuilder { Input = Shape.Flat(3), Layers = "dense12", Activation = "tanh" }.Draw(Key);
        Assert.Throws<ArgumentException>(() => BatchSolver.Minimize<double>(
            new NetworkEngine<double>(smooth), good.Measurement, good.Observed, good.Starts, Options("plugin"), 2, cancellation: TestContext.Current.CancellationToken));
    }

    private static SolveOptions Options(string method) => new() { Method = SolverMethod.Parse(method), MaxIterations = 200 };

    private static ImmutableArray<SolveResult> AssertAlone<T>(Instances<T> instances, SolveOptions options)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        AssertAlone(instances, options, threads: 1, places: 1);
        AssertAlone(instances, options, threads: 1, places: 3);
        AssertAlone(instances, options, threads: 2, places: 4);
        return AssertAlone(instances, options, threads: 3, places: 64);
    }

    private static ImmutableArray<SolveResult> AssertAlone<T>(Instances<T> instances, SolveOptions options, int threads, int places)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        ImmutableArray<SolveResult> results = BatchSolver.Minimize<T>(
            instances.Engine, instances.Measurement, instances.Observed, instances.Starts, options, threads, places, null, TestContext.Current.CancellationToken);

        Assert.Equal(instances.Count, results.Length);
        for (int i = 0; i < instances.Count; i++)
        {
            SolveResult alone = Solver.Minimize(instances.Risk(i), instances.Start(i), options, cancellation: TestContext.Current.CancellationToken);
            AssertSame(alone, results[i]);
        }

        return results;
    }

    internal static void AssertSame(SolveResult expected, SolveResult actual)
    {
        Assert.Equal(expected.Status, actual.Status);
        Assert.Equal(expected.Iterations, actual.Iterations);
        Assert.Equal(Bits([expected.Evaluations, expected.Value, expected.GradientNorm, expected.RelativeResidual]), Bits([actual.Evaluations, actual.Value, actual.GradientNorm, actual.RelativeResidual]));
        Assert.Equal(Bits(expected.Latent), Bits(actual.Latent));
    }

    // One NaN is as good as another: its sign and payload are the processor's affair.
    private static IEnumerable<long> Bits(IEnumerable<double> values) =>
        values.Select(value => BitConverter.DoubleToInt64Bits(double.IsNaN(value) ? double.NaN : value));

    private sealed class Counting(List<int> seen, Action? then = null) : IProgress<int>
    {
        public void Report(int value)
        {
            seen.Add(value);
            then?.Invoke();
        }
    }
}
