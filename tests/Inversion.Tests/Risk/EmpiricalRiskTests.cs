using FsCheck.Xunit;
using Inversion.Measurements;
using Inversion.Networks;
using Inversion.Networks.Engine;
using Inversion.Randomness;
using Inversion.Risk;
using Inversion.Tests.Networks;
using Xunit;

namespace Inversion.Tests.Risk;

public sealed class EmpiricalRiskTests
{
    // J(z) from the direct loops; its slope from the risk itself, by central differences where J is smooth.
    [Property(MaxTest = 100, Arbitrary = [typeof(NetworkCase)])]
    public void ValueAndGradient_OfADrawnNetwork_AreThoseOfTheFormula(NetworkCase drawn)
    {
        NetworkEngine<double> engine = new(drawn.Network);
        Subsampling mask = MaskPattern.Parse("random:0.6", engine.Network, new RandomKey((ulong)drawn.Seed));
        double[] code = drawn.Numbers("code", engine.Network.LatentDimension);
        double[] direction = drawn.Numbers("direction", code.Length);
        double[] truth = drawn.Numbers("truth", code.Length);
        EmpiricalRisk<double> risk = EmpiricalRisk<double>.OfCode(engine, mask, truth);

        double[] y = drawn.Naive.Value(truth);
        NaiveNetwork.Evaluation at = drawn.Naive.At(code, direction);
        double expected = mask.Indices.Sum(i => Math.Pow(at.Value[i] - y[i], 2)) / 2;
        double scale = mask.Indices.Sum(i => (at.Value[i] * at.Value[i]) + (y[i] * y[i]));
        double[] gradient = new double[code.Length];
        double value = risk.ValueAndGradient(code, gradient);
        Assert.Equal(expected, value, 1e-9 * (scale + 1e-300));
        Assert.Equal(value, risk.Value(code));

        // ⟨∇J, v⟩ = D_v J off the kinks = ⟨A G(z) − y, A DG v⟩ by the direct loops.
        if (at.Margin > 1e-15)
        {
            double slope = mask.Indices.Sum(i => (at.Value[i] - y[i]) * at.Tangent[i]);
            double size = mask.Indices.Sum(i => (Math.Abs(at.Value[i]) + Math.Abs(y[i])) * at.Paths[i]);
            Assert.Equal(slope, gradient.Zip(direction, (g, v) => g * v).Sum(), (1e-9 * size) + 1e-300);
            Assert.Equal(slope, risk.DirectionalDerivative(code, direction), (1e-9 * size) + 1e-300);
        }
    }

    [Fact]
    public void Gradient_OfASmoothNetwork_IsTheLimitOfDifferences()
    {
        NetworkEngine<double> engine = new(new NetworkBuilder { Input = Shape.Parse("5x1"), Layers = "9k3,8k2s1p1", Activation = "tanh", LastActivation = "sigmoid", VarianceNumerator = 2 }.Draw(new RandomKey(61)));
        (double[] code, double[] truth, double[] v) = (Gaussian(5, 1), Gaussian(5, 2), Gaussian(5, 3));
        EmpiricalRisk<double> risk = EmpiricalRisk<double>.OfCode(engine, new GaussianSensing(Subsampling.All(engine.Network.OutputDimension), 11, new RandomKey(62)), truth);
        double[] gradient = new double[5];
        risk.ValueAndGradient(code, gradient);
        double exact = gradient.Zip(v, (a, b) => a * b).Sum();
        double Difference(double t) => (risk.Value([.. code.Zip(v, (z, d) => z + (t * d))]) - risk.Value([.. code.Zip(v, (z, d) => z - (t * d))])) / (2 * t);

        // Central differences err by O(t²): a tenth of the step leaves a hundredth of the error.
        double coarse = Math.Abs(Difference(1e-2) - exact);
        double fine = Math.Abs(Difference(1e-3) - exact);
        Assert.InRange(fine / coarse, 0.009, 0.011);
        Assert.Equal(exact, risk.DirectionalDerivative(code, v), 1e-13);
    }

    [Fact]
    public void BatchedCalls_GiveTheBitsOfSingleOnes()
    {
        EmpiricalRisk<double> risk = Drawn();
        double[] codes = Gaussian(9 * risk.LatentDimension, 4);
        (double[] values, double[] again, double[] gradients) = (new double[9], new double[9], new double[codes.Length]);
        risk.Values(codes, values, 9);
        risk.ValuesAndGradients(codes, again, gradients, 9);
        Assert.Equal(values, again);
        double[] gradient = new double[risk.LatentDimension];
        for (int row = 0; row < 9; row++)
        {
            double[] code = codes[(row * gradient.Length)..((row + 1) * gradient.Length)];
            Assert.Equal(values[row], risk.Value(code));
            Assert.Equal(values[row], risk.ValueAndGradient(code, gradient));
            Assert.Equal(gradients[(row * gradient.Length)..((row + 1) * gradient.Length)], gradient);
        }
    }

    [Fact]
    public void JacobianProducts_OfManyDirections_AreTransposedByJacobianTransposedProduct()
    {
        EmpiricalRisk<double> risk = Drawn();
        int inputs = risk.LatentDimension;
        int m = risk.Measurement.Count;
        double[] code = Gaussian(inputs, 5);
        double[] cotangent = Gaussian(m, 6);
        double[] identity = new double[100 * inputs];
        for (int i = 0; i < 100; i++)
        {
            identity[(i * inputs) + (i % inputs)] = 1;
        }

        double[] products = new double[100 * m];
        risk.JacobianProducts(code, identity, products, 100);
        double[] residual = new double[m];
        double[] last = risk.LastResidual.ToArray();
        risk.Residual(code, residual);
        Assert.Equal(residual, last);
        double[] gradient = new double[inputs];
        risk.JacobianTransposedProduct(code, cotangent, gradient);
        for (int i = 0; i < 100; i++)
        {
            Assert.Equal(gradient[i % inputs], products.Skip(i * m).Take(m).Zip(cotangent, (a, b) => a * b).Sum(), 1e-13);
            Assert.Equal(products[(i % inputs * m)..(((i % inputs) + 1) * m)], products[(i * m)..((i + 1) * m)]);
        }
    }

    [Fact]
    public void LastCalls_GiveTheBitsOfFullOnes_AndNeedOneCode()
    {
        EmpiricalRisk<double> risk = Drawn();
        (int inputs, int m) = (risk.LatentDimension, risk.Measurement.Count);
        double[] code = Gaussian(inputs, 10);
        double[] directions = Gaussian(70 * inputs, 11);
        (double[] gradient, double[] again) = (new double[inputs], new double[inputs]);
        (double[] products, double[] last) = (new double[70 * m], new double[70 * m]);
        risk.ValueAndGradient(code, gradient);
        risk.JacobianProducts(code, directions, products, 70);
        risk.Value(code);
        long before = risk.Spent.Thirds;
        risk.LastJacobianProducts(directions, last, 70);
        risk.LastGradient(again);
        Assert.Equal(gradient, again);
        Assert.Equal(products, last);
        Assert.Equal(72, risk.Spent.Thirds - before);

        double[] many = new double[2 * m];
        double[] residual = new double[m];
        risk.ManyResiduals([.. code, .. code], many, 2);
        risk.Fork().Residual(code, residual);
        Assert.Equal([.. residual, .. residual], many);
        Assert.Throws<InvalidOperationException>(() => risk.LastGradient(again));
        Assert.Throws<InvalidOperationException>(() => risk.LastJacobianProducts(directions, last, 70));
        Assert.Throws<InvalidOperationException>(() => risk.Fork().LastGradient(again));
    }

    [Fact]
    public void MergedWeights_OfAHomogeneousNetwork_GiveBackItsValue()
    {
        EmpiricalRisk<double> risk = Drawn();
        double[] code = Gaussian(risk.LatentDimension, 7);
        double[] signal = new double[risk.Engine.Network.OutputDimension];
        risk.Engine.Forward(new NetworkWorkspace<double>(), code, signal, 1);
        double[] merged = MergedWeights.OfNetwork(risk.Engine, code);
        double[] product = [.. Enumerable.Range(0, signal.Length).Select(o => code.Select((z, i) => z * merged[(o * code.Length) + i]).Sum())];
        Close.Assert(signal, product, 1e-14);

        // W₊ₓ of one layer: the rows with ⟨w, x⟩ > 0, a tie dropped.
        Assert.Equal([1, 2, 0, 0, 0, 0], MergedWeights.OfMatrix([1, 2, -1, 0, 2, -1], [1, 2]));
    }

    [Fact]
    public void Spent_CountsThirdsOfGradients_AndNothingForACallThatThrows()
    {
        EmpiricalRisk<double> risk = Drawn();
        double[] code = new double[risk.LatentDimension];
        double[] products = new double[4 * risk.Measurement.Count];
        risk.Value(code);
        Assert.Equal(1, risk.Spent.Thirds);
        risk.ValueAndGradient(code, code);
        Assert.Equal(4, risk.Spent.Thirds);
        risk.JacobianProducts(code, new double[4 * code.Length], products, 4);
        Assert.Equal(9, risk.Spent.Thirds);
        Assert.Equal(3, risk.Spent.Gradients);
        Assert.Throws<ArgumentException>("latents", () => risk.Value([1]));
        Assert.Throws<ArgumentException>("values", () => risk.Values(code, new double[2], 1));
        Assert.Throws<ArgumentException>("gradients", () => risk.ValueAndGradient(code, new double[1]));
        Assert.Throws<ArgumentException>("directions", () => risk.JacobianProducts(code, code, products, 4));
        Assert.Throws<ArgumentOutOfRangeException>("batch", () => risk.Values([], [], 0));
        Assert.Equal(9, risk.Spent.Thirds);
        Assert.Equal(0, risk.Fork().Spent.Thirds);
        Assert.Throws<InvalidOperationException>(() => risk.Fork().LastResidual.Length);
    }

    [Fact]
    public void Risk_OfAnEmptyMask_IsZeroEverywhereWithoutSlope()
    {
        EmpiricalRisk<double> drawn = Drawn();
        EmpiricalRisk<double> risk = new(drawn.Engine, new Subsampling(drawn.Engine.Network.OutputDimension, []), []);
        double[] code = Gaussian(risk.LatentDimension, 8);
        double[] gradient = [.. code];
        Assert.Equal(0, risk.ValueAndGradient(code, gradient));
        Assert.All(gradient, g => Assert.Equal(0, g));
        Assert.Equal(0, risk.DirectionalDerivative(code, code));
        Assert.Equal(0, risk.LastResidual.Length);
    }

    [Fact]
    public void Risk_OfAMeasurementThatDoesNotFit_Throws()
    {
        EmpiricalRisk<double> risk = Drawn();
        Assert.Throws<ArgumentException>("measurement", () => new EmpiricalRisk<double>(risk.Engine, Subsampling.All(3), new double[3]));
        Assert.Throws<ArgumentException>("observed", () => new EmpiricalRisk<double>(risk.Engine, risk.Measurement, new double[1]));
    }

    private static EmpiricalRisk<double> Drawn()
    {
        NetworkEngine<double> engine = new(new NetworkBuilder { Input = Shape.Parse("6x1"), Layers = "9k3,8k2" }.Draw(new RandomKey(63)));
        return EmpiricalRisk<double>.OfCode(engine, MaskPattern.Parse("random:0.5", engine.Network, new RandomKey(64)), Gaussian(6, 9));
    }

    private static double[] Gaussian(int count, int number)
    {
        double[] values = new double[count];
        new RandomKey(65).Child(number).Open().FillGaussian(values);
        return values;
    }
}
