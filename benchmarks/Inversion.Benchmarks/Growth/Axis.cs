using Inversion.Benchmarks.Measuring;

namespace Inversion.Benchmarks.Growth;

/// <summary>One quantity that a cost grows with.</summary>
/// <param name="Name">The quantity.</param>
/// <param name="What">What is timed, with everything else held.</param>
/// <param name="Points">The quantity's values.</param>
/// <param name="Prepare">The call to time at a value, and the operations it needs, null where they are not counted.</param>
/// <param name="Effort">How long.</param>
internal sealed record Axis(string Name, string What, int[] Points, Func<int, (Action Run, double? Operations)> Prepare, Effort Effort)
{
    /// <summary>Times every value in turn, round after round, and fits a power.</summary>
    public Growth Measure()
    {
        (Action Run, double? Operations)[] prepared = [.. Points.Select(Prepare)];
        Timing[] timings = Alternation.Measure(Effort, [.. Points.Zip(prepared, (point, call) => new Contender($"{Name} = {point}", call.Run))]);
        double[] x = [.. Points.Select(point => (double)point)];
        double[] seconds = [.. timings.Select(timing => timing.Median)];
        double?[] operations = [.. prepared.Select(call => call.Operations)];
        return new Growth(
            Name, What, Points, seconds, PowerLaw.Fit(x, seconds),
            operations.Contains(null) ? null : PowerLaw.Fit(x, [.. operations.Select(count => count!.Value)]).Exponent);
    }
}
