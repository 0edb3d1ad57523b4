namespace Inversion.Cones;

/// <summary>The kink on which a facet of a cone lies: where one unit's pre-activation is zero.</summary>
/// <param name="Kink">Which kink layer, from 0; −1 for the side of an orthant, which is no kink.</param>
/// <param name="Unit">The unit's index in the network's own layer; of an orthant's side, the entry of the code that is zero there.</param>
public readonly record struct ConeFacet(int Kink, int Unit);
