using System.Globalization;
using Inversion.Figures;
using Inversion.Verify;
using Inversion.Verify.Claims;
using MathNet.Numerics.Distributions;

namespace Inversion.Cli.Output;

/// <summary>The histogram and the Q–Q plot of a layer's weights.</summary>
internal static class WeightFigures
{
    // Points nearer to each other, in quantiles, are drawn as one.
    private const double Nearest = 0.015;
    private const double Confidence = 0.95;

    /// <summary>Both side by side.</summary>
    public static Figure Of(string network, LayerWeights layer)
    {
        string name = string.Create(CultureInfo.InvariantCulture, $"{network}, layer {layer.Number} ({layer.Layer.Kind}, {layer.Count} weights)");
        Figure histogram = Histogram(name, layer);
        return layer.Deviation > 0 ? new FigureSheet([histogram, Quantiles(layer)], 2) { Title = name } : histogram;
    }

    private static Histogram Histogram(string name, LayerWeights layer) => new()
    {
        Title = name,
        XLabel = "weight (dimensionless)",
        YLabel = "density (share per unit of weight)",
        Edges = [.. layer.Bars.Select(bar => bar.From), layer.Bars[^1].To],
        Shares = [.. layer.Bars.Select(bar => bar.Share)],
        Mean = layer.Mean,
        Deviation = layer.Deviation,
        Name = "weights",
    };

    private static QuantilePlot Quantiles(LayerWeights layer)
    {
        int n = layer.Count;
        WeightShape.QuantilePoint[] all = WeightShape.quantiles(n, layer.Layer.Weight);
        List<int> ranks = [1];
        for (int rank = 2; rank <= n; rank++)
        {
            if (rank == n || all[rank - 1].Normal >= all[ranks[^1] - 1].Normal + Nearest)
            {
                ranks.Add(rank);
            }
        }

        WeightShape.QuantilePoint[] points = [.. ranks.Select(rank => all[rank - 1])];

        // The i-th smallest of n uniform draws has the Beta law of Clopper and Pearson's limits.
        double[] lower = [.. ranks.Select(rank => Normal.InvCDF(0, 1, Statistics.rateLower(rank, n, (1 + Confidence) / 2)))];
        double[] upper = [.. ranks.Select(rank => Normal.InvCDF(0, 1, Statistics.rateUpper(rank - 1, n, (1 + Confidence) / 2)))];
        return new QuantilePlot
        {
            Title = string.Create(CultureInfo.InvariantCulture, $"Q–Q plot; distance from the nearest normal law {layer.Nearest.Distance:G2} ± {layer.Resolution:G2}"),
            XLabel = "quantile of the standard normal law",
            YLabel = "weight, in standard deviations from the mean",
            Normal = [.. points.Select(point => point.Normal)],
            Values = [.. points.Select(point => point.Value)],
            Lower = lower,
            Upper = upper,
            BandName = "95 % band of each order statistic",
        };
    }
}
