namespace Inversion.Benchmarks.Walks;

/// <summary>One walk through all cones of a network.</summary>
/// <param name="Family">Its kind.</param>
/// <param name="Shape">Its layers.</param>
/// <param name="Cones">How many cones there are.</param>
/// <param name="Seconds">Processor seconds of the whole process, the collector's included: the best of the repetitions.</param>
/// <param name="Growth">The seconds of a cone here over those at the family's fewest cones.</param>
internal sealed record ConeWalk(ConeFamily Family, string Shape, long Cones, double Seconds, double Growth)
{
    /// <summary>Cones a processor second.</summary>
    public double Rate => Cones / Seconds;

    /// <summary>Whether it reaches its family's goals. NaN reaches nothing.</summary>
    public bool Reached => Rate >= Family.Goal && Growth <= ConeFamily.MostGrowth;
}
