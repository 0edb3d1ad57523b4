using BenchmarkDotNet.Attributes;
using Inversion.Benchmarks.Subjects;

namespace Inversion.Benchmarks.Classes;

/// <summary>A whole audit, all claims on two draws of each default shape, tried less hard than by default. It has no peer.</summary>
public class AuditBenchmarks
{
    private readonly AuditCase subject = new(20);

    /// <summary>Worker threads.</summary>
    [Params(1, 2)]
    public int Threads { get; set; }

    /// <summary>The audit.</summary>
    [Benchmark]
    public int Audit() => subject.Run(Threads);
}
