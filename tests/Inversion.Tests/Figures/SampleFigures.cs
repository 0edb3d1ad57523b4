using Inversion.Figures;

namespace Inversion.Tests.Figures;

/// <summary>One figure of each kind.</summary>
internal static class SampleFigures
{
    public static IReadOnlyList<string> Names { get; } = ["heat-map", "histogram", "quantiles", "lines", "gap", "scatter", "square", "sheet"];

    public static Figure Of(string name)
    {
        double[] xs = [.. Enumerable.Range(0, 41).Select(i => (i - 20) / 10.0)];
        return name switch
        {
            "heat-map" => Bowl(xs),
            "histogram" => new Histogram
            {
                Title = "Weights of layer 1",
                XLabel = "weight",
                YLabel = "density",
                Edges = xs,
                Shares = [.. xs.Skip(1).Select(x => 0.1 * Math.Exp(-0.5 * x * x) / Math.Sqrt(2 * Math.PI))],
                Mean = 0,
                Deviation = 1,
            },
            "quantiles" => new QuantilePlot
            {
                Title = "Q–Q plot",
                XLabel = "quantile of the normal law",
                YLabel = "weight, in standard deviations",
                Normal = xs,
                Values = [.. xs.Select(x => x + (0.05 * x * x * x))],
                Lower = [.. xs.Select(x => x - 0.2)],
                Upper = [.. xs.Select(x => x + 0.2)],
                BandName = "95 % of each",
            },
            "lines" => new LinePlot
            {
                Title = "Two lines",
                XLabel = "share observed",
                YLabel = "rate",
                Series =
                [
                    new LineSeries("σ", xs, [.. xs.Select(x => 1 / (1 + Math.Exp(-x)))]) { Lower = [.. xs.Select(x => (1 / (1 + Math.Exp(-x))) - 0.1)], Upper = [.. xs.Select(x => (1 / (1 + Math.Exp(-x))) + 0.1)] },
                    new LineSeries("ρ", xs, [.. xs.Select(x => x > 0 ? double.PositiveInfinity : x * x / 4)]),
                ],
            },
            "scatter" => new ScatterPlot
            {
                Title = "Points and a curve",
                XLabel = "r",
                YLabel = "rate",
                Points = new LineSeries("trials", [-2, -1, 0, 1, 2], [0.1, 0.2, 0.5, 0.8, 0.9]) { Lower = [0, 0.1, 0.4, 0.7, 0.8], Upper = [0.2, 0.3, 0.6, 0.9, 1] },
                Curve = new LineSeries("fit", xs, [.. xs.Select(x => 1 / (1 + Math.Exp(-x)))]),
            },
            "gap" => new LinePlot
            {
                Title = "Eight lines, and a gap in their axis",
                XLabel = "share observed",
                YLabel = "rate",
                Series = [.. Enumerable.Range(1, LinePlot.MostDistinct).Select(k => new LineSeries($"mask {k}", [-3, -2, -1, 0], [0, 0.1 * k, 1, 1]))],
                XTicks = [new AxisTick(-3, "0"), new AxisTick(-2, "1 %"), new AxisTick(0, "100 %")],
                XLimits = (-3.1, 0.1),
                Gap = -2.5,
            },
            "square" => new ScatterPlot
            {
                Title = "Equal scales",
                XLabel = "along",
                YLabel = "across",
                Points = new LineSeries("ends", [1, 1, 1, -0.3], [0, 0, 0.01, 0.4]),
                Outlines = [new LineSeries("ball", [0.9, 1, 1.1], [0, 0.1, 0]) { Color = 1 }, new LineSeries("other ball", xs, [.. xs.Select(x => 0.1 * x * x)]) { Color = 3, IsDashed = true }],
                Marks = [new MarkedPoint(0, 0.5, "counterexample")],
                Opacity = 0.35,
                IsSquare = true,
            },
            "sheet" => new FigureSheet([Of("histogram"), Of("quantiles")], 2) { Title = "Both" },
            _ => throw new ArgumentException(name),
        };
    }

    public static HeatMap Bowl(double[] xs)
    {
        double[,] values = new double[xs.Length, xs.Length];
        for (int i = 0; i < xs.Length; i++)
        {
            for (int j = 0; j < xs.Length; j++)
            {
                values[i, j] = (xs[j] * xs[j]) + (0.5 * Math.Pow(xs[i] - 1, 2));
            }
        }

        return new HeatMap
        {
            Title = "A bowl, lowest at (0, 1)",
            XLabel = "x, latent units",
            YLabel = "y, latent units",
            ValueLabel = "J(z) = ½‖y − A G(z)‖²",
            X = xs,
            Y = xs,
            Values = values,
            Marks = [new MarkedPoint(0, 1, "truth z°")],
        };
    }
}
