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
            double[] ys = Figure.Drawable(outlines[i].Y);
            Color color = OkabeIto.At(outlines[i].Color ?? used + i);
            if (outlines[i].IsDashed)
            {
                // Skia's SVG knows no dashes: the line itself is broken, two of eight steps.
                ys = [.. ys.Select((y, k) => k % 8 == 7 ? double.NaN : y)];
            }

            ScottPlot.Plottables.Scatter line = plot.Add.ScatterLine(Figure.Drawable(outlines[i].X), ys, color);
            line.LineWidth = 2.5f;
            plot.Legend.ManualItems.Add(new LegendItem
            {
                LabelText = outlines[i].Name,
                LineColor = color,
                LineWidth = 2.5f,
                LinePattern = outlines[i].IsDashed ? LinePattern.Dashed : LinePattern.Solid,
            });
        }
    }
}
