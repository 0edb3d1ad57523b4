using System.Globalization;
using ScottPlot;

namespace Inversion.Figures;

/// <summary>A function on a grid, as colors (viridis) with a bar that explains them, lines of equal value, and marked points.</summary>
public sealed record HeatMap : Figure
{
    private const int Lines = 12;

    /// <summary>Horizontal coordinates of the columns, ascending, evenly spaced, at least 2.</summary>
    public required IReadOnlyList<double> X { get; init; }

    /// <summary>Vertical coordinates of the rows, ascending, evenly spaced, at least 2.</summary>
    public required IReadOnlyList<double> Y { get; init; }

    /// <summary>Values[i, j] at (X[j], Y[i]). NaN and infinities are left white.</summary>
    public required double[,] Values { get; init; }

    /// <summary>Name of the values, with their unit.</summary>
    public required string ValueLabel { get; init; }

    /// <summary>Edges of regions, as lines.</summary>
    public IReadOnlyList<LineSeries> Outlines { get; init; } = [];

    /// <summary>Points with a name.</summary>
    public IReadOnlyList<MarkedPoint> Marks { get; init; } = [];

    /// <inheritdoc/>
    internal override bool HasLegendBelow => true;

    /// <inheritdoc/>
    internal override void Draw(Plot plot)
    {
        SameLength("a heat map's rows", Y.Count, Values.GetLength(0));
        SameLength("a heat map's columns", X.Count, Values.GetLength(1));
        double[] finite = [.. Values.Cast<double>().Where(double.IsFinite)];
        if (X.Count < 2 || Y.Count < 2 || finite.Length == 0)
        {
            throw new ArgumentException($"a heat map of {Y.Count} x {X.Count} values, {finite.Length} of them finite");
        }

        double least = finite.Min();
        double most = finite.Max();
        double[,] drawn = new double[Y.Count, X.Count];
        Coordinates3d[,] surface = new Coordinates3d[Y.Count, X.Count];
        for (int i = 0; i < Y.Count; i++)
        {
            for (int j = 0; j < X.Count; j++)
            {
                bool isFinite = double.IsFinite(Values[i, j]);
                drawn[i, j] = isFinite ? Values[i, j] : double.NaN;
                surface[i, j] = new Coordinates3d(X[j], Y[i], isFinite ? Values[i, j] : most);
            }
        }

        double right = X[^1] - X[0];
        double up = Y[^1] - Y[0];
        ScottPlot.Plottables.Heatmap map = plot.Add.Heatmap(drawn);
        map.Colormap = new ScottPlot.Colormaps.Viridis();
        map.FlipVertically = true;
        map.NaNCellColor = Colors.White;
        map.ManualRange = new ScottPlot.Range(least, most > least ? most : least + 1);
        map.Position = new CoordinateRect(
            X[0] - (right / (2 * (X.Count - 1))), X[^1] + (right / (2 * (X.Count - 1))), Y[0] - (up / (2 * (Y.Count - 1))), Y[^1] + (up / (2 * (Y.Count - 1))));
        ScottPlot.Panels.ColorBar bar = plot.Add.ColorBar(map);
        bar.Label = ValueLabel;
        bar.LabelStyle.FontSize = 15;
        bar.LabelStyle.FontName = EmbeddedFont.Name;
        bar.Axis.TickLabelStyle.FontSize = 13;
        bar.Axis.TickLabelStyle.FontName = EmbeddedFont.Name;
        if (most > least)
        {
            // Denser near the least value, where the bottom of a valley is flat.
            ScottPlot.Plottables.ContourLines lines = plot.Add.ContourLines(surface, Lines);
            lines.ContourLineLevels = [.. Enumerable.Range(1, Lines).Select(k => least + (Step(least, most) * k * k))];
            lines.LineColor = Colors.White.WithAlpha(0.7);
            lines.LineWidth = 1;
            lines.LabelStyle.IsVisible = false;
            lines.Update(surface);
            plot.Legend.ManualItems.Add(new LegendItem { LabelText = LevelsText(least, most), LineColor = OkabeIto.Gray, LineWidth = 1 });
        }

        Outline.Draw(plot, Outlines, Marks.Count + 1);
        for (int i = 0; i < Marks.Count; i++)
        {
            ScottPlot.Plottables.Marker mark = plot.Add.Marker(Marks[i].X, Marks[i].Y, OkabeIto.Shape(i), 11, OkabeIto.At(i + 1));
            mark.MarkerLineColor = Colors.White;
            mark.MarkerLineWidth = 1.5f;
            mark.LegendText = Marks[i].Name;
        }

        plot.HideGrid();
        plot.Axes.SetLimits(map.Position.Value.Left, map.Position.Value.Right, map.Position.Value.Bottom, map.Position.Value.Top);
    }

    private static double Step(double least, double most) => (most - least) / ((Lines + 1.0) * (Lines + 1.0));

    // Three digits, without an exponent where the number is read more easily so.
    private static string Short(double value) =>
        double.Parse(value.ToString("G3", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture).ToString("R", CultureInfo.InvariantCulture);

    // A least value that no level shows in its first three digits is left out.
    private static string LevelsText(double least, double most)
    {
        double step = Step(least, most);
        string from = Math.Abs(least) < 5e-4 * step ? string.Empty : string.Create(CultureInfo.InvariantCulture, $"{Short(least)} + ");
        return string.Create(CultureInfo.InvariantCulture, $"white lines at {from}{Short(step)} · k², k = 1 … {Lines}");
    }
}
