using ScottPlot;
using SkiaSharp;

namespace Inversion.Figures;

/// <summary>Several figures side by side, row after row, each at its own width and height. Its title is the picture's, and not drawn.</summary>
public sealed record FigureSheet : Figure
{
    /// <summary>A sheet of panels of one size.</summary>
    /// <param name="panels">The panels, at least one.</param>
    /// <param name="columns">How many stand in a row.</param>
    /// <exception cref="ArgumentException">There is no panel, or no column.</exception>
    public FigureSheet(IReadOnlyList<Figure> panels, int columns)
    {
        if (panels.Count == 0 || columns < 1)
        {
            throw new ArgumentException($"a sheet of {panels.Count} panels in {columns} columns");
        }

        Panels = panels;
        Columns = Math.Min(columns, panels.Count);
        Width = panels[0].Width * Columns;
        Height = panels[0].Height * ((panels.Count + Columns - 1) / Columns);
    }

    /// <summary>The figures.</summary>
    public IReadOnlyList<Figure> Panels { get; }

    /// <summary>How many stand in a row.</summary>
    public int Columns { get; }

    /// <inheritdoc/>
    internal override void Draw(Plot plot) => throw new InvalidOperationException("a sheet draws its panels");

    /// <inheritdoc/>
    internal override void Paint(SKCanvas canvas, PixelRect place)
    {
        float wide = place.Width / Columns;
        float tall = Panels[0].Height * place.Height / Height;
        for (int i = 0; i < Panels.Count; i++)
        {
            float left = place.Left + (i % Columns * wide);
            float top = place.Top + (i / Columns * tall);

            // A plot first clears all of the canvas that it may draw on.
            canvas.Save();
            canvas.ClipRect(new SKRect(left, top, left + wide, top + tall));
            Panels[i].Paint(canvas, new PixelRect(left, left + wide, top + tall, top));
            canvas.Restore();
        }
    }
}
