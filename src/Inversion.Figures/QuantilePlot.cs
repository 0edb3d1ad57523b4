using ScottPlot;

namespace Inversion.Figures;

/// <summary>A Q–Q plot: sorted values, in standard deviations from their mean, against the quantiles of the normal law, with a band.</summary>
public sealed record QuantilePlot : Figure
{
    /// <summary>Quantiles of the normal law, ascending.</summary>
    public required IReadOnlyList<double> Normal { get; init; }

    /// <summary>The values at these quantiles.</summary>
    public required IReadOnlyList<double> Values { get; init; }

    /// <summary>Lower edge of the band at each point.</summary>
    public required IReadOnlyList<double> Lower { get; init; }

    /// <summary>Upper edge of the band at each point.</summary>
    public required IReadOnlyList<double> Upper { get; init; }

    /// <summary>What the band is, for the legend.</summary>
    public required string BandName { get; init; }

    /// <inheritdoc/>
    internal override void Draw(Plot plot)
    {
        SameLength("a Q-Q plot", Normal.Count, Values.Count, Lower.Count, Upper.Count);
        (double X, double Low, double High)[] band =
        [
            .. Enumerable.Range(0, Normal.Count).Where(i => double.IsFinite(Lower[i]) && double.IsFinite(Upper[i])).Select(i => (Normal[i], Lower[i], Upper[i])),
        ];
        if (band.Length > 1)
        {
            ScottPlot.Plottables.FillY fill = plot.Add.FillY([.. band.Select(p => p.X)], [.. band.Select(p => p.Low)], [.. band.Select(p => p.High)]);
            fill.FillColor = OkabeIto.SkyBlue.WithAlpha(0.35);
            fill.LineWidth = 0;
            fill.LegendText = BandName;
        }

        double reach = Normal.Count == 0 ? 1 : Normal.Max(Math.Abs);
        ScottPlot.Plottables.Scatter line = plot.Add.ScatterLine(new[] { -reach, reach }, new[] { -reach, reach }, OkabeIto.Vermilion);
        line.LineWidth = 1.5f;
        line.LegendText = "normal law";
        ScottPlot.Plottables.Scatter points = plot.Add.ScatterPoints([.. Normal], Drawable(Values), OkabeIto.Blue);
        points.MarkerSize = 4;
        points.LegendText = "weights";
        plot.ShowLegend(Alignment.UpperLeft);
    }
}
