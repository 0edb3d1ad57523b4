using Inversion.Measurements;
using Inversion.Networks;
using Inversion.Networks.Engine;
using Inversion.Numerics;
using Inversion.Randomness;
using Inversion.Solving;
using Inversion.Sweeps;
using Xunit;

namespace Inversion.Tests.Sweeps;

public sealed class CodeLawTests
{
    private static readonly NetworkEngine<double> Engine = new(new NetworkBuilder { Input = Shape.Parse("5x1"), Layers = "9k3,4k2" }.Draw(new RandomKey(1)));

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(5)]
    public void Sparse_HasKNonzeroEntries_AtEveryPlaceEquallyOften(int nonzeros)
    {
        CodeLaw law = CodeLaw.TryParse($"sparse:{nonzeros}")!;
        int[] counts = new int[5];
        double squares = 0;
        for (int i = 0; i < 2000; i++)
        {
            double[] code = law.Draw(Engine, Subsampling.All(24), new RandomKey(2).Child(i));
            Assert.Equal(nonzeros, code.Count(entry => entry != 0));
            for (int j = 0; j < 5; j++)
            {
                counts[j] += code[j] == 0 ? 0 : 1;
                squares += code[j] * code[j];
            }
        }

        // Binomial with mean 400 K and standard deviation at most 22: five of them, 5 places and 3 laws, 9e-6 for an honest draw.
        Assert.All(counts, count => Assert.InRange(count, (400 * nonzeros) - 110, (400 * nonzeros) + 110));

        // A mean of 2000 K squares of N(0, 1): standard deviation at most 0.032.
        Assert.InRange(squares / (2000 * nonzeros), 0.84, 1.16);
    }

    [Fact]
    public void Gaussian_IsWhatRecoveryTrialsAlwaysDrew()
    {
        double[] code = new double[5];
        new RandomKey(3).Open().FillGaussian(code);
        Assert.Equal(code, CodeLaw.Gaussian.Draw(Engine, Subsampling.All(24), new RandomKey(3)));
    }

    [Fact]
    public void Adversarial_IsHarderThanEveryOneOfManyRandomCodes_AndTheSameForTheSameKey()
    {
        Measurement measurement = Subsampling.All(Engine.Network.OutputDimension);
        HardestCode measure = new(Engine, measurement);
        double[] hard = CodeLaw.Adversarial.Draw(Engine, measurement, new RandomKey(4));
        double[] ratios = [.. Enumerable.Range(0, 32).Select(i => measure.Ratio(CodeLaw.Gaussian.Draw(Engine, measurement, new RandomKey(5).Child(i))))];
        Assert.True(measure.Ratio(hard) < ratios.Order().ElementAt(3), $"{measure.Ratio(hard)} against {string.Join(", ", ratios.Order())}");
        Assert.Equal(hard, CodeLaw.Adversarial.Draw(Engine, measurement, new RandomKey(4)));
        Assert.Equal(Math.Sqrt(5), Vectors.Norm<double>(hard), 12);
    }

    [Fact]
    public void Ratio_IsThatOfTheSingularValues_WorkedByHand()
    {
        // ReLU(diag(3, 4) z) and its mirror: at (1, −1) the derivative is diag(3, −4) with a row each that is 0.
        GenerativeNetwork network = new(Shape.Flat(2), [new LinearLayer(2, 4, [3, 0, 0, 4, -3, 0, 0, -4]), ActivationLayer.Parse("relu")]);
        HardestCode all = new(new NetworkEngine<double>(network), Subsampling.All(4));
        Assert.Equal(0.75, all.Ratio([1, -1]), 12);
        HardestCode half = new(new NetworkEngine<double>(network), new Subsampling(4, [0, 1]));
        Assert.Equal(0, half.Ratio([1, -1]));
        Assert.Equal(0, half.Ratio([-1, -1]));
        Assert.Equal(0.75, half.Ratio([1, 1]), 12);
        Assert.Equal(double.PositiveInfinity, half.Ratio([double.NaN, 1]));
    }

    [Fact]
    public void ARecoveryTrial_WithCodesThatTheMaskDoesNotSee_Fails()
    {
        // Half of the rows are kept, and the search finds a code that they do not see; a Gaussian code has that in one of four trials.
        GenerativeNetwork network = new(Shape.Flat(2), [new LinearLayer(2, 4, [3, 0, 0, 4, -3, 0, 0, -4]), ActivationLayer.Parse("relu")]);
        RecoveryTrial trial = new(_ => network, (_, _) => new Subsampling(4, [0, 1]), new InvertOptions { Budget = 200 });
        TrialResult[] adversarial = [.. Enumerable.Range(0, 20).Select(i => (trial with { Code = CodeLaw.Adversarial }).Run(new RandomKey(6).Child(i), CancellationToken.None).Result)];
        TrialResult[] gaussian = [.. Enumerable.Range(0, 20).Select(i => trial.Run(new RandomKey(6).Child(i), CancellationToken.None).Result)];
        Assert.All(adversarial, result => Assert.Equal(TrialResult.Failure, result));
        Assert.Contains(TrialResult.Success, gaussian);
    }

    [Theory]
    [InlineData("sparse")]
    [InlineData("sparse:")]
    [InlineData("sparse:0")]
    [InlineData("sparse:-1")]
    [InlineData("sparse:1.5")]
    [InlineData("Gaussian")]
    [InlineData("adversarial:2")]
    public void ATypo_IsNoLaw(string name) => Assert.Null(CodeLaw.TryParse(name));

    [Fact]
    public void Sparse_WithMoreEntriesThanACodeHas_IsRefused() =>
        Assert.Throws<ArgumentException>(() => CodeLaw.TryParse("sparse:6")!.Draw(Engine, Subsampling.All(24), default));
}
