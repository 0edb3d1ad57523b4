using Inversion.Networks.Engine;
using Inversion.Risk;
using Inversion.Solving;
using Xunit;

namespace Inversion.Tests.Solving;

public sealed class SolverRecoveryTests
{
    public static TheoryData<string> Methods => [.. SolverMethod.Names];

    [Theory]
    [MemberData(nameof(Methods))]
    public void Minimize_AWideDrawnNetwork_RecoversTheCode(string method)
    {
        Problem problem = Problem.Draw("6x1", "60k4,60k4");

        SolveResult result = Solver.Minimize(problem.Risk(), problem.Start, Options(method), cancellation: TestContext.Current.CancellationToken);

        Assert.Equal(SolveStatus.ResidualSmall, result.Status);
        Assert.True(problem.RelativeError(result.Latent) < 1e-8);
    }

    [Theory]
    [MemberData(nameof(Methods))]
    public void Minimize_HalfOfTheOutputsHidden_RecoversTheCode(string method)
    {
        Problem problem = Problem.Draw("6x1", "60k4,60k4", "random:0.5");

        SolveResult result = Solver.Minimize(problem.Risk(), problem.Start, Options(method), cancellation: TestContext.Current.CancellationToken);

        Assert.True(problem.RelativeError(result.Latent) < 1e-8, $"{result.Status} after {result.Iterations}");
    }

    [Theory]
    [MemberData(nameof(Methods))]
    public void Minimize_InSinglePrecision_StopsAtTheRoundingOfSinglePrecision(string method)
    {
        Problem problem = Problem.Draw("6x1", "60k4,60k4");
        float[] truth = [.. problem.Truth.Select(v => (float)v)];
        EmpiricalRisk<float> risk = EmpiricalRisk<float>.OfCode(new NetworkEngine<float>(problem.Network), problem.Measurement, truth);

        SolveResult result = Solver.Minimize(risk, problem.Start, Options(method), cancellation: TestContext.Current.CancellationToken);

        Assert.Equal(SolveStatus.ResidualSmall, result.Status);
        Assert.True(problem.RelativeError(result.Latent) < 1e-3);
        Assert.All(result.Latent, entry => Assert.Equal((float)entry, entry));
    }

    [Theory]
    [MemberData(nameof(Methods))]
    public void Minimize_EveryLayerScaledByAPowerOfTwo_TakesTheSamePathBitByBit(string method)
    {
        AssertSamePath(method, 1024, exact: true);
        AssertSamePath(method, 1.0 / 1024, exact: true);
    }

    [Theory]
    [MemberData(nameof(Methods))]
    public void Minimize_EveryLayerScaledByAThousand_TakesTheSamePathUpToRounding(string method)
    {
        AssertSamePath(method, 1e3, exact: false);
        AssertSamePath(method, 1e-3, exact: false);
    }

    [Theory]
    [MemberData(nameof(Methods))]
    public void Minimize_Twice_GivesTheSameBits(string method)
    {
        Problem problem = Problem.Draw("6x1", "60k4,60k4", "top");

        SolveResult first = Solver.Minimize(problem.Risk(), problem.Start, Options(method), cancellation: TestContext.Current.CancellationToken);
        SolveResult second = Solver.Minimize(problem.Risk(), problem.Start, Options(method), cancellation: TestContext.Current.CancellationToken);

        Assert.Equal(first.Latent.AsEnumerable(), second.Latent.AsEnumerable());
        Assert.Equal((first.Value, first.Iterations, first.Evaluations), (second.Value, second.Iterations, second.Evaluations));
    }

    [Theory]
    [MemberData(nameof(Methods))]
    public void Minimize_Counts_WhatTheRiskHasSpent(string method)
    {
        Problem problem = Problem.Draw("6x1", "60k4,60k4");
        EmpiricalRisk<double> risk = problem.Risk();
        risk.Value(problem.Start);
        double before = risk.Spent.Gradients;

        SolveResult result = Solver.Minimize(risk, problem.Start, Options(method), cancellation: TestContext.Current.CancellationToken);

        Assert.Equal(risk.Spent.Gradients - before, result.Evaluations, 1e-9);
    }

    [Fact]
    public void Minimize_GaussNewton_SpendsOneForwardAndOneProductPerEntryAStep()
    {
        Problem problem = Problem.Draw("6x1", "60k4,60k4");

        SolveResult result = Solver.Minimize(
            problem.Risk(), problem.Start, new SolveOptions { MaxIterations = 2 }, cancellation: TestContext.Current.CancellationToken);

        // The start and two trials forward, a Jacobian at each of the three codes; no trial is refused here.
        Assert.Equal(2, result.Iterations);
        Assert.Equal((3 + (3 * 6)) / 3.0, result.Evaluations, 1e-12);
    }

    private static SolveOptions Options(string method) => new() { Method = SolverMethod.Parse(method), MaxIterations = 3000 };

    private static void AssertSamePath(string method, double scale, bool exact)
    {
        Problem plain = Problem.Draw("6x1", "60k4,60k4");
        Problem scaled = Problem.Draw("6x1", "60k4,60k4", scale: scale);
        SolveOptions options = Options(method) with { MaxIterations = 8 };

        SolveResult one = Solver.Minimize(plain.Risk(), plain.Start, options, cancellation: TestContext.Current.CancellationToken);
        SolveResult other = Solver.Minimize(scaled.Risk(), scaled.Start, options, cancellation: TestContext.Current.CancellationToken);

        Assert.Equal(one.Iterations, other.Iterations);
        Assert.Equal(one.Evaluations, other.Evaluations);
        for (int i = 0; i < one.Latent.Length; i++)
        {
            Assert.Equal(one.Latent[i], other.Latent[i], exact ? 0 : 1e-9);
        }
    }
}
