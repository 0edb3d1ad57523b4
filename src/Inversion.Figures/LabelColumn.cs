using SkiaSharp;

namespace Inversion.Figures;

/// <summary>Words beside the rows of a sheet of pictures, as gray pixels: black on white, drawn in the font of the figures.</summary>
/// <param name="Width">Columns of pixels.</param>
/// <param name="Height">Rows of pixels.</param>
/// <param name="Values">Row by row, 0 black to 1 white.</param>
public sealed record LabelColumn(int Width, int Height, double[] Values)
{
    private const float TextSize = 13;
    private const float Margin = 6;

    /// <summary>A label in the middle of each row; a line feed in it begins another line.</summary>
    /// <param name="labels">The labels, at least one.</param>
    /// <param name="rowHeight">Height of a row of pictures.</param>
    /// <param name="gap">Height of the lines between rows, above the first and below the last.</param>
    /// <exception cref="ArgumentException">There is no label, or a row has no height.</exception>
    public static LabelColumn Of(IReadOnlyList<string> labels, int rowHeight, int gap)
    {
        if (labels.Count == 0 || rowHeight < 1 || gap < 0)
        {
            throw new ArgumentException($"{labels.Count} labels for rows of {rowHeight} pixels");
        }

        string[][] lines = [.. labels.Select(label => label.Split('\n'))];
        int most = lines.Max(label => label.Length);
        float size = Math.Min(TextSize, rowHeight / (1.25f * most));
        int width = (int)Math.Ceiling(lines.Max(label => label.Max(line => TextFit.Width(line, size))) + (2 * Margin));
        int height = (labels.Count * (rowHeight + gap)) + gap;
        using SKSurface surface = SKSurface.Create(new SKImageInfo(width, height, SKColorType.Gray8));
        surface.Canvas.Clear(SKColors.White);
        using SKFont font = TextFit.Font(size);
        using SKPaint ink = new() { Color = SKColors.Black, IsAntialias = true };
        for (int row = 0; row < lines.Length; row++)
        {
            float middle = gap + (row * (rowHeight + gap)) + (0.5f * rowHeight);
            for (int k = 0; k < lines[row].Length; k++)
            {
                float down = (k - (0.5f * (lines[row].Length - 1))) * 1.25f * size;
                surface.Canvas.DrawText(lines[row][k], Margin, middle + down + (0.35f * size), font, ink);
            }
        }

        using SKPixmap pixels = surface.PeekPixels();
        double[] values = new double[width * height];
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = pixels.GetPixelSpan()[(i / width * pixels.RowBytes) + (i % width)] / 255.0;
        }

        return new LabelColumn(width, height, values);
    }
}
