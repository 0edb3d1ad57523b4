using System.Collections.Immutable;
using System.Numerics;
using Inversion.Measurements;
using Inversion.Randomness;
using Inversion.Solving;
using Xunit;

namespace Inversion.Tests.Solving;

/// <summary>Every search of many takes the path that it takes alone, bit by bit.</summary>
public sealed class InvertManyTests
{
    private static readonly RandomKey Key = RandomKey.Parse("1a");

    public static TheoryData<string> Methods => [.. SolverMethod.Names];

    [Theory]
    [MemberData(nameof(Methods))]
    public void InvertMany_AnyMethod_IsEachSearchAlone(string method)
    {
        InvertOptions options = new() { Budget = 150 };
        options = options with { Solve = options.Solve with { Method = SolverMethod.Parse(method), SignFlip = SignFlip.Code } };

        AssertAlone(Instances<double>.Draw("4x2", "16k4,16k4", "random:0.5", 7), options);
        AssertAlone(Instances<float>.Draw("3", "dense8,dense12", "random:0.7", 7), options);
    }

    [Fact]
    public void InvertMany_AnyBudgetAndStarts_IsEachSearchAlone()
    {
        Instances<double> instances = Instances<double>.Draw("3", "dense8,dense12", "random:0.7", 4);
        for (int thirds = 0; thirds < 70; thirds += 3)
        {
            AssertAlone(instances, new InvertOptions { Budget = thirds / 3.0 });
        }

        AssertAlone(instances, new InvertOptions { Budget = 500, MaxStarts = 2, PriorScale = 0.3 });
    }

    [Fact]
    public void InvertMany_FromSmoothedStarts_IsEachSearchAlone()
    {
        InvertOptions options = InvertOptions.Smoothed with { Budget = 400, Smoothing = new Smoothing { Samples = 2, Steps = 3 }, Solve = InvertOptions.Smoothed.Solve with { MaxIterations = 3 } };
        AssertAlone(Instances<double>.Draw("4x2", "16k4,16k4", "random:0.5", 5), options);
        AssertAlone(Instances<float>.Draw("3", "dense8,dense12", "random:0.7", 5), options);

        Instances<double> broken = Instances<double>.Draw("3", "dense8,dense12", "random:0.7", 3);
        broken.Observed[broken.Measurement.Count] = double.NaN;
        Assert.Equal(SolveStatus.NonFinite, AssertAlone(broken, options)[1].Best.Status);
        Assert.All(AssertAlone(Instances<double>.Of(broken.Engine.Network, new Subsampling(12, []), 2), options), result => Assert.Equal(SolveStatus.NothingObserved, result.Best.Status));
    }

    [Fact]
    public void InvertMany_BrokenMeasurementsAmongGoodOnes_DisturbNoOther()
    {
        Instances<double> instances = Instances<double>.Draw("4x2", "16k4,16k4", "random:0.5", 5);
        instances.Observed[instances.Measurement.Count] = double.NaN;

        ImmutableArray<InversionResult> results = AssertAlone(instances, new InvertOptions { Budget = 100 });

        Assert.Equal(SolveStatus.NonFinite, results[1].Best.Status);
        Assert.True(results[0].IsSolved && results[2].IsSolved);
    }

    [Fact]
    public void InvertMany_Cancelled_HasNotRunWhatHadNotBegun()
    {
        Instances<double> instances = Instances<double>.Draw("3", "dense12", "all", 3);
        using CancellationTokenSource source = new();
        source.Cancel();

        ImmutableArray<InversionResult> results = Inverter.InvertMany<double>(
            instances.Engine, instances.Measurement, instances.Observed, Keys(3), threads: 2, cancellation: source.Token);

        Assert.All(results, result => Assert.Equal((SolveStatus.NotRun, 0, 3), (result.Best.Status, result.Restarts.Length, result.Best.Latent.Length)));
    }

    [Fact]
    public void InvertMany_AnotherNumberOfMeasurementsThanKeys_Throws()
    {
        Instances<double> instances = Instances<double>.Draw("3", "dense12", "all", 3);

        Assert.Throws<ArgumentException>(() => Inverter.InvertMany<double>(
            instances.Engine, instances.Measurement, instances.Observed, Keys(2), cancellation: TestContext.Current.CancellationToken));
        Assert.Empty(Inverter.InvertMany<double>(instances.Engine, instances.Measurement, [], [], cancellation: TestContext.Current.CancellationToken));
    }

    private static RandomKey[] Keys(int count) => [.. Enumerable.Range(0, count).Select(i => Key.Child(i))];

    private static ImmutableArray<InversionResult> AssertAlone<T>(Instances<T> instances, InvertOptions options)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        RandomKey[] keys = Keys(instances.Count);
        ImmutableArray<InversionResult> results = [];
        foreach ((int threads, int places) in new[] { (1, 1), (1, 3), (2, 64) })
        {
            results = Inverter.InvertMany<T>(
                instances.Engine, instances.Measurement, instances.Observed, keys, options, threads, places, null, TestContext.Current.CancellationToken);
            for (int i = 0; i < instances.Count; i++)
            {
                InversionResult alone = Inverter.Invert(instances.Risk(i), keys[i], options, cancellation: TestContext.Current.CancellationToken);
                BatchSolverTests.AssertSame(alone.Best, results[i].Best);
                Assert.Equal(alone.Restarts.Length, results[i].Restarts.Length);
                foreach ((RestartRecord one, RestartRecord other) in alone.Restarts.Zip(results[i].Restarts))
                {
                    Assert.Equal(one.Start.AsEnumerable(), other.Start);
                    Assert.Equal(one with { Start = [] }, other with { Start = [] });
                }
            }
        }

        return results;
    }
}
