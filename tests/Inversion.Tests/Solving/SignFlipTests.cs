using Inversion.Risk;
using Inversion.Solving;
using Xunit;

namespace Inversion.Tests.Solving;

public sealed class SignFlipTests
{
    [Fact]
    public void Code_FromTheNegativeOfTheCode_IsFoundAtOnce()
    {
        Problem problem = Problem.Draw("6x1", "60k4,60k4");
        double[] negative = [.. problem.Truth.Select(v => -v)];
        SolveOptions options = new() { SignFlip = SignFlip.Code };

        SolveResult result = Solver.Minimize(problem.Risk(), negative, options, cancellation: TestContext.Current.CancellationToken);

        Assert.Equal((SolveStatus.ResidualSmall, 0.0), (result.Status, result.Value));
        Assert.Equal(problem.Truth, result.Latent.AsEnumerable());
        Assert.True(result.Iterations <= 1);
    }

    [Theory]
    [InlineData(0b01)]
    [InlineData(0b10)]
    [InlineData(0b11)]
    [InlineData(0b0101)]
    [InlineData(0b1011)]
    public void Blocks_AnySignsOfTilingBlocks_AreFoundAtOnce(int flipped)
    {
        int positions = flipped > 3 ? 4 : 2;
        Problem problem = Problem.Draw($"5x{positions}", "40k4s4,40k4s4");
        double[] start = [.. problem.Truth.Select((v, i) => (flipped >> (i % positions) & 1) == 1 ? -v : v)];
        SolveOptions options = new() { SignFlip = SignFlip.Blocks };

        SolveResult result = Solver.Minimize(problem.Risk(), start, options, cancellation: TestContext.Current.CancellationToken);

        Assert.Equal(SolveStatus.ResidualSmall, result.Status);
        Assert.Equal(problem.Truth, result.Latent.AsEnumerable());
    }

    [Fact]
    public void None_FromTheNegativeOfOneBlock_TakesALongerWay()
    {
        Problem problem = Problem.Draw("5x2", "40k4s4,40k4s4");
        double[] start = [.. problem.Truth.Select((v, i) => i % 2 == 1 ? -v : v)];

        SolveResult result = Solver.Minimize(problem.Risk(), start, cancellation: TestContext.Current.CancellationToken);

        Assert.True(result.Iterations > 1);
    }

    [Fact]
    public void AnyFlip_NeverRaisesTheRisk()
    {
        Problem problem = Problem.Draw("4x2", "32k4,32k4");
        foreach (string name in new[] { "gradient-descent", "l-bfgs", "gauss-newton" })
        {
            foreach (SignFlip flip in Enum.GetValues<SignFlip>())
            {
                double last = double.PositiveInfinity;
                bool rose = false;
                Report progress = new(info => (rose, last) = (rose || info.Value > last, info.Value));
                EmpiricalRisk<double> risk = problem.Risk();

                Solver.Minimize(risk, problem.Start, new SolveOptions { Method = SolverMethod.Parse(name), SignFlip = flip }, progress, TestContext.Current.CancellationToken);

                Assert.False(rose, $"{name} {flip}");
            }
        }
    }
}
