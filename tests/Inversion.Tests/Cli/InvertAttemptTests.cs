using Inversion.Cli.Output;
using Inversion.Networks;
using Inversion.Randomness;
using Inversion.Solving;
using Xunit;

namespace Inversion.Tests.Cli;

/// <summary>What a search is scored by.</summary>
public sealed class InvertAttemptTests
{
    private const int Window = 11;

    [Theory]
    [InlineData("2x1x1", "1k11", 1)]
    [InlineData("2x1x1", "1k12", 2)]
    [InlineData("2x1x1", "3k14", 2)]
    public void Ssim_OfOneOrThreeChannels_IsThatOfTheDefinition(string input, string layers, double peak)
    {
        GenerativeNetwork network = Drawn(input, layers);
        double[] signal = Uniform(network.OutputDimension, "signal", peak);
        double[] other = [.. signal.Zip(Uniform(network.OutputDimension, "other", peak), (a, b) => (0.7 * a) + (0.3 * b))];
        double? found = Score(network, other, signal, peak).Ssim;
        Assert.NotNull(found);
        Assert.Equal(Defined(network.OutputShape, other, signal, peak), found.Value, 1e-11);
        Assert.InRange(found.Value, 0.1, 0.99);
        Assert.Equal(1, Score(network, signal, signal, peak).Ssim!.Value, 1e-12);
    }

    [Fact]
    public void Ssim_OfColours_IsTheMeanOverChannels()
    {
        GenerativeNetwork network = Drawn("2x1x1", "3k11");
        double[] signal = Uniform(network.OutputDimension, "signal", 1);
        double[] other = [.. signal];
        Array.Fill(other, 0.25, 0, Window * Window);
        double one = Score(Drawn("2x1x1", "1k11"), other[..(Window * Window)], signal[..(Window * Window)], 1).Ssim!.Value;
        Assert.Equal((one + 2) / 3, Score(network, other, signal, 1).Ssim!.Value, 1e-12);
    }

    [Fact]
    public void Ssim_OfConstantPictures_ComparesTheirBrightness()
    {
        GenerativeNetwork network = Drawn("2x1x1", "1k13");
        double[] grey = [.. Enumerable.Repeat(0.5, network.OutputDimension)];
        double[] white = [.. Enumerable.Repeat(1.0, network.OutputDimension)];

        // (2 · ½ · 1 + 10⁻⁴)/(¼ + 1 + 10⁻⁴): no contrast differs.
        Assert.Equal(1.0001 / 1.2501, Score(network, grey, white, 1).Ssim!.Value, 1e-12);
        Assert.Equal(1, Score(network, grey, grey, 1).Ssim!.Value, 1e-12);
    }

    [Fact]
    public void Ssim_OfWhatHasNoWindow_IsNotKnown()
    {
        Assert.Null(Score(Drawn("2x1x1", "1k10"), new double[100], new double[100], 1).Ssim);
        Assert.Null(Score(Drawn("2x1", "1k121"), new double[121], new double[121], 1).Ssim);
        Assert.Null(Score(Drawn("2x1x1", "1k11"), new double[121], new double[121], null).Ssim);
        Assert.Null(Score(Drawn("2x1x1", "1k11"), new double[121], null, 1).Ssim);
    }

    private static GenerativeNetwork Drawn(string input, string layers) => new NetworkBuilder { Input = Shape.Parse(input), Layers = layers }.Draw(new RandomKey(7));

    private static double[] Uniform(int count, string name, double peak)
    {
        RandomStream stream = new RandomKey(0x551).Child(name).Open();
        return [.. Enumerable.Range(0, count).Select(_ => peak * stream.NextUniform())];
    }

    private static InvertAttempt Score(GenerativeNetwork network, double[] completed, double[]? signal, double? peak)
    {
        SolveResult best = new() { Latent = [0, 0], Value = 0, GradientNorm = 0, RelativeResidual = 0, Iterations = 0, Evaluations = 0, Status = SolveStatus.ResidualSmall };
        return InvertAttempt.Of("name", new InversionResult { Best = best, Restarts = [] }, completed, null, signal, network, peak);
    }

    // Wang et al. (2004), equations 13 to 16, window by window, moments about the means.
    private static double Defined(Shape shape, double[] first, double[] second, double peak)
    {
        double[] bell = [.. Enumerable.Range(0, Window * Window).Select(i => Math.Exp(-(Math.Pow((i / Window) - 5, 2) + Math.Pow((i % Window) - 5, 2)) / (2 * 1.5 * 1.5)))];
        double total = bell.Sum();
        double c1 = Math.Pow(0.01 * peak, 2);
        double c2 = Math.Pow(0.03 * peak, 2);
        List<double> all = [];
        for (int channel = 0; channel < shape.Channels; channel++)
        {
            for (int top = 0; top + Window <= shape.Height; top++)
            {
                for (int left = 0; left + Window <= shape.Width; left++)
                {
                    int[] at = [.. Enumerable.Range(0, Window * Window).Select(i => (((channel * shape.Height) + top + (i / Window)) * shape.Width) + left + (i % Window))];
                    double x = at.Select((place, i) => bell[i] * first[place]).Sum() / total;
                    double y = at.Select((place, i) => bell[i] * second[place]).Sum() / total;
                    double xx = at.Select((place, i) => bell[i] * Math.Pow(first[place] - x, 2)).Sum() / total;
                    double yy = at.Select((place, i) => bell[i] * Math.Pow(second[place] - y, 2)).Sum() / total;
                    double xy = at.Select((place, i) => bell[i] * (first[place] - x) * (second[place] - y)).Sum() / total;
                    all.Add(((2 * x * y) + c1) * ((2 * xy) + c2) / (((x * x) + (y * y) + c1) * (xx + yy + c2)));
                }
            }
        }

        return all.Average();
    }
}
