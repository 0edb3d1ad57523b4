using ScottPlot;

namespace Inversion.Figures;

/// <summary>Eight colors that people with any common color blindness tell apart, and beside them marker shapes.</summary>
/// <remarks>Source: Okabe and Ito, Color Universal Design (2008).</remarks>
internal static class OkabeIto
{
    public static readonly Color Black = new(0, 0, 0);
    public static readonly Color Orange = new(230, 159, 0);
    public static readonly Color SkyBlue = new(86, 180, 233);
    public static readonly Color Green = new(0, 158, 115);
    public static readonly Color Blue = new(0, 114, 178);
    public static readonly Color Vermilion = new(213, 94, 0);
    public static readonly Color Purple = new(204, 121, 167);
    public static readonly Color Gray = new(153, 153, 153);

    private static readonly Color[] Order = [Blue, Vermilion, Green, Purple, Orange, SkyBlue, Black, Gray];
    private static readonly MarkerShape[] Shapes =
    [
        MarkerShape.FilledCircle, MarkerShape.FilledSquare, MarkerShape.FilledTriangleUp, MarkerShape.FilledDiamond,
        MarkerShape.FilledTriangleDown, MarkerShape.OpenCircle, MarkerShape.Eks, MarkerShape.OpenSquare,
    ];

    /// <summary>How many series have a color and a marker of their own.</summary>
    public static int Count => Order.Length;

    /// <summary>Color of a series; gray stands for yellow, which is hard to see on white.</summary>
    public static Color At(int series) => Order[series % Order.Length];

    /// <summary>Marker of a series.</summary>
    public static MarkerShape Shape(int series) => Shapes[series % Shapes.Length];
}
