namespace Inversion.Benchmarks.Measuring;

/// <summary>Measures contenders in turn, round after round, so that what disturbs the machine disturbs all of them.</summary>
internal static class Alternation
{
    private const int MostRepetitions = 1 << 20;

    /// <summary>Warms every contender up, then takes one sample of each in every round. Ours comes first by convention.</summary>
    public static Timing[] Measure(Effort effort, params IReadOnlyList<Contender> contenders)
    {
        int[] repetitions = new int[contenders.Count];
        for (int c = 0; c < repetitions.Length; c++)
        {
            repetitions[c] = WarmUp(contenders[c], effort);
        }

        double[][] samples = [.. contenders.Select(_ => new double[effort.Samples])];
        double[][] walls = [.. contenders.Select(_ => new double[effort.Samples])];
        for (int round = 0; round < effort.Samples; round++)
        {
            for (int c = 0; c < repetitions.Length; c++)
            {
                (double wall, double processor) = ThreadClock.Time(contenders[c].Run, repetitions[c]);
                walls[c][round] = wall / repetitions[c];
                samples[c][round] = (effort.OnTheClock ? wall : processor) / repetitions[c];
            }
        }

        return [.. contenders.Select((contender, c) => new Timing(contender.Name, samples[c], walls[c]))];
    }

    /// <summary>The fastest of several ways to do one thing, by medians of a short alternation.</summary>
    public static Contender Fastest(IReadOnlyList<Contender> ways)
    {
        Timing[] timings = Measure(Effort.Choice, ways);
        return ways[Array.IndexOf(timings, timings.MinBy(timing => timing.Median))];
    }

    // The number of calls in a sample, from the fastest call of the warm-up: the first ones still run code that is not optimized.
    private static int WarmUp(Contender contender, Effort effort)
    {
        double spent = 0;
        double fastest = double.PositiveInfinity;
        for (int calls = 0; calls < effort.WarmCalls || spent < effort.WarmSeconds; calls++)
        {
            (double wall, double processor) = ThreadClock.Time(contender.Run, 1);
            spent += wall;
            fastest = Math.Min(fastest, effort.OnTheClock ? wall : processor);
        }

        return Math.Clamp((int)Math.Ceiling(effort.SampleSeconds / Math.Max(fastest, 1e-9)), 1, MostRepetitions);
    }
}
