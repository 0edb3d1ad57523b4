namespace Inversion.Figures;

/// <summary>A point with a name in the legend.</summary>
/// <param name="X">Horizontal coordinate.</param>
/// <param name="Y">Vertical coordinate.</param>
/// <param name="Name">The name.</param>
public sealed record MarkedPoint(double X, double Y, string Name);
