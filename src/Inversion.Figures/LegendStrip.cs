using ScottPlot;
using SkiaSharp;

namespace Inversion.Figures;

/// <summary>The legend below a plot, in as many lines as it needs: it covers no data and takes no width from them.</summary>
internal sealed class LegendStrip
{
    private const float TextSize = 13;
    private const float LineHeight = 19;
    private const float Symbol = 26;
    private const float Gap = 6;
    private const float Between = 20;
    private const float Margin = 12;

    private readonly List<(LegendItem Item, float X, int Line, IReadOnlyList<string> Words)> placed = [];
    private readonly float height;

    /// <summary>Lays the legend of a plot out.</summary>
    /// <param name="plot">A plot with all its data.</param>
    /// <param name="width">The width that there is.</param>
    public LegendStrip(Plot plot, float width)
    {
        float most = width - (2 * Margin);
        float x = 0;
        int line = 0;
        int lines = 0;
        foreach (LegendItem item in plot.Legend.GetItems().Where(item => !string.IsNullOrEmpty(item.LabelText)))
        {
            IReadOnlyList<string> words = TextFit.Lines(item.LabelText, TextSize, most - Symbol - Gap);
            float wide = Symbol + Gap + words.Max(text => TextFit.Width(text, TextSize));
            if (x > 0 && (x + wide > most || words.Count > 1))
            {
                (x, line) = (0, lines);
            }

            placed.Add((item, Margin + x, line, words));
            lines = Math.Max(lines, line + words.Count);
            (x, line) = words.Count > 1 ? (0, lines) : (x + wide + Between, line);
        }

        height = placed.Count == 0 ? 0 : (lines * LineHeight) + 8;
    }

    /// <summary>What it takes from the plot's height.</summary>
    public float Height => height;

    /// <summary>Draws it at the bottom of a place.</summary>
    public void Paint(SKCanvas canvas, PixelRect place)
    {
        using SKFont font = TextFit.Font(TextSize);
        using SKPaint ink = new() { Color = SKColors.Black, IsAntialias = true };
        using Paint paint = ScottPlot.Paint.NewDisposablePaint();
        foreach ((LegendItem item, float x, int line, IReadOnlyList<string> words) in placed)
        {
            float left = place.Left + x;
            float middle = place.Bottom - height + ((line + 0.5f) * LineHeight);
            if (item.FillStyle.IsVisible && item.FillStyle.Color.A > 0)
            {
                Drawing.FillRectangle(canvas, new PixelRect(left, left + Symbol, middle + 6, middle - 6), paint, item.FillStyle);
            }

            if (item.LineStyle.IsVisible && item.LineStyle.Width > 0)
            {
                DrawLine(canvas, paint, item.LineStyle, left, middle);
            }

            if (item.MarkerStyle.IsVisible && item.MarkerStyle.Shape != MarkerShape.None)
            {
                Drawing.DrawMarker(canvas, paint, new Pixel(left + (Symbol / 2), middle), item.MarkerStyle);
            }

            for (int k = 0; k < words.Count; k++)
            {
                canvas.DrawText(words[k], left + Symbol + Gap, middle + (k * LineHeight) + 4.5f, font, ink);
            }
        }
    }

    // Skia's SVG knows no dashes.
    private static void DrawLine(SKCanvas canvas, Paint paint, LineStyle style, float left, float middle)
    {
        int parts = style.Pattern.Equals(LinePattern.Solid) ? 1 : 3;
        float part = parts == 1 ? Symbol : Symbol / 4;
        for (int k = 0; k < parts; k++)
        {
            float from = left + (k * 1.5f * part);
            Drawing.DrawLine(canvas, paint, new Pixel(from, middle), new Pixel(from + part, middle), style.Color, style.Width, true, LinePattern.Solid);
        }
    }
}
