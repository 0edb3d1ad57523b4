using Inversion.Measurements;
using Inversion.Networks;
using Inversion.Networks.Engine;
using Inversion.Randomness;
using Inversion.Risk;
using Xunit;

namespace Inversion.Tests.Networks;

public sealed class NonFiniteTests
{
    public static TheoryData<string, int> Places => new() { { "8x1", 0 }, { "8x1", 1 }, { "8x1", 2 }, { "4", 0 }, { "4", 1 }, { "4", 2 } };

    [Theory]
    [MemberData(nameof(Places))]
    public void NaN_InOneWeightOfAnyLayer_MakesValueAndGradientNaN(string input, int layer)
    {
        EmpiricalRisk<double> risk = WithWeight(input, layer, double.NaN);
        double[] code = Code(risk);
        double[] gradient = new double[code.Length];
        Assert.True(double.IsNaN(risk.ValueAndGradient(code, gradient)));
        Assert.Contains(gradient, double.IsNaN);
        Assert.True(double.IsNaN(risk.DirectionalDerivative(code, code)));
        Assert.NotNull(risk.Engine.Network.FirstNonFinite());
    }

    [Theory]
    [MemberData(nameof(Places))]
    public void Infinity_InOneWeightOfAnyLayer_IsNeverAFiniteRisk(string input, int layer)
    {
        foreach (double bad in new[] { double.PositiveInfinity, double.NegativeInfinity })
        {
            // Of the two signs, ReLU may cut one off: then the value is the finite one of a unit at zero, which is right.
            EmpiricalRisk<double> risk = WithWeight(input, layer, bad);
            double[] code = Code(risk);
            double[] gradient = new double[code.Length];
            double value = risk.ValueAndGradient(code, gradient);
            Assert.Equal(double.IsFinite(value), Signal(risk.Engine, code).All(double.IsFinite));
        }

        Assert.Contains(new[] { 1.0, -1 }, sign => !double.IsFinite(WithWeight(input, layer, sign * double.PositiveInfinity) is { } risk ? risk.Value(Code(risk)) : 0));
    }

    [Theory]
    [InlineData("relu")]
    [InlineData("leaky-relu:0.2")]
    [InlineData("leaky-relu:0")]
    [InlineData("sigmoid")]
    [InlineData("tanh")]
    public void Activation_OfNaN_IsNaNForwardBackwardAndAlongTangents(string activation)
    {
        NetworkEngine<double> engine = new(new GenerativeNetwork(Shape.Flat(2), [ActivationLayer.Parse(activation)]));
        NetworkWorkspace<double> workspace = new();
        double[] result = new double[2];
        engine.Forward(workspace, [double.NaN, 1], result, 1);
        Assert.Equal([true, false], result.Select(double.IsNaN));
        engine.Backward(workspace, [1, 1], result);
        Assert.Equal([true, false], result.Select(double.IsNaN));
        engine.Tangent(workspace, [1, 1], result, 1);
        Assert.Equal([true, false], result.Select(double.IsNaN));
    }

    [Theory]
    [InlineData("relu", 0, double.PositiveInfinity)]
    [InlineData("leaky-relu:0.5", double.NegativeInfinity, double.PositiveInfinity)]
    [InlineData("sigmoid", 0, 1)]
    [InlineData("tanh", -1, 1)]
    public void Activation_OfInfinity_IsItsLimit(string activation, double low, double high)
    {
        NetworkEngine<double> engine = new(new GenerativeNetwork(Shape.Flat(2), [ActivationLayer.Parse(activation)]));
        double[] result = new double[2];
        engine.Forward(new NetworkWorkspace<double>(), [double.NegativeInfinity, double.PositiveInfinity], result, 1);
        Assert.Equal([low, high], result);
    }

    [Fact]
    public void NaN_InOneRowOfABatch_LeavesTheOthersAlone()
    {
        NetworkEngine<double> engine = new(Drawn("8x1"));
        double[] codes = [.. Enumerable.Repeat(0.5, 6 * 8)];
        codes[17] = double.NaN;
        double[] signals = new double[6 * engine.Network.OutputDimension];
        engine.Forward(new NetworkWorkspace<double>(), codes, signals, 6);
        Assert.Equal([2], Enumerable.Range(0, 6).Where(row => signals.AsSpan(row * engine.Network.OutputDimension, engine.Network.OutputDimension).ContainsAnyExceptInRange(double.MinValue, double.MaxValue)));
    }

    [Fact]
    public void MergedWeights_OfARowThatIsNaN_KeepTheNaN()
    {
        double[] merged = MergedWeights.OfMatrix([1, 1, double.NaN, 1, -1, -1, 1, -1], [1, 1]);
        Assert.Equal([1, 1, double.NaN, 1, 0, 0, 0, 0], merged);
        Assert.Throws<ArgumentException>("weights", () => MergedWeights.OfMatrix([1, 2, 3], [1, 1]));
    }

    private static GenerativeNetwork Drawn(string input) => new NetworkBuilder
    {
        Input = Shape.Parse(input),
        Layers = input == "4" ? "dense9,dense8,dense7" : "6k3,5k4s2p1,4k3",
    }.Draw(new RandomKey(31));

    private static EmpiricalRisk<double> WithWeight(string input, int layer, double bad)
    {
        GenerativeNetwork network = Drawn(input);
        AffineLayer affine = network.Layers.OfType<AffineLayer>().ElementAt(layer);
        affine.Weight[affine.Weight.Length / 2] = bad;
        NetworkEngine<double> engine = new(network);
        return new EmpiricalRisk<double>(engine, Subsampling.All(network.OutputDimension), new double[network.OutputDimension]);
    }

    private static double[] Code(EmpiricalRisk<double> risk)
    {
        double[] code = new double[risk.LatentDimension];
        new RandomKey(32).Open().FillGaussian(code);
        return code;
    }

    private static double[] Signal(NetworkEngine<double> engine, double[] code)
    {
        double[] signal = new double[engine.Network.OutputDimension];
        engine.Forward(new NetworkWorkspace<double>(), code, signal, 1);
        return signal;
    }
}
