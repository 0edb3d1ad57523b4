namespace Inversion.Cones;

/// <summary>One node of the tree of cuts, in preorder: a cut, whose positive side comes next and then its negative side, or a leaf.</summary>
/// <param name="Cut">The unit whose sign is decided here; meaningless at a leaf.</param>
/// <param name="Cone">The cone of a leaf; null at a cut.</param>
/// <param name="Share">The leaf's share of the walk, each cut halving that of its cone: for progress. The shares of all leaves add up to 1.</param>
public readonly record struct ConeNode(ConeFacet Cut, LinearCone? Cone, double Share);
