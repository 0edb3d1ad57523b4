namespace Inversion.Cones;

/// <summary>The kink on which a facet of a cone lies: where one unit's pre-activation is zero.</summary>
/// <param name="Kink">Which kink layer, from 0.</param>
/// <param name="Unit">The unit's index in the network's own layer.</param>
public readonly record struct ConeFacet(int Kink, int Unit);
