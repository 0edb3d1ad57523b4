using System.Globalization;
using ScottPlot;

namespace Inversion.Figures;

/// <summary>A histogram as densities, with the density of a normal law over it.</summary>
public sealed record Histogram : Figure
{
    private const int CurvePoints = 201;

    /// <summary>Edges of the bars, ascending; one more than there are bars.</summary>
    public required IReadOnlyList<double> Edges { get; init; }

    /// <summary>Share of all values in each bar.</summary>
    public required IReadOnlyList<double> Shares { get; init; }

    /// <summary>Mean of the normal law.</summary>
    public required double Mean { get; init; }

    /// <summary>Standard deviation of the normal law; where it is not positive no curve is drawn.</summary>
    public required double Deviation { get; init; }

    /// <summary>What the bars are, for the legend.</summary>
    public string Name { get; init; } = "values";

    /// <inheritdoc/>
    internal override void Draw(Plot plot)
    {
        SameLength("a histogram's edges, less one, and shares", Edges.Count - 1, Shares.Count);
        if (Shares.Count == 0)
        {
            throw new ArgumentException("a histogram without bars");
        }

        // A bar without width, where all values are equal, is drawn as one unit wide.
        List<Bar> bars = [];
        for (int i = 0; i < Shares.Count; i++)
        {
            double width = Edges[i + 1] > Edges[i] ? Edges[i + 1] - Edges[i] : 1;
            bars.Add(new Bar
            {
                Position = (Edges[i] + Edges[i + 1]) / 2,
                Size = width,
                Value = Shares[i] / width,
                FillColor = OkabeIto.SkyBlue,
                LineColor = Colors.White,
                LineWidth = Shares.Count > 60 ? 0 : 0.5f,
            });
        }

        ScottPlot.Plottables.BarPlot plotted = plot.Add.Bars(bars);
        plotted.LegendText = Name;
        if (Deviation > 0)
        {
            double from = Math.Min(Edges[0], Mean - (3.5 * Deviation));
            double upTo = Math.Max(Edges[^1], Mean + (3.5 * Deviation));
            double[] xs = [.. Enumerable.Range(0, CurvePoints).Select(i => from + ((upTo - from) * i / (CurvePoints - 1)))];
            double[] ys = [.. xs.Select(x => Math.Exp(-0.5 * (x - Mean) * (x - Mean) / (Deviation * Deviation)) / (Deviation * Math.Sqrt(2 * Math.PI)))];
            ScottPlot.Plottables.Scatter curve = plot.Add.ScatterLine(xs, ys, OkabeIto.Vermilion);
            curve.LineWidth = 2.5f;
            curve.LegendText = string.Create(CultureInfo.InvariantCulture, $"normal law, mean {Mean:G3}, deviation {Deviation:G3}");
        }

        plot.Axes.AutoScale();
        double top = Math.Max(bars.Max(bar => bar.Value), Deviation > 0 ? 1 / (Deviation * Math.Sqrt(2 * Math.PI)) : 0);
        plot.Axes.SetLimitsY(0, 1.25 * top);
        plot.ShowLegend(Alignment.UpperRight);
    }
}
