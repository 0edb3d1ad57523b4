using ScottPlot;
using SkiaSharp;

namespace Inversion.Figures;

/// <summary>A picture of data: what is drawn, its title and its axes. <see cref="FigureFile"/> makes PNG and SVG of it.</summary>
/// <threadsafety>Immutable, as long as nobody writes into the arrays it was given.</threadsafety>
public abstract record Figure
{
    private const float TitleSize = 16;
    private const float LabelSize = 15;
    private const float TickSize = 13;

    /// <summary>What stands above it.</summary>
    public required string Title { get; init; }

    /// <summary>Name of the horizontal axis, with its unit.</summary>
    public string XLabel { get; init; } = string.Empty;

    /// <summary>Name of the vertical axis, with its unit.</summary>
    public string YLabel { get; init; } = string.Empty;

    /// <summary>Width in pixels at 100 %.</summary>
    public int Width { get; init; } = 720;

    /// <summary>Height in pixels at 100 %.</summary>
    public int Height { get; init; } = 540;

    /// <summary>Puts the data on an empty plot.</summary>
    /// <exception cref="ArgumentException">The data do not fit together.</exception>
    internal abstract void Draw(Plot plot);

    /// <summary>Draws into a part of a canvas.</summary>
    internal virtual void Paint(SKCanvas canvas, PixelRect place)
    {
        using Plot plot = new();
        Draw(plot);
        plot.Axes.Title.Label.Text = Title;
        plot.Axes.Title.Label.FontSize = TitleSize;
        plot.Axes.Title.Label.Bold = false;
        plot.XLabel(XLabel);
        plot.YLabel(YLabel);
        foreach (IAxis axis in plot.Axes.GetAxes())
        {
            axis.Label.FontSize = LabelSize;
            axis.Label.Bold = false;
            axis.TickLabelStyle.FontSize = TickSize;
        }

        plot.Legend.FontSize = TickSize;
        plot.Font.Set(EmbeddedFont.Name);
        plot.Render(canvas, place);
    }

    /// <summary>The numbers, with those that are infinite replaced by NaN, which no axis counts.</summary>
    internal static double[] Drawable(IEnumerable<double> values) => [.. values.Select(value => double.IsFinite(value) ? value : double.NaN)];

    /// <summary>Refuses columns of different lengths.</summary>
    internal static void SameLength(string what, params ReadOnlySpan<int> lengths)
    {
        foreach (int length in lengths)
        {
            if (length != lengths[0])
            {
                throw new ArgumentException($"{what}: columns of {lengths[0]} and of {length} numbers");
            }
        }
    }
}
