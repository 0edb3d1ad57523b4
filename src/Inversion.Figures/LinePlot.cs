using ScottPlot;

namespace Inversion.Figures;

/// <summary>Lines with bands, told apart by color and marker.</summary>
public sealed record LinePlot : Figure
{
    private const int MostMarkers = 20;

    /// <summary>The lines.</summary>
    public required IReadOnlyList<LineSeries> Series { get; init; }

    /// <summary>How many lines have a color and a marker of their own.</summary>
    public static int MostDistinct => OkabeIto.Count;

    /// <summary>Limits of the horizontal axis; those of the data if null.</summary>
    public (double Left, double Right)? XLimits { get; init; }

    /// <summary>Limits of the vertical axis; those of the data if null.</summary>
    public (double Bottom, double Top)? YLimits { get; init; }

    /// <summary>Where the horizontal axis has a gap, a gray line at which lines and bands are broken; null without one.</summary>
    public double? Gap { get; init; }

    /// <inheritdoc/>
    internal override bool HasLegendBelow => true;

    /// <inheritdoc/>
    internal override void Draw(Plot plot)
    {
        if (Gap is { } gap)
        {
            ScottPlot.Plottables.VerticalLine edge = plot.Add.VerticalLine(gap, 1, OkabeIto.Gray, LinePattern.Solid);
            edge.EnableAutoscale = false;
        }

        for (int i = 0; i < Series.Count; i++)
        {
            Series[i].Check();
            int[] all = [.. Enumerable.Range(0, Series[i].X.Count)];
            DrawPart(plot, i, [.. all.Where(k => !(Series[i].X[k] >= Gap))], isNamed: true);
            if (all.Any(k => Series[i].X[k] >= Gap))
            {
                DrawPart(plot, i, [.. all.Where(k => Series[i].X[k] >= Gap)], isNamed: false);
            }
        }

        plot.Axes.AutoScale();
        if (XLimits is { } across)
        {
            plot.Axes.SetLimitsX(across.Left, across.Right);
        }

        if (YLimits is { } limits)
        {
            plot.Axes.SetLimitsY(limits.Bottom, limits.Top);
        }
    }

    private void DrawPart(Plot plot, int i, int[] part, bool isNamed)
    {
        LineSeries series = Series[i];
        Color color = OkabeIto.At(series.Color ?? i);
        if (series is { Lower: { } lower, Upper: { } upper })
        {
            int[] known = [.. part.Where(k => double.IsFinite(lower[k]) && double.IsFinite(upper[k]))];
            if (known.Length > 1)
            {
                ScottPlot.Plottables.FillY band = plot.Add.FillY([.. known.Select(k => series.X[k])], [.. known.Select(k => lower[k])], [.. known.Select(k => upper[k])]);
                band.FillColor = color.WithAlpha(Series.Count > 3 ? 0.12 : 0.2);
                band.LineWidth = 0;
            }
        }

        if (part.Length > 1)
        {
            ScottPlot.Plottables.Scatter line = plot.Add.ScatterLine(Drawable(part.Select(k => series.X[k])), Drawable(part.Select(k => series.Y[k])), color);
            line.LineWidth = 2;
        }

        // The name goes with the first part, even where it has no point.
        int step = Math.Max(1, part.Length / MostMarkers);
        int[] marked = [.. part.Where((_, at) => at % step == 0)];
        ScottPlot.Plottables.Scatter marks = plot.Add.ScatterPoints(Drawable(marked.Select(k => series.X[k])), Drawable(marked.Select(k => series.Y[k])), color);
        marks.MarkerShape = OkabeIto.Shape(i);
        marks.MarkerSize = MarkerSize(i);
        marks.MarkerLineWidth = 2;
        marks.MarkerLineColor = color;
        marks.LegendText = isNamed ? series.Name : string.Empty;
    }

    // Later lines lie on earlier ones: smaller, they leave them to be seen.
    private float MarkerSize(int i) => Series.Count > 3 ? Math.Max(6, 12 - (0.8f * i)) : 8;
}
