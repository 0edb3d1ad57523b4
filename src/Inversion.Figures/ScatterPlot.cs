using ScottPlot;

namespace Inversion.Figures;

/// <summary>Points, with intervals where they are given, and a curve through them.</summary>
public sealed record ScatterPlot : Figure
{
    // About what title, axes and legend take.
    private const double FrameWidth = 70;
    private const double FrameHeight = 137;

    /// <summary>The points; an interval from Lower to Upper is drawn through each where both are given.</summary>
    public required LineSeries Points { get; init; }

    /// <summary>The curve, with its band; null without one.</summary>
    public LineSeries? Curve { get; init; }

    /// <summary>Edges of regions, as lines.</summary>
    public IReadOnlyList<LineSeries> Outlines { get; init; } = [];

    /// <summary>Limits of the vertical axis; those of the data if null.</summary>
    public (double Bottom, double Top)? YLimits { get; init; }

    /// <summary>Points with a name, over all else.</summary>
    public IReadOnlyList<MarkedPoint> Marks { get; init; } = [];

    /// <summary>How opaque the points are, from 0 to 1: where many lie on each other, fewer look paler.</summary>
    public double Opacity { get; init; } = 1;

    /// <summary>True where a unit is as long on both axes.</summary>
    public bool IsSquare { get; init; }

    /// <inheritdoc/>
    internal override bool HasLegendBelow => true;

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
        points.Color = OkabeIto.Blue.WithAlpha(Opacity);
        points.LegendText = Points.Name;
        for (int i = 0; i < Marks.Count; i++)
        {
            ScottPlot.Plottables.Marker mark = plot.Add.Marker(Marks[i].X, Marks[i].Y, OkabeIto.Shape(3 + i), 14, OkabeIto.Black);
            mark.MarkerLineColor = Colors.White;
            mark.MarkerLineWidth = 1.5f;
            mark.LegendText = Marks[i].Name;
        }

        plot.Axes.AutoScale();
        if (YLimits is { } limits)
        {
            plot.Axes.SetLimitsY(limits.Bottom, limits.Top);
        }

        if (IsSquare)
        {
            // Room that equal scales leave is left above the data rather than on both sides.
            AxisLimits data = plot.Axes.GetLimits();
            double span = Math.Max(data.VerticalSpan, data.HorizontalSpan * (Height - FrameHeight) / (Width - FrameWidth));
            plot.Axes.SetLimitsY(data.Bottom - (0.05 * span), Math.Max(data.Top, data.Bottom + (0.95 * span)));
            plot.Axes.SquareUnits();
        }
    }
}
