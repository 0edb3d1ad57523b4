using BenchmarkDotNet.Attributes;
using Inversion.Benchmarks.Peers;
using Inversion.Benchmarks.Subjects;

namespace Inversion.Benchmarks.Classes;

/// <summary>The norms that `weight-concentration` judges, 1,000 pairs: ours, and libtorch two ways.</summary>
public class ConcentrationBenchmarks
{
    private ConcentrationCase? ours;
    private TorchConcentration? theirs;

    /// <summary>Draws the layer and the pairs.</summary>
    [GlobalSetup]
    public void Setup()
    {
        ours = new ConcentrationCase(1000);
        theirs = new TorchConcentration(ours);
    }

    /// <summary>Frees the tensors.</summary>
    [GlobalCleanup]
    public void Cleanup() => theirs?.Dispose();

    /// <summary>Ours.</summary>
    [Benchmark]
    public void Inversion() => ours!.Judge();

    /// <summary>libtorch: one product of the masks with the rows' outer squares.</summary>
    [Benchmark(Baseline = true)]
    public double[] TorchOneProduct() => theirs!.Norms(oneProduct: true, singular: false);

    /// <summary>libtorch: batched products of masked rows.</summary>
    [Benchmark]
    public double[] TorchBatched() => theirs!.Norms(oneProduct: false, singular: false);
}
