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
    // The title stands over the middle of the data, the axes to their left and right are not equally wide.
    private const float TitleMargin = 64;
    private const float LabelMargin = 110;

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

    /// <summary>Ticks of the horizontal axis; null for evenly spaced ones.</summary>
    public IReadOnlyList<AxisTick>? XTicks { get; init; }

    /// <summary>Ticks of the vertical axis; null for evenly spaced ones.</summary>
    public IReadOnlyList<AxisTick>? YTicks { get; init; }

    /// <summary>True where the legend stands below the plot; false where it stands in the plot, or there is none.</summary>
    internal virtual bool HasLegendBelow => false;

    /// <summary>Puts the data on an empty plot.</summary>
    /// <exception cref="ArgumentException">The data do not fit together.</exception>
    internal abstract void Draw(Plot plot);

    /// <summary>Draws into a part of a canvas.</summary>
    internal virtual void Paint(SKCanvas canvas, PixelRect place)
    {
        using Plot plot = new();
        Draw(plot);
        (plot.Axes.Title.Label.Text, plot.Axes.Title.Label.FontSize) = TextFit.Shrunk(Title, TitleSize, place.Width - TitleMargin);
        plot.Axes.Title.Label.Bold = false;
        plot.XLabel(XLabel);
        plot.YLabel(YLabel);
        Put(plot.Axes.Bottom, XTicks);
        Put(plot.Axes.Left, YTicks);
        foreach (IAxis axis in plot.Axes.GetAxes())
        {
            axis.Label.FontSize = TextFit.Shrunk(axis.Label.Text, LabelSize, axis is IYAxis ? place.Height - LabelMargin : place.Width - LabelMargin).Size;
            axis.Label.Bold = false;
            axis.TickLabelStyle.FontSize = TickSize;
        }

        plot.Legend.FontSize = TickSize;
        plot.Font.Set(EmbeddedFont.Name);
        if (!HasLegendBelow)
        {
            plot.Render(canvas, place);
            return;
        }

        // ScottPlot shows a legend of its own as soon as a name is given.
        LegendStrip legend = new(plot, place.Width);
        plot.HideLegend();
        plot.Render(canvas, new PixelRect(place.Left, place.Right, place.Bottom - legend.Height, place.Top));
        legend.Paint(canvas, place);
    }

    private static void Put(IAxis axis, IReadOnlyList<AxisTick>? ticks)
    {
        if (ticks is not null)
        {
            axis.TickGenerator = new ScottPlot.TickGenerators.NumericManual([.. ticks.Select(tick => tick.At)], [.. ticks.Select(tick => tick.Label)]);
        }
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
