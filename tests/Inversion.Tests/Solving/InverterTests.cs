using Inversion.Measurements;
using Inversion.Networks;
using Inversion.Networks.Engine;
using Inversion.Networks.Formats;
using Inversion.Randomness;
using Inversion.Risk;
using Inversion.Solving;
using Inversion.Tests.Formats;
using Xunit;

namespace Inversion.Tests.Solving;

public sealed class InverterTests
{
    private static readonly RandomKey Key = RandomKey.Parse("a1");

    [Theory]
    [InlineData("8x1", "64k8,64k8")]
    [InlineData("2x1x1", "16k5s3,1k5s3")]
    [InlineData("4x2", "32k4,32k4")]
    public void Invert_DrawnNetworks_FindsTheCode(string input, string layers)
    {
        for (int i = 0; i < 10; i++)
        {
            Problem problem = Problem.Draw(input, layers, seed: $"{i}");

            InversionResult result = Inverter.Invert(problem.Risk(), Key.Child(i), cancellation: TestContext.Current.CancellationToken);

            Assert.True(result.IsSolved);
            Assert.True(problem.RelativeError(result.Best.Latent) < 1e-8);
        }
    }

    [Theory]
    [InlineData("random:0.5")]
    [InlineData("top")]
    [InlineData("bottom")]
    [InlineData("left")]
    [InlineData("right")]
    public void Invert_ATrainedGeneratorHalfHidden_FindsTheCodeWithinTheBudget(string mask)
    {
        GenerativeNetwork network = NetworkFile.Read(SharedData.Require("data/generators/digits-dcgan10.safetensors"));
        NetworkEngine<double> engine = new(network);
        for (int i = 0; i < 4; i++)
        {
            Problem problem = new(network, Problem.Gaussian(10, Key.Child("codes").Child(i)), [], MaskPattern.Parse(mask, network, Key.Child("mask")));
            EmpiricalRisk<double> risk = EmpiricalRisk<double>.OfCode(engine, problem.Measurement, problem.Truth);

            InversionResult result = Inverter.Invert(risk, Key.Child("invert").Child(i), cancellation: TestContext.Current.CancellationToken);

            Assert.True(result.IsSolved);
            Assert.True(problem.RelativeError(result.Best.Latent) < 1e-3);
            Assert.True(risk.Spent.Gradients <= 1000);
            Assert.Equal(risk.Spent.Gradients, result.Best.Evaluations);
        }
    }

    // Gauss–Newton alone finds 3 of 8 such codes in 20,000 gradient evaluations: its steps end at kinks.
    [Fact]
    public void Invert_InTurnWithLBfgs_FindsLongCodesBehindReLULayers()
    {
        for (int i = 0; i < 3; i++)
        {
            Problem problem = Problem.Draw("128x1x1", "32k7,16k4s2p1,1k4s2p1", "random:0.5", $"{i}");

            InversionResult result = Inverter.Invert(problem.Risk(), Key.Child(i), InvertOptions.Alternating with { Budget = 20000 }, cancellation: TestContext.Current.CancellationToken);

            Assert.True(result.IsSolved);
            Assert.True(problem.RelativeError(result.Best.Latent) < 1e-8);
        }
    }

    // Where few more measurements are lit than there are unknowns, 128 here, descents from random starts end at kinks.
    [Fact]
    public void Invert_FromSmoothedStarts_FindsWhatRandomStartsMiss()
    {
        Problem drawn = Enumerable.Range(0, 100)
            .Select(seed => Problem.Draw("128x1x1", "32k7,16k4s2p1,1k4s2p1", "random:0.5", $"{seed}"))
            .First(problem => problem.Risk().Observed.ToArray().Count(value => value > 0) is >= 155 and <= 175);
        int[] found = [0, 0];
        for (int i = 0; i < 4; i++)
        {
            Problem problem = drawn with { Truth = Problem.Gaussian(128, Key.Child("codes").Child(i)) };
            foreach ((int at, InvertOptions options) in ((int, InvertOptions)[])[(0, InvertOptions.Smoothed), (1, InvertOptions.Alternating)])
            {
                InversionResult result = Inverter.Invert(problem.Risk(), Key.Child(i), options with { Budget = 8000 }, cancellation: TestContext.Current.CancellationToken);
                found[at] += result.IsSolved && problem.RelativeError(result.Best.Latent) < 1e-8 ? 1 : 0;
            }
        }

        Assert.True(found[0] > found[1], $"{found[0]} and {found[1]} of 4");
    }

    [Fact]
    public void Invert_FromSmoothedStarts_KeepsItsBudgetAndFallsBackToRandomStarts()
    {
        Problem problem = Problem.Draw("8x1", "64k8,64k8");
        double smoothing = 10 * 6 * (8 + 1) / 3.0;
        foreach (double budget in (double[])[0, 1, 20, smoothing, smoothing + 10, 3 * smoothing])
        {
            EmpiricalRisk<double> risk = problem.Risk();

            InversionResult result = Inverter.Invert(risk, Key, InvertOptions.Smoothed with { Budget = budget }, cancellation: TestContext.Current.CancellationToken);

            Assert.True(risk.Spent.Gradients <= budget, $"{risk.Spent.Gradients} of {budget}");
            Assert.Contains(result.Best.Latent, entry => entry != 0);
        }
    }

    [Fact]
    public void Invert_WithASecondMethod_RunsTheOneThatHasWorkedLess()
    {
        Problem problem = Problem.Draw("3", "dense8,dense12", "random:0.7");
        SolveOptions none = new() { MaxIterations = 0 };
        SolveOptions one = new() { Method = new LBfgs(), MaxIterations = 1 };

        InversionResult result = Inverter.Invert(
            problem.Risk(), Key, new InvertOptions { Budget = 300, MaxStarts = 20, Solve = none, Second = one }, cancellation: TestContext.Current.CancellationToken);

        Assert.Equal(20, result.Restarts.Length);
        double[] worked = [0, 0];
        foreach (RestartRecord restart in result.Restarts)
        {
            int expected = worked[0] <= worked[1] ? 0 : 1;
            Assert.Equal(expected, restart.Iterations);
            worked[expected] += restart.Evaluations;
        }

        Assert.All(worked, work => Assert.True(work > 0));
    }

    [Fact]
    public void Invert_WithOneKey_GivesTheSameBits()
    {
        Problem problem = Problem.Draw("2x1x1", "16k5s3,1k5s3", "left");

        InversionResult first = Inverter.Invert(problem.Risk(), Key, cancellation: TestContext.Current.CancellationToken);
        InversionResult second = Inverter.Invert(problem.Risk(), Key, cancellation: TestContext.Current.CancellationToken);

        Assert.Equal(first.Best.Latent.AsEnumerable(), second.Best.Latent.AsEnumerable());
        Assert.Equal(first.Restarts.Select(r => r.Value), second.Restarts.Select(r => r.Value));
    }

    [Fact]
    public void Invert_AnyBudget_IsNeverExceeded()
    {
        Problem problem = Problem.Draw("8x1", "64k8,64k8");
        for (int thirds = 0; thirds < 90; thirds++)
        {
            EmpiricalRisk<double> risk = problem.Risk();

            InversionResult result = Inverter.Invert(risk, Key, new InvertOptions { Budget = thirds / 3.0 }, cancellation: TestContext.Current.CancellationToken);

            Assert.True(risk.Spent.Thirds <= thirds);
            Assert.True(result.IsSolved || result.Best.Status == SolveStatus.BudgetExhausted, $"{result.Best.Status}");
        }
    }

    [Fact]
    public void Invert_EveryLayerScaled_TakesTheSamePath()
    {
        Problem plain = Problem.Draw("4x2", "32k4,32k4");
        Problem scaled = Problem.Draw("4x2", "32k4,32k4", scale: 1.0 / 1024);

        InversionResult one = Inverter.Invert(plain.Risk(), Key, cancellation: TestContext.Current.CancellationToken);
        InversionResult other = Inverter.Invert(scaled.Risk(), Key, cancellation: TestContext.Current.CancellationToken);

        Assert.Equal(one.Best.Latent.AsEnumerable(), other.Best.Latent.AsEnumerable());
        Assert.Equal(one.Best.Evaluations, other.Best.Evaluations);
    }

    [Fact]
    public void Invert_NothingObserved_SaysSoAtOnce()
    {
        Problem problem = Problem.Draw("8x1", "64k8,64k8", "random:0");

        InversionResult result = Inverter.Invert(problem.Risk(), Key, cancellation: TestContext.Current.CancellationToken);

        Assert.Equal(SolveStatus.NothingObserved, result.Best.Status);
        Assert.False(result.IsSolved);
        Assert.True(result.Restarts.Length <= 1);
    }

    [Fact]
    public void Invert_NaNMeasurements_AreNonFinite()
    {
        Problem problem = Problem.Draw("8x1", "64k8,64k8");
        double[] observed = new double[problem.Measurement.Count];
        Array.Fill(observed, double.NaN);
        EmpiricalRisk<double> risk = new(new NetworkEngine<double>(problem.Network), problem.Measurement, observed);

        InversionResult result = Inverter.Invert(risk, Key, cancellation: TestContext.Current.CancellationToken);

        Assert.Equal(SolveStatus.NonFinite, result.Best.Status);
    }

    [Fact]
    public void Invert_Cancelled_ReturnsTheBestSoFar()
    {
        Problem problem = Problem.Draw("8x1", "64k8,64k8");
        using CancellationTokenSource source = new();
        source.Cancel();

        InversionResult result = Inverter.Invert(problem.Risk(), Key, cancellation: source.Token);

        Assert.Equal(SolveStatus.Cancelled, result.Best.Status);
        Assert.Equal(problem.Risk().Value(result.Best.Latent.AsSpan()), result.Best.Value);
    }
}
