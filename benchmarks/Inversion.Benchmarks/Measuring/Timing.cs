namespace Inversion.Benchmarks.Measuring;

/// <summary>Seconds of one call of a contender, sample by sample, in the order of the rounds.</summary>
/// <param name="Name">The contender.</param>
/// <param name="Samples">The time that is compared.</param>
/// <param name="Wall">Time on the clock of the same samples.</param>
internal sealed record Timing(string Name, double[] Samples, double[] Wall)
{
    /// <summary>The median of <see cref="Samples"/>.</summary>
    public double Median { get; } = Quantile(Samples, 0.5);

    /// <summary>The median of <see cref="Wall"/>.</summary>
    public double MedianWall { get; } = Quantile(Wall, 0.5);

    /// <summary>A quantile of the values, interpolated.</summary>
    public static double Quantile(double[] values, double share)
    {
        double[] sorted = [.. values];
        Array.Sort(sorted);
        double at = share * (sorted.Length - 1);
        int below = (int)at;
        int above = Math.Min(below + 1, sorted.Length - 1);
        return sorted[below] + ((at - below) * (sorted[above] - sorted[below]));
    }
}
