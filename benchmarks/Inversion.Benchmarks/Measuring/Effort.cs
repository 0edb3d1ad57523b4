namespace Inversion.Benchmarks.Measuring;

/// <summary>How long contenders are measured.</summary>
/// <param name="Samples">Alternating samples of each contender.</param>
/// <param name="SampleSeconds">Least length of a sample; a longer call is a sample by itself.</param>
/// <param name="WarmSeconds">Least warm-up of each contender.</param>
/// <param name="WarmCalls">Least calls of the warm-up.</param>
/// <param name="OnTheClock">True to compare time on the clock, as work on several threads needs; false for processor time of the measuring thread.</param>
internal sealed record Effort(int Samples = 11, double SampleSeconds = 0.02, double WarmSeconds = 0.25, int WarmCalls = 1, bool OnTheClock = false)
{
    /// <summary>For calls of a second and more.</summary>
    public static Effort Long { get; } = new(3, 0, 0);

    /// <summary>To choose among forms of one thing.</summary>
    public static Effort Choice { get; } = new(5, 0.01, 0.03);
}
