namespace Inversion.Sweeps;

/// <summary>How a trial came out.</summary>
public enum TrialResult
{
    /// <summary>What is asked did not happen: the code was not recovered, the claim was refuted.</summary>
    Failure = 0,

    /// <summary>It did: the code was recovered, the claim stood.</summary>
    Success = 1,

    /// <summary>Neither can be said, for instance because a number was not finite.</summary>
    Undecided = 2,
}
