using BenchmarkDotNet.Attributes;
using Inversion.Numerics;
using Inversion.Randomness;
using MathNet.Numerics.LinearAlgebra;
using TorchSharp;

namespace Inversion.Benchmarks.Classes;

/// <summary>C = A B in double, square: ours with B packed once, libtorch, MathNet's managed provider.</summary>
public class ProductBenchmarks
{
    private double[] left = [];
    private double[] result = [];
    private PackedMatrix<double>? packed;
    private torch.Tensor? torchLeft;
    private torch.Tensor? torchRight;
    private Matrix<double>? managedLeft;
    private Matrix<double>? managedRight;

    /// <summary>Rows, columns and length of the sums.</summary>
    [Params(64, 256, 1024)]
    public int Size { get; set; }

    /// <summary>Draws the factors.</summary>
    [GlobalSetup]
    public void Setup()
    {
        left = new double[Size * Size];
        double[] right = new double[Size * Size];
        RandomStream stream = RandomKey.Parse("2a9").Child("product").Open();
        stream.FillGaussian(left);
        stream.FillGaussian(right);
        packed = new PackedMatrix<double>(Size, Size, right);
        result = new double[Size * Size];
        torchLeft = torch.tensor(left).view(Size, Size);
        torchRight = torch.tensor(right).view(Size, Size);
        managedLeft = Matrix<double>.Build.DenseOfRowMajor(Size, Size, left);
        managedRight = Matrix<double>.Build.DenseOfRowMajor(Size, Size, right);
    }

    /// <summary>Ours.</summary>
    [Benchmark]
    public void Inversion() => MatrixKernel.Multiply<double>(Size, left, packed!, result);

    /// <summary>libtorch.</summary>
    [Benchmark(Baseline = true)]
    public void Torch()
    {
        using DisposeScope scope = torch.NewDisposeScope();
        torch.mm(torchLeft!, torchRight!);
    }

    /// <summary>MathNet.</summary>
    [Benchmark]
    public Matrix<double> MathNet() => managedLeft! * managedRight!;
}
