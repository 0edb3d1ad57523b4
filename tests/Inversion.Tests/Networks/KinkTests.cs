using Inversion.Measurements;
using Inversion.Networks;
using Inversion.Networks.Engine;
using Inversion.Randomness;
using Inversion.Risk;
using Xunit;

namespace Inversion.Tests.Networks;

/// <summary>
/// One-sided derivatives where units stand at exactly zero. Weights, codes and directions are small whole numbers and t = 2⁻³⁰, so every
/// value is exact, no unit crosses zero within the step, and the difference quotient is the derivative to the last bit.
/// </summary>
public sealed class KinkTests
{
    private const double Step = 1.0 / (1 << 30);

    [Theory]
    [InlineData("relu")]
    [InlineData("leaky-relu:0.5")]
    [InlineData("leaky-relu:-0.25")]
    public void Tangent_OnKinks_IsTheOneSidedDifferenceQuotientToTheLastBit(string activation)
    {
        int ties = 0;
        for (int seed = 0; seed < 200; seed++)
        {
            RandomStream stream = new RandomKey(21).Child(seed).Open();
            NetworkEngine<double> engine = new(WholeNumbers(stream, activation, seed % 2 == 0));
            (int n0, int n) = (engine.Network.LatentDimension, engine.Network.OutputDimension);
            double[] code = Draw(stream, n0);
            double[] direction = Draw(stream, n0);
            (double[] here, double[] there, double[] tangent) = (new double[n], new double[n], new double[n]);
            NetworkWorkspace<double> workspace = new();
            engine.Forward(workspace, [.. code.Zip(direction, (z, v) => z + (Step * v))], there, 1);
            engine.Forward(workspace, code, here, 1);
            engine.Tangent(workspace, direction, tangent, 1);
            Assert.Equal(here.Zip(there, (a, b) => (b - a) / Step), tangent);

            double[] behind = new double[n];
            engine.Tangent(workspace, Array.ConvertAll(direction, v => -v), behind, 1);
            ties += tangent.Zip(behind, (a, b) => a == -b ? 0 : 1).Sum();
        }

        // Where the two sides differ, a kink was met with a direction across it.
        Assert.True(ties > 100, $"only {ties} outputs were on a kink");
    }

    [Fact]
    public void DirectionalDerivative_OnKinks_IsTheSlopeOfTheRiskToTheLastBit()
    {
        int ties = 0;
        for (int seed = 0; seed < 200; seed++)
        {
            RandomStream stream = new RandomKey(22).Child(seed).Open();
            NetworkEngine<double> engine = new(WholeNumbers(stream, "relu", seed % 2 == 0));
            Subsampling mask = MaskPattern.Parse("random:0.7", engine.Network, new RandomKey(22).Child(seed));
            EmpiricalRisk<double> risk = EmpiricalRisk<double>.OfCode(engine, mask, Draw(stream, engine.Network.LatentDimension));
            double[] code = Draw(stream, risk.LatentDimension);
            double[] direction = Draw(stream, risk.LatentDimension);
            double slope = risk.DirectionalDerivative(code, direction);
            double[] product = new double[mask.Count];
            risk.JacobianProducts(code, direction, product, 1);

            // J(z + t v) = J(z) + t D_v J + ½ t² ‖A DG v‖² within the cone, and t = 2⁻¹² keeps all three exact.
            const double Short = 1.0 / (1 << 12);
            double quotient = (risk.Value([.. code.Zip(direction, (z, v) => z + (Short * v))]) - risk.Value(code)) / Short;
            Assert.Equal(slope, quotient - (Short * product.Sum(p => p * p) / 2));
            ties += slope == -risk.DirectionalDerivative(code, Array.ConvertAll(direction, v => -v)) ? 0 : 1;
        }

        Assert.True(ties > 50, $"only {ties} codes were on a kink");
    }

    [Fact]
    public void DirectionalDerivative_AtTheOriginOfAHomogeneousNetwork_IsMinusTheProductOfMeasurements()
    {
        for (int seed = 0; seed < 50; seed++)
        {
            RandomKey key = new RandomKey(23).Child(seed);
            NetworkEngine<double> engine = new(WholeNumbers(key.Open(), "relu", seed % 2 == 0));
            Subsampling mask = MaskPattern.Parse("random:0.7", engine.Network, key);
            RandomStream stream = key.Child("codes").Open();
            EmpiricalRisk<double> risk = EmpiricalRisk<double>.OfCode(engine, mask, Draw(stream, engine.Network.LatentDimension));
            double[] direction = Draw(stream, risk.LatentDimension);
            double[] signal = new double[engine.Network.OutputDimension];
            double[] measured = new double[mask.Count];
            engine.Forward(new NetworkWorkspace<double>(), direction, signal, 1);
            mask.Apply<double>(signal, measured);

            // Theory: D_v J(0) = −⟨A G(v), A G(z°)⟩; all are whole numbers.
            double expected = -measured.Zip(risk.Observed.ToArray(), (a, b) => a * b).Sum();
            Assert.Equal(expected, risk.DirectionalDerivative(new double[risk.LatentDimension], direction));
        }
    }

    [Fact]
    public void Gradient_OnAKink_TakesPyTorchsSide()
    {
        GenerativeNetwork Of(string activation) => new(Shape.Flat(2), [new LinearLayer(2, 1, [1, -1]), ActivationLayer.Parse(activation)]);
        foreach ((string activation, double side) in new[] { ("relu", 0.0), ("leaky-relu:0.25", 0.25) })
        {
            NetworkEngine<double> engine = new(Of(activation));
            NetworkWorkspace<double> workspace = new();
            double[] gradient = new double[2];
            engine.Forward(workspace, [3, 3], new double[1], 1);
            engine.Backward(workspace, [1], gradient);
            Assert.Equal([side, -side], gradient);
        }
    }

    [Fact]
    public void ActivationPattern_OfAUnitAtExactlyZero_IsOnAKink()
    {
        NetworkEngine<double> engine = new(new GenerativeNetwork(Shape.Flat(2), [new LinearLayer(2, 3, [1, -1, 1, 1, -1, -1]), new ActivationLayer(Activation.Relu)]));
        ActivationPattern pattern = ActivationPattern.At(engine, [3, 3]);
        Assert.Equal([0, 1, -1], pattern.Signs[0]);
        Assert.True(pattern.IsOnKink);
        Assert.False(ActivationPattern.At(engine, [3, 2]).IsOnKink);
        Assert.True(pattern.Matches(ActivationPattern.At(engine, [6, 6])));
        Assert.False(pattern.Matches(ActivationPattern.At(engine, [3, 2])));
        Assert.Throws<ArithmeticException>(() => ActivationPattern.At(engine, [double.NaN, 1]));
    }

    private static GenerativeNetwork WholeNumbers(RandomStream stream, string activation, bool dense)
    {
        ActivationLayer between = ActivationLayer.Parse(activation);
        if (dense)
        {
            return new GenerativeNetwork(
                Shape.Flat(3),
                [new LinearLayer(3, 7, Draw(stream, 21)), between, new LinearLayer(7, 8, Draw(stream, 56)), between, new LinearLayer(8, 6, Draw(stream, 48)), between]);
        }

        ConvolutionLayer up = new(true, 2, 4, new KernelGeometry([3], [2], [1], [1]), Draw(stream, 24));
        ConvolutionLayer down = new(false, 4, 3, new KernelGeometry([2]), Draw(stream, 24));
        return new GenerativeNetwork(Shape.Sequence(2, 3), [up, between, new UpsampleLayer(1, 2), down, between]);
    }

    private static double[] Draw(RandomStream stream, int count) => [.. Enumerable.Range(0, count).Select(_ => stream.NextBelow(5) - 2.0)];
}
