using Inversion.Measurements;
using Inversion.Networks;
using Inversion.Networks.Engine;
using Inversion.Risk;
using Inversion.Solving;
using Xunit;

namespace Inversion.Tests.Solving;

public sealed class SolverStoppingTests
{
    public static TheoryData<string> Methods => [.. SolverMethod.Names];

    [Theory]
    [MemberData(nameof(Methods))]
    public void Minimize_ConvergesOnTheLastAllowedStep_IsReportedAsConverged(string method)
    {
        Problem problem = Problem.Draw("6x1", "60k4,60k4");
        int needed = Run(problem, Options(method)).Iterations;

        SolveResult onTheLast = Run(problem, Options(method) with { MaxIterations = needed });
        SolveResult oneTooFew = Run(problem, Options(method) with { MaxIterations = needed - 1 });

        Assert.Equal((SolveStatus.ResidualSmall, needed), (onTheLast.Status, onTheLast.Iterations));
        Assert.Equal((SolveStatus.IterationLimit, needed - 1), (oneTooFew.Status, oneTooFew.Iterations));
    }

    [Theory]
    [MemberData(nameof(Methods))]
    public void Minimize_ZeroSteps_EvaluatesTheStartAlone(string method)
    {
        Problem problem = Problem.Draw("6x1", "60k4,60k4");

        SolveResult result = Run(problem, Options(method) with { MaxIterations = 0 });

        Assert.Equal((SolveStatus.IterationLimit, 0), (result.Status, result.Iterations));
        Assert.Equal(problem.Start, result.Latent.AsEnumerable());
        Assert.Equal(problem.Risk().Value(problem.Start), result.Value);
    }

    [Theory]
    [MemberData(nameof(Methods))]
    public void Minimize_FromTheSolution_IsConvergedWithZeroSteps(string method)
    {
        Problem problem = Problem.Draw("6x1", "60k4,60k4");

        SolveResult result = Solver.Minimize(
            problem.Risk(), problem.Truth, Options(method) with { MaxIterations = 0 }, cancellation: TestContext.Current.CancellationToken);

        Assert.Equal((SolveStatus.ResidualSmall, 0, 0.0), (result.Status, result.Iterations, result.Value));
    }

    [Theory]
    [MemberData(nameof(Methods))]
    public void Minimize_ANaNWeight_IsNonFiniteAndNeverSuccess(string method)
    {
        foreach (double poison in new[] { double.NaN, double.PositiveInfinity })
        {
            double[] weight = [1, 0.5, 0.25, poison, 2, 1, 1, 3];
            GenerativeNetwork network = new(Shape.Flat(2), [new LinearLayer(2, 4, weight), new ActivationLayer(Activation.Relu)]);
            EmpiricalRisk<double> risk = new(new NetworkEngine<double>(network), Subsampling.All(4), new double[] { 1, 1, 1, 1 });

            SolveResult result = Solver.Minimize(risk, [0.5, 0.5], Options(method), cancellation: TestContext.Current.CancellationToken);

            Assert.Equal(SolveStatus.NonFinite, result.Status);
            Assert.False(result.IsSolved);
            Assert.Equal([0.5, 0.5], result.Latent.AsEnumerable());
        }
    }

    [Theory]
    [MemberData(nameof(Methods))]
    public void Minimize_ANaNMeasurement_IsNonFinite(string method)
    {
        Problem problem = Problem.Draw("2", "dense8");
        double[] observed = new double[8];
        observed[3] = double.NaN;
        EmpiricalRisk<double> risk = new(new NetworkEngine<double>(problem.Network), problem.Measurement, observed);

        SolveResult result = Solver.Minimize(risk, problem.Start, Options(method), cancellation: TestContext.Current.CancellationToken);

        Assert.Equal(SolveStatus.NonFinite, result.Status);
    }

    [Theory]
    [MemberData(nameof(Methods))]
    public void Minimize_NothingObserved_SaysSo(string method)
    {
        Problem problem = Problem.Draw("6x1", "60k4,60k4", "random:0");

        SolveResult result = Run(problem, Options(method));

        Assert.Equal((SolveStatus.NothingObserved, 0), (result.Status, result.Iterations));
        Assert.False(result.IsSolved);
    }

    [Theory]
    [MemberData(nameof(Methods))]
    public void Minimize_AnyBudget_IsNeverExceeded(string method)
    {
        Problem problem = Problem.Draw("6x1", "60k4,60k4");
        for (int thirds = 0; thirds < 60; thirds++)
        {
            foreach (SignFlip flip in new[] { SignFlip.None, SignFlip.Code })
            {
                SolveResult result = Run(problem, Options(method) with { Budget = thirds / 3.0, SignFlip = flip });

                Assert.True(result.Evaluations <= (thirds / 3.0) + 1e-12, $"{result.Evaluations} of {thirds / 3.0}");
                Assert.True(result.Status is SolveStatus.BudgetExhausted or SolveStatus.ResidualSmall, $"{result.Status}");
            }
        }
    }

    [Fact]
    public void Minimize_NoBudgetAtAll_ReturnsTheStartUnevaluated()
    {
        Problem problem = Problem.Draw("6x1", "60k4,60k4");

        SolveResult result = Run(problem, new SolveOptions { Budget = 0 });

        Assert.Equal((SolveStatus.BudgetExhausted, 0.0, double.NaN), (result.Status, result.Evaluations, result.Value));
    }

    [Theory]
    [MemberData(nameof(Methods))]
    public void Minimize_Cancelled_KeepsTheBestSoFar(string method)
    {
        Problem problem = Problem.Draw("6x1", "60k4,60k4");
        using CancellationTokenSource source = new();
        List<SolveProgress> seen = [];
        Report progress = new(info =>
        {
            seen.Add(info);
            if (info.Iteration == 3)
            {
                source.Cancel();
            }
        });

        SolveResult result = Solver.Minimize(problem.Risk(), problem.Start, Options(method), progress, source.Token);

        Assert.Equal(SolveStatus.Cancelled, result.Status);
        Assert.Equal(seen.Min(info => info.Value), result.Value);
        Assert.True(result.Value < seen[0].Value);
        Assert.Equal(result.Value, problem.Risk().Value(result.Latent.AsSpan()));
    }

    [Fact]
    public void Minimize_AdamWithARateFarTooLarge_StillReturnsTheBestSeen()
    {
        Problem problem = Problem.Draw("6x1", "60k4,60k4");
        double lowest = double.PositiveInfinity;
        Report progress = new(info => lowest = Math.Min(lowest, info.Value));

        SolveResult result = Solver.Minimize(
            problem.Risk(), problem.Start, new SolveOptions { Method = new Adam { Rate = 5 }, MaxIterations = 30 }, progress, TestContext.Current.CancellationToken);

        Assert.Equal(lowest, result.Value);
        Assert.Equal(result.Value, problem.Risk().Value(result.Latent.AsSpan()));
    }

    [Theory]
    [InlineData("gradient-descent")]
    [InlineData("l-bfgs")]
    [InlineData("gauss-newton")]
    public void Minimize_MeasurementsThatNoCodeExplains_EndsWithoutClaimingSuccess(string method)
    {
        Problem problem = Problem.Draw("3", "dense12");
        double[] observed = [.. Enumerable.Repeat(-1.0, 12)];
        EmpiricalRisk<double> risk = new(new NetworkEngine<double>(problem.Network), problem.Measurement, observed);

        SolveResult result = Solver.Minimize(risk, problem.Start, Options(method), cancellation: TestContext.Current.CancellationToken);

        Assert.True(result.Status is SolveStatus.GradientSmall or SolveStatus.StepSmall or SolveStatus.IterationLimit, $"{result.Status}");
        Assert.False(result.IsSolved);
    }

    // Weights and measurements whose squares underflow or overflow: the run must end by itself and never claim success with a wrong code.
    [Theory]
    [InlineData("gradient-descent", 1e-90)]
    [InlineData("adam", 1e-90)]
    [InlineData("l-bfgs", 1e-90)]
    [InlineData("gauss-newton", 1e-90)]
    [InlineData("plugin", 1e-90)]
    [InlineData("gradient-descent", 1e90)]
    [InlineData("adam", 1e90)]
    [InlineData("l-bfgs", 1e90)]
    [InlineData("gauss-newton", 1e90)]
    [InlineData("plugin", 1e90)]
    public void Minimize_NumbersThatUnderflowOrOverflow_StillEnds(string method, double scale)
    {
        Problem problem = Problem.Draw("3", "dense12,dense24", scale: scale);

        SolveResult result = Run(problem, Options(method) with { Budget = 10_000 });

        Assert.NotEqual(SolveStatus.NotRun, result.Status);
        Assert.True(!result.IsSolved || problem.RelativeError(result.Latent) < 1e-6, $"{result.Status} {problem.RelativeError(result.Latent)}");
    }

    [Fact]
    public void Minimize_APlateau_IsAbandonedWhenAsked()
    {
        Problem problem = Problem.Draw("3", "dense12");
        double[] observed = [.. Enumerable.Repeat(-1.0, 12)];
        EmpiricalRisk<double> risk = new(new NetworkEngine<double>(problem.Network), problem.Measurement, observed);
        SolveOptions options = new() { Method = new Adam { Rate = 1e-6 }, StagnationWindow = 5, StagnationFactor = 0.5 };

        SolveResult result = Solver.Minimize(risk, problem.Start, options, cancellation: TestContext.Current.CancellationToken);

        Assert.Equal((SolveStatus.Stagnated, 5), (result.Status, result.Iterations));
    }

    [Fact]
    public void Minimize_CallersMistakes_Throw()
    {
        Problem problem = Problem.Draw("3", "dense12");

        Assert.Throws<ArgumentException>(() => Solver.Minimize(problem.Risk(), [1.0, 2.0], cancellation: TestContext.Current.CancellationToken));
        Assert.Throws<ArgumentException>(() => Solver.Minimize(problem.Risk(), [1.0, double.NaN, 0], cancellation: TestContext.Current.CancellationToken));
        Assert.Throws<ArgumentException>(() => SolverMethod.Parse("newton"));
        Assert.Throws<ArgumentOutOfRangeException>(() => new SolveOptions { MaxIterations = -1 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new SolveOptions { Budget = double.NaN });
        Assert.Throws<ArgumentOutOfRangeException>(() => new SolveOptions { ResidualTolerance = double.NaN });
        Assert.Throws<ArgumentOutOfRangeException>(() => new Adam { Rate = double.NaN });
    }

    [Fact]
    public void SolveStatus_ItsDefault_IsNoSuccess() => Assert.Equal(SolveStatus.NotRun, default);

    private static SolveOptions Options(string method) => new() { Method = SolverMethod.Parse(method), MaxIterations = 3000 };

    private static SolveResult Run(Problem problem, SolveOptions options) =>
        Solver.Minimize(problem.Risk(), problem.Start, options, cancellation: TestContext.Current.CancellationToken);
}
