namespace Inversion.Solving;

/// <summary>Which sign changes of the code are tried before every step; one that lowers J is kept.</summary>
/// <remarks>Source of the first: Huang, Hand, Heckel, Voroninski, arXiv 1805.08855, algorithm 1. The second is this project's.</remarks>
public enum SignFlip
{
    /// <summary>None.</summary>
    None,

    /// <summary>−z, for one forward pass a step.</summary>
    Code,

    /// <summary>
    /// −z, and the sign of each spatial block (all channels of one position of the code), for 1 + positions forward passes a step.
    /// Where a network's stamps tile, the blocks do not meet and each sign is decided alone.
    /// </summary>
    Blocks,
}
