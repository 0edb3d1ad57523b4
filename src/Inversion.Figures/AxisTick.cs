namespace Inversion.Figures;

/// <summary>A place on an axis, and what stands there.</summary>
/// <param name="At">The place, in the axis' own coordinate.</param>
/// <param name="Label">The words; empty for a tick without any.</param>
public sealed record AxisTick(double At, string Label);
