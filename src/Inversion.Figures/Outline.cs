using ScottPlot;

namespace Inversion.Figures;

/// <summary>Edges of regions, as lines over a figure.</summary>
internal static class Outline
{
    /// <summary>Draws them in their own colors, or in those that follow the first <paramref name="used"/> ones of the palette.</summary>
    public static void Draw(Plot plot, IReadOnlyList<LineSeries> outlines, int used)
    {
        for (int i = 0; i < outlines.Count; i++)
        {
            outlines[i].Check();
            ScottPlot.Plottables.Scatter line = plot.Add.ScatterLine(Figure.Drawable(outlines[i].X), Figure.Drawable(outlines[i].Y), OkabeIto.At(outlines[i].Color ?? used + i));
            line.LineWidth = 2.5f;
            line.LinePattern = outlines[i].IsDashed ? LinePattern.DenselyDashed : LinePattern.Solid;
            line.LegendText = outlines[i].Name;
        }
    }
}
