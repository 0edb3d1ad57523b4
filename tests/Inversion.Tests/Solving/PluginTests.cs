using Inversion.Measurements;
using Inversion.Networks;
using Inversion.Networks.Engine;
using Inversion.Randomness;
using Inversion.Solving;
using Xunit;

namespace Inversion.Tests.Solving;

public sealed class PluginTests
{
    // Mean squared column norms of drawn weights lie within a few per cent of their expectation: 600 and more squares each.
    [Theory]
    [InlineData(1, 4)]
    [InlineData(2, 1)]
    public void StepLength_DrawnReluLayers_IsTwoToTheDepthOverTheVariances(int variance, double expected)
    {
        Problem problem = Problem.Draw("10", "dense100,dense1000", variance: variance);

        double length = Plugin.StepLength(problem.Network, problem.Measurement);

        Assert.Equal(expected, length, 0.1 * expected);
    }

    [Fact]
    public void StepLength_AQuarterObserved_IsFourTimesAsLong()
    {
        Problem all = Problem.Draw("6x1", "60k4,60k4");
        Problem quarter = Problem.Draw("6x1", "60k4,60k4", "random:0.25");

        Assert.Equal(4 * Plugin.StepLength(all.Network, all.Measurement), Plugin.StepLength(quarter.Network, quarter.Measurement), 1e-9);
    }

    [Fact]
    public void Minimize_AWideDenseNetwork_HalvesTheErrorAStep()
    {
        Problem problem = Problem.Draw("5", "dense400,dense4000", variance: 1);
        SolveOptions options = new() { Method = new Plugin(), MaxIterations = 12 };

        SolveResult result = Solver.Minimize(problem.Risk(), problem.Start, options, cancellation: TestContext.Current.CancellationToken);

        double before = problem.RelativeError(problem.Start);
        double after = problem.RelativeError(result.Latent);
        Assert.True(after <= before * Math.Pow(0.5, 12), $"{before} to {after}");
    }

    [Theory]
    [InlineData("sigmoid")]
    [InlineData("tanh")]
    public void Minimize_ASmoothActivation_IsRefused(string activation)
    {
        GenerativeNetwork network = new NetworkBuilder { Input = Shape.Flat(3), Layers = "dense12", Activation = activation }.Draw(RandomKey.Parse("1"));
        Problem problem = new(network, [1, 2, 3], [0, 0, 1], Subsampling.All(12));

        ArgumentException refusal = Assert.Throws<ArgumentException>(() => Solver.Minimize(problem.Risk(), problem.Start, new SolveOptions { Method = new Plugin() }, cancellation: TestContext.Current.CancellationToken));

        Assert.Contains(activation, refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void BackwardUnmasked_OfTwoDenseLayers_IsTheProductOfTheTransposedWeights()
    {
        double[] first = [1, -2, 3, 4, -5, 6];
        double[] second = [2, 0, -1, 1, 3, 5];
        GenerativeNetwork network = new(
            Shape.Flat(2),
            [new LinearLayer(2, 3, first), new ActivationLayer(Activation.Relu), new LinearLayer(3, 2, second), new ActivationLayer(Activation.Relu)]);
        NetworkEngine<double> engine = new(network);
        NetworkWorkspace<double> workspace = new();
        double[] output = new double[2];
        double[] gradient = new double[2];
        engine.Forward(workspace, [-1, -1], output, 1);

        engine.BackwardUnmasked(workspace, [1, 10], gradient);

        // W₂ᵀ(1, 10) = (12, 30, 49); W₁ᵀ of that = (12 + 90 − 245, −24 + 120 + 294).
        Assert.Equal([-143, 390], gradient);
    }
}
