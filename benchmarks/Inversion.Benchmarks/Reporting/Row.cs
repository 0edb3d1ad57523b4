using Inversion.Benchmarks.Measuring;

namespace Inversion.Benchmarks.Reporting;

/// <summary>One line of the table.</summary>
internal sealed record Row
{
    /// <summary>What was measured.</summary>
    public required string Name { get; init; }

    /// <summary>Ours: seconds of one call, or an amount in <see cref="Unit"/>.</summary>
    public required double Ours { get; init; }

    /// <summary>The unit of <see cref="Ours"/> and <see cref="Theirs"/>.</summary>
    public string Unit { get; init; } = "s";

    /// <summary>What ours is compared with; null where nothing is.</summary>
    public string? Peer { get; init; }

    /// <summary>Forms of the peer that compute wrong numbers and were not measured, each with what is wrong.</summary>
    public IReadOnlyList<string> LeftOut { get; init; } = [];

    /// <summary>The peer's seconds.</summary>
    public double? Theirs { get; init; }

    /// <summary>The peer's median over ours.</summary>
    public double? Ratio => Theirs / Ours;

    /// <summary>The first quartile of the ratios of single rounds.</summary>
    public double? LowRatio { get; init; }

    /// <summary>The third quartile of the ratios of single rounds.</summary>
    public double? HighRatio { get; init; }

    /// <summary>Ours by the clock; equals <see cref="Ours"/> on a quiet machine.</summary>
    public double? OursOnTheClock { get; init; }

    /// <summary>The peer's by the clock.</summary>
    public double? TheirsOnTheClock { get; init; }

    /// <summary>Useful floating-point operations of one call; null where they are not counted.</summary>
    public double? Operations { get; init; }

    /// <summary>The measured peak of one core in the same rounds, operations a second.</summary>
    public double? Peak { get; init; }

    /// <summary>Ours, operations a second.</summary>
    public double? Rate => Operations / Ours;

    /// <summary>The peer's operations a second.</summary>
    public double? TheirRate => Operations / Theirs;

    /// <summary>Our share of the peak.</summary>
    public double? Share => Rate / Peak;

    /// <summary>What should be reached; null where nothing is asked for.</summary>
    public Goal? Goal { get; init; }

    /// <summary>Whether the goal is reached; null without one.</summary>
    public bool? Reached => Goal?.IsReachedBy(this);

    /// <summary>The row of two contenders, ours first; a third one is a run of <paramref name="peakOperations"/> at the core's peak.</summary>
    public static Row Of(string name, Timing[] timings, Goal? goal, double? operations = null, double peakOperations = 0)
    {
        Timing ours = timings[0];
        Timing theirs = timings[1];
        double[] ratios = [.. ours.Samples.Zip(theirs.Samples, (mine, other) => other / mine)];
        return new Row
        {
            Name = name,
            Ours = ours.Median,
            Peer = theirs.Name,
            Theirs = theirs.Median,
            LowRatio = Timing.Quantile(ratios, 0.25),
            HighRatio = Timing.Quantile(ratios, 0.75),
            OursOnTheClock = ours.MedianWall,
            TheirsOnTheClock = theirs.MedianWall,
            Operations = operations,
            Peak = timings.Length > 2 ? peakOperations / timings[2].Median : null,
            Goal = goal,
        };
    }
}
