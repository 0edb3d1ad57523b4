using ScottPlot;

namespace Inversion.Figures;

/// <summary>Lines with bands, told apart by color and marker.</summary>
public sealed record LinePlot : Figure
{
    private const int MostMarkers = 20;

    /// <summary>The lines.</summary>
    public required IReadOnlyList<LineSeries> Series { get; init; }

    /// <summary>Limits of the vertical axis; those of the data if null.</summary>
    public (double Bottom, double Top)? YLimits { get; init; }

    /// <inheritdoc/>
    internal override void Draw(Plot plot)
    {
        for (int i = 0; i < Series.Count; i++)
        {
            LineSeries series = Series[i];
            series.Check();
            if (series is { Lower: { } lower, Upper: { } upper })
            {
                int[] known = [.. Enumerable.Range(0, series.X.Count).Where(k => double.IsFinite(lower[k]) && double.IsFinite(upper[k]))];
                if (known.Length > 1)
                {
                    ScottPlot.Plottables.FillY band = plot.Add.FillY([.. known.Select(k => series.X[k])], [.. known.Select(k => lower[k])], [.. known.Select(k => upper[k])]);
                    band.FillColor = OkabeIto.At(i).WithAlpha(0.2);
                    band.LineWidth = 0;
                }
            }

            ScottPlot.Plottables.Scatter line = plot.Add.ScatterLine(Drawable(series.X), Drawable(series.Y), OkabeIto.At(i));
            line.LineWidth = 2;
            int step = Math.Max(1, series.X.Count / MostMarkers);
            int[] marked = [.. Enumerable.Range(0, series.X.Count).Where(k => k % step == 0)];
            ScottPlot.Plottables.Scatter marks = plot.Add.ScatterPoints(Drawable(marked.Select(k => series.X[k])), Drawable(marked.Select(k => series.Y[k])), OkabeIto.At(i));
            marks.MarkerShape = OkabeIto.Shape(i);
            marks.MarkerSize = 8;
            marks.LegendText = series.Name;
        }

        plot.Axes.AutoScale();
        if (YLimits is { } limits)
        {
            plot.Axes.SetLimitsY(limits.Bottom, limits.Top);
        }

        plot.ShowLegend(Edge.Right);
    }
}
