namespace Inversion.Benchmarks.Measuring;

/// <summary>What one core of this machine can do at most, measured: the best of several runs.</summary>
/// <param name="Double">FLOP/s of fused multiply-adds in double.</param>
/// <param name="Float">FLOP/s of fused multiply-adds in float.</param>
/// <param name="Read">Bytes/s read from memory.</param>
/// <param name="Copied">Bytes/s read and written by a copy.</param>
internal sealed record Roofline(double Double, double Float, double Read, double Copied)
{
    /// <summary>Measures, in about a second.</summary>
    public static Roofline Measure()
    {
        MemoryLoop memory = new();
        Timing[] timings = Alternation.Measure(
            new Effort(15, 0.005, 0.05),
            new Contender("double", PeakLoop<double>.Run), new Contender("float", PeakLoop<float>.Run),
            new Contender("read", memory.Read), new Contender("copy", memory.Copy));
        double[] best = [.. timings.Select(timing => timing.Samples.Min())];
        return new Roofline(
            PeakLoop<double>.Operations / best[0], PeakLoop<float>.Operations / best[1], MemoryLoop.BytesRead / best[2], MemoryLoop.BytesCopied / best[3]);
    }
}
