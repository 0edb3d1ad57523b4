using System.Collections.Immutable;
using Inversion.Measurements;
using Inversion.Networks;
using Inversion.Networks.Engine;
using Inversion.Numerics;
using Inversion.Randomness;
using Inversion.Solving;
using Xunit;

namespace Inversion.Tests.Solving;

/// <summary>Of several generators, the one that made the measurements is found together with the code.</summary>
public sealed class ClassInverterTests
{
    private const int Classes = 5;
    private static readonly RandomKey Key = RandomKey.Parse("c1");
    private static readonly Subsampling Half = new(24, Enumerable.Range(0, 12));

    // Generators that share no weight.
    private static readonly NetworkEngine<double>[] Engines =
    [
        .. Enumerable.Range(0, Classes).Select(k => new NetworkEngine<double>(
            new NetworkBuilder { Input = Shape.Parse("3"), Layers = "dense12,dense24", Activation = "tanh" }.Draw(Key.Child("network").Child(k)))),
    ];

    [Fact]
    public void InvertMany_FindsClassAndCode_WithinTheBudget()
    {
        ImmutableArray<ClassResult> found = Invert(40, new InvertOptions { Budget = 1000 }, 1);
        for (int i = 0; i < found.Length; i++)
        {
            Assert.True(found[i].Search.IsSolved);
            Assert.Equal(i % Classes, found[i].Class);
            Assert.InRange(Vectors.Distance(found[i].Search.Best.Latent.AsSpan(), Code(i)) / Vectors.Norm<double>(Code(i)), 0, 1e-6);
            Assert.InRange(found[i].Evaluations, 1, 1000);
        }
    }

    [Fact]
    public void InvertMany_AtAnyThreadsAndCompany_GivesEachTheSameBits()
    {
        InvertOptions options = new() { Budget = 120 };
        ImmutableArray<ClassResult> alone = [.. Enumerable.Range(0, 12).Select(i => Invert(options, 1, i)[0])];
        AssertSame(alone, Invert(options, 1, [.. Enumerable.Range(0, 12)]));
        AssertSame(alone, Invert(options, 2, [.. Enumerable.Range(0, 12)]));
    }

    // So small a budget that the first look misleads: 1.5 for each class is a random code and a step.
    [Fact]
    public void InvertMany_WhereTheFirstLookMisleads_TriesTheOtherClasses()
    {
        const int Count = 100;
        int[] all = [.. Enumerable.Range(0, Count)];
        double[][] first =
        [
            .. Engines.Select(engine => Inverter.InvertMany<double>(engine, Half, Observed(all), Keys(all), new InvertOptions { Budget = 1.5 }, cancellation: TestContext.Current.CancellationToken)
                .Select(result => result.Best.Value).ToArray()),
        ];
        int[] misled = [.. all.Where(i => Enumerable.Range(0, Classes).Any(k => first[k][i] < first[i % Classes][i]))];
        Assert.NotEmpty(misled);
        ImmutableArray<ClassResult> found = Invert(new InvertOptions { Budget = 30 }, 1, misled);
        int right = Enumerable.Range(0, misled.Length).Count(at => found[at].Class == misled[at] % Classes);
        Assert.True(2 * right > misled.Length, $"{right} of {misled.Length}");
        Assert.All(found, one => Assert.InRange(one.Evaluations, 0, 30));
    }

    [Fact]
    public void InvertMany_AnyBudget_IsKept()
    {
        for (int thirds = 0; thirds < 400; thirds += 13)
        {
            Assert.All(Invert(4, new InvertOptions { Budget = thirds / 3.0 }, 1), one => Assert.InRange(one.Evaluations, 0, thirds / 3.0));
        }
    }

    [Fact]
    public void InvertMany_WithoutLimit_GivesEveryClassItsStartsOnce()
    {
        InvertOptions options = new() { Budget = double.PositiveInfinity, MaxStarts = 2, Screened = 1, Solve = new SolveOptions { Method = new Adam(), MaxIterations = 10 } };

        // Ten steps and a value at the start, twice under each of five generators.
        Assert.All(Invert(3, options, 1), one => Assert.Equal(Classes * 2 * 11, one.Evaluations, 0));
    }

    [Fact]
    public void InvertMany_OneEngine_IsTheInverter()
    {
        InvertOptions options = new() { Budget = 100 };
        ClassResult one = ClassInverter.InvertMany<double>([Engines[0]], Half, Observed(0), Keys(0), options, cancellation: TestContext.Current.CancellationToken)[0];
        InversionResult other = Inverter.InvertMany<double>(Engines[0], Half, Observed(0), Keys(0), options, cancellation: TestContext.Current.CancellationToken)[0];
        Assert.Equal(other.Best.Latent.AsSpan(), one.Search.Best.Latent.AsSpan());
        Assert.Equal(other.Best.Evaluations, one.Evaluations);
    }

    [Fact]
    public void InvertMany_Cancelled_IsNoResult()
    {
        CancellationToken cancelled = new(canceled: true);
        ClassResult found = ClassInverter.InvertMany<double>(Engines, Half, Observed(0), Keys(0), null, 1, null, cancelled)[0];
        Assert.Equal(SolveStatus.NotRun, found.Search.Best.Status);
    }

    [Fact]
    public void InvertMany_CancelledOnTheWay_IsNoResult()
    {
        // After the first class, whose search is through but explains nothing.
        using CancellationTokenSource source = new();
        ClassResult found = ClassInverter.InvertMany<double>(Engines, Half, Observed(1), Keys(1), new InvertOptions { Budget = 100 }, 1, new CancelAtFirst(source), source.Token)[0];
        Assert.Equal(SolveStatus.Cancelled, found.Search.Best.Status);
        Assert.False(found.Search.IsSolved);
    }

    private static ImmutableArray<ClassResult> Invert(int count, InvertOptions options, int threads) => Invert(options, threads, [.. Enumerable.Range(0, count)]);

    private static ImmutableArray<ClassResult> Invert(InvertOptions options, int threads, params int[] numbers) =>
        ClassInverter.InvertMany<double>(Engines, Half, Observed(numbers), Keys(numbers), options, threads);

    private static RandomKey[] Keys(params int[] numbers) => [.. numbers.Select(i => Key.Child("starts").Child(i))];

    private static double[] Code(int number) => Problem.Gaussian(3, Key.Child("code").Child(number));

    private static double[] Observed(params int[] numbers) => [.. numbers.SelectMany(i =>
    {
        double[] signal = new double[24];
        double[] observed = new double[12];
        Engines[i % Classes].Forward(new NetworkWorkspace<double>(), Code(i), signal, 1);
        Half.Apply<double>(signal, observed);
        return observed;
    })];

    private static void AssertSame(ImmutableArray<ClassResult> expected, ImmutableArray<ClassResult> actual)
    {
        Assert.Equal(expected.Select(one => (one.Class, one.Evaluations, one.Search.Best.Value)), actual.Select(one => (one.Class, one.Evaluations, one.Search.Best.Value)));
        Assert.Equal(expected.SelectMany(one => one.Search.Best.Latent), actual.SelectMany(one => one.Search.Best.Latent));
    }

    private sealed class CancelAtFirst(CancellationTokenSource source) : IProgress<int>
    {
        public void Report(int value) => source.Cancel();
    }
}
