using ScottPlot;

namespace Inversion.Figures;

/// <summary>Points, with intervals where they are given, and a curve through them.</summary>
public sealed record ScatterPlot : Figure
{
    /// <summary>The points; an interval from Lower to Upper is drawn through each where both are given.</summary>
    public required LineSeries Points { get; init; }

    /// <summary>The curve, with its band; null without one.</summary>
    public LineSeries? Curve { get; init; }

    /// <summary>Edges of regions, as lines.</summary>
    public IReadOnlyList<LineSeries> Outlines { get; init; } = [];

    /// <summary>Limits of the vertical axis; those of the data if null.</summary>
    public (double Bottom, double Top)? YLimits { get; init; }

    /// <inheritdoc/>
    internal override void Draw(Plot plot)
    {
        Points.Check();
        if (Curve is { } curve)
        {
            curve.Check();
            if (curve is { Lower: { } low, Upper: { } high } && curve.X.Count > 1)
            {
                ScottPlot.Plottables.FillY band = plot.Add.FillY([.. curve.X], Drawable(low), Drawable(high));
                band.FillColor = OkabeIto.Vermilion.WithAlpha(0.2);
                band.LineWidth = 0;
            }

            ScottPlot.Plottables.Scatter line = plot.Add.ScatterLine(Drawable(curve.X), Drawable(curve.Y), OkabeIto.Vermilion);
            line.LineWidth = 2;
            line.LegendText = curve.Name;
        }

        if (Points is { Lower: { } lower, Upper: { } upper })
        {
            for (int i = 0; i < Points.X.Count; i++)
            {
                if (double.IsFinite(lower[i]) && double.IsFinite(upper[i]) && double.IsFinite(Points.X[i]))
                {
                    ScottPlot.Plottables.LinePlot bar = plot.Add.Line(Points.X[i], lower[i], Points.X[i], upper[i]);
                    bar.LineColor = OkabeIto.Blue;
                    bar.LineWidth = 1.5f;
                    bar.MarkerSize = 0;
                }
            }
        }

        Outline.Draw(plot, Outlines, 2);
        ScottPlot.Plottables.Scatter points = plot.Add.ScatterPoints(Drawable(Points.X), Drawable(Points.Y), OkabeIto.Blue);
        points.MarkerSize = 8;
        points.LegendText = Points.Name;
        plot.Axes.AutoScale();
        if (YLimits is { } limits)
        {
            plot.Axes.SetLimitsY(limits.Bottom, limits.Top);
        }

        plot.ShowLegend(Edge.Right);
    }
}
