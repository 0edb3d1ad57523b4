using System.Globalization;
using System.Text;

namespace Inversion.Training.Output;

/// <summary>Losses over steps as SVG: one panel for each, means over bins of steps.</summary>
internal static class LossFigure
{
    private const int Width = 640;
    private const int Panel = 150;
    private const int Left = 80;
    private const int Right = 20;
    private const int Top = 26;
    private const int Bottom = 24;
    private const int MostBins = 280;

    /// <summary>The figure.</summary>
    public static string Svg(IReadOnlyList<string> names, IReadOnlyList<double[]> rows)
    {
        StringBuilder svg = new();
        svg.Append(CultureInfo.InvariantCulture, $"<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {Width} {Panel * names.Count}\" font-family=\"sans-serif\" font-size=\"11\">\n");
        svg.Append("<rect width=\"100%\" height=\"100%\" fill=\"white\"/>\n");
        for (int i = 0; i < names.Count; i++)
        {
            AppendPanel(svg, names[i].Replace('_', ' '), Bins(rows, i), rows.Count, i * Panel);
        }

        return svg.Append("</svg>\n").ToString();
    }

    private static double[] Bins(IReadOnlyList<double[]> rows, int loss)
    {
        int bins = Math.Min(rows.Count, MostBins);
        double[] means = new double[bins];
        for (int bin = 0; bin < bins; bin++)
        {
            int first = (int)((long)bin * rows.Count / bins);
            int end = (int)((bin + 1L) * rows.Count / bins);
            for (int row = first; row < end; row++)
            {
                means[bin] += rows[row][loss] / (end - first);
            }
        }

        return means;
    }

    private static void AppendPanel(StringBuilder svg, string name, double[] values, int steps, int top)
    {
        CultureInfo culture = CultureInfo.InvariantCulture;
        double[] finite = [.. values.Where(double.IsFinite)];
        double low = finite.Length == 0 ? 0 : finite.Min();
        double high = finite.Length == 0 ? 1 : finite.Max();
        double span = high > low ? high - low : 1;
        int bottom = top + Panel - Bottom;
        int inside = Panel - Top - Bottom;
        svg.Append(culture, $"<text x=\"{Left}\" y=\"{top + 16}\">{name}</text>\n");
        svg.Append(culture, $"<text x=\"{Left - 6}\" y=\"{top + Top + 4}\" text-anchor=\"end\">{high:G4}</text>\n");
        svg.Append(culture, $"<text x=\"{Left - 6}\" y=\"{bottom + 4}\" text-anchor=\"end\">{low:G4}</text>\n");
        svg.Append(culture, $"<text x=\"{Width - Right}\" y=\"{bottom + 15}\" text-anchor=\"end\">step {steps}</text>\n");
        svg.Append(culture, $"<path d=\"M{Left} {top + Top}V{bottom}H{Width - Right}\" fill=\"none\" stroke=\"#888\"/>\n");
        svg.Append("<polyline fill=\"none\" stroke=\"#1f5fa8\" points=\"");
        for (int i = 0; i < values.Length; i++)
        {
            if (double.IsFinite(values[i]))
            {
                double x = Left + ((i + 0.5) * (Width - Left - Right) / values.Length);
                double y = bottom - ((values[i] - low) / span * inside);
                svg.Append(culture, $"{x:F1},{y:F1} ");
            }
        }

        svg.Append("\"/>\n");
    }
}
