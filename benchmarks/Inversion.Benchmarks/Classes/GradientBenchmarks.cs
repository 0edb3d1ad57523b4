using BenchmarkDotNet.Attributes;
using Inversion.Benchmarks.Measuring;
using Inversion.Benchmarks.Peers;
using Inversion.Benchmarks.Subjects;

namespace Inversion.Benchmarks.Classes;

/// <summary>J and ∇J in double over a batch: ours, and libtorch with autograd in its fastest form.</summary>
public class GradientBenchmarks
{
    private RiskCase<double>? ours;
    private TorchForms? forms;
    private Contender? theirs;

    /// <summary>Which network.</summary>
    [Params("P2", "T2", "T2L", "DC")]
    public string Network { get; set; } = "";

    /// <summary>Number of codes.</summary>
    [Params(1, 64)]
    public int Batch { get; set; }

    /// <summary>Builds both sides and compares them.</summary>
    [GlobalSetup]
    public void Setup()
    {
        ours = new RiskCase<double>(BenchmarkNetworks.Create(Network), Batch);
        forms = TorchForms.Create(ours);
        theirs = forms.Fastest().Evaluate;
    }

    /// <summary>Frees the tensors.</summary>
    [GlobalCleanup]
    public void Cleanup() => forms?.Dispose();

    /// <summary>Ours.</summary>
    [Benchmark]
    public void Inversion() => ours!.Evaluate();

    /// <summary>libtorch.</summary>
    [Benchmark(Baseline = true)]
    public void Torch() => theirs!.Run();
}
