namespace Inversion.Figures;

/// <summary>A line through points, with a band where its limits are given.</summary>
/// <param name="Name">The name in the legend.</param>
/// <param name="X">Horizontal coordinates, ascending.</param>
/// <param name="Y">Vertical coordinates. Where one is not finite, the line is broken.</param>
public sealed record LineSeries(string Name, IReadOnlyList<double> X, IReadOnlyList<double> Y)
{
    /// <summary>Lower edge of the band; null without one.</summary>
    public IReadOnlyList<double>? Lower { get; init; }

    /// <summary>Upper edge of the band; null without one.</summary>
    public IReadOnlyList<double>? Upper { get; init; }

    /// <summary>Its color, by its place among the eight of the palette; null for that of its place in the figure.</summary>
    public int? Color { get; init; }

    /// <summary>True for a dashed line: of an outline, with at least sixteen points.</summary>
    public bool IsDashed { get; init; }

    /// <summary>Refuses columns of different lengths.</summary>
    internal void Check() => Figure.SameLength($"the series {Name}", X.Count, Y.Count, Lower?.Count ?? X.Count, Upper?.Count ?? X.Count);
}
