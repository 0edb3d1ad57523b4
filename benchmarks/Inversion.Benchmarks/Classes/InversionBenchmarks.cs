using BenchmarkDotNet.Attributes;
using Inversion.Benchmarks.Peers;
using Inversion.Benchmarks.Subjects;
using Inversion.Solving;

namespace Inversion.Benchmarks.Classes;

/// <summary>64 codes, 100 Adam steps: ours, and libtorch with the codes as one batch.</summary>
public class InversionBenchmarks
{
    private const int Steps = 100;
    private InversionCase<double>? ours;
    private TorchRisk? risk;
    private TorchAdam? theirs;

    /// <summary>Which network.</summary>
    [Params("P2", "T2", "DC")]
    public string Network { get; set; } = "";

    /// <summary>Builds both sides.</summary>
    [GlobalSetup]
    public void Setup()
    {
        ours = new InversionCase<double>(BenchmarkNetworks.Create(Network), 64);
        using TorchForms forms = TorchForms.Create(new RiskCase<double>(ours.Network, ours.Count));
        RiskData data = ours.Data;
        risk = TorchRisk.TryCreate(forms.Fastest().Form, data);
        theirs = new TorchAdam(risk!, data.Codes);
    }

    /// <summary>Frees the tensors.</summary>
    [GlobalCleanup]
    public void Cleanup() => risk?.Dispose();

    /// <summary>Ours.</summary>
    [Benchmark]
    public double Inversion() => ours!.Minimize(new Adam(), Steps, 1).Value;

    /// <summary>libtorch, steps written by hand.</summary>
    [Benchmark(Baseline = true)]
    public void Torch() => theirs!.ByHand(Steps);

    /// <summary>libtorch, torch.optim.</summary>
    [Benchmark]
    public void TorchOptimizer() => theirs!.WithOptimizer(Steps);
}
