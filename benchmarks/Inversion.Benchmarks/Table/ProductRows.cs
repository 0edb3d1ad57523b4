using System.Numerics;
using Inversion.Benchmarks.Measuring;
using Inversion.Benchmarks.Reporting;
using Inversion.Numerics;
using Inversion.Randomness;
using MathNet.Numerics.LinearAlgebra;
using TorchSharp;

namespace Inversion.Benchmarks.Table;

/// <summary>C = A B against libtorch and MathNet. B is packed once, as layers hold it, unless the row says otherwise.</summary>
internal static class ProductRows
{
    private const int Large = 1024;

    /// <summary>Every row.</summary>
    public static IEnumerable<RowPlan> All() => [.. Of<double>("double"), .. Of<float>("float")];

    private static IEnumerable<RowPlan> Of<T>(string type)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        yield return Plan<T>("product 1024 × 1024 × 1024", type, Large, Large, Large, new Goal(Ratio: 0.95));
        yield return Plan<T>("product 1024 × 1024 × 1024, packing counted", type, Large, Large, Large, null, packs: true);
        yield return Plan<T>("product 16384 × 32 × 64 (tall)", type, 16384, 32, 64, null);
        yield return Plan<T>("product 1024 × 8 × 1024 (short sums)", type, Large, 8, Large, null);
        yield return Plan<T>("product 1 × 1024 × 1024 (one row)", type, 1, Large, Large, null);
        string managed = $"product 1024 × 1024 × 1024, {type}, MathNet";
        yield return new RowPlan(managed, () => AgainstManaged<T>(managed));
    }

    private static RowPlan Plan<T>(string what, string type, int rows, int depth, int columns, Goal? goal, bool packs = false)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        string name = $"{what}, {type}";
        return new RowPlan(name, () => AgainstTorch<T>(name, rows, depth, columns, goal, packs));
    }

    private static IEnumerable<Row> AgainstTorch<T>(string name, int rows, int depth, int columns, Goal? goal, bool packs)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        Factors<T> factors = new(rows, depth, columns);
        using DisposeScope scope = torch.NewDisposeScope();
        torch.ScalarType type = typeof(T) == typeof(double) ? torch.ScalarType.Float64 : torch.ScalarType.Float32;
        torch.Tensor left = torch.tensor(factors.LeftEntries, dtype: type).view(rows, depth);
        torch.Tensor right = torch.tensor(factors.RightEntries, dtype: type).view(depth, columns);
        void Theirs()
        {
            using DisposeScope one = torch.NewDisposeScope();
            torch.mm(left, right);
        }

        factors.Multiply();
        double[] expected = torch.mm(left, right).to(torch.ScalarType.Float64).data<double>().ToArray();
        factors.RequireEqual(expected);
        Timing[] timings = Alternation.Measure(
            new Effort(), new Contender("ours", packs ? factors.PackAndMultiply : factors.Multiply), new Contender("libtorch: mm", Theirs),
            new Contender("peak", PeakLoop<T>.Run));
        yield return Row.Of(name, timings, goal, 2.0 * rows * depth * columns, PeakLoop<T>.Operations);
    }

    private static IEnumerable<Row> AgainstManaged<T>(string name)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        Factors<T> factors = new(Large, Large, Large);
        Action theirs;
        if (typeof(T) == typeof(double))
        {
            Matrix<double> left = Matrix<double>.Build.Dense(Large, Large, (i, j) => factors.LeftEntries[(i * Large) + j]);
            Matrix<double> right = Matrix<double>.Build.Dense(Large, Large, (i, j) => factors.RightEntries[(i * Large) + j]);
            Matrix<double> result = Matrix<double>.Build.Dense(Large, Large);
            theirs = () => left.Multiply(right, result);
        }
        else
        {
            Matrix<float> left = Matrix<float>.Build.Dense(Large, Large, (i, j) => (float)factors.LeftEntries[(i * Large) + j]);
            Matrix<float> right = Matrix<float>.Build.Dense(Large, Large, (i, j) => (float)factors.RightEntries[(i * Large) + j]);
            Matrix<float> result = Matrix<float>.Build.Dense(Large, Large);
            theirs = () => left.Multiply(right, result);
        }

        Timing[] timings = Alternation.Measure(
            Effort.Long, new Contender("ours", factors.Multiply), new Contender("MathNet: managed", theirs), new Contender("peak", PeakLoop<T>.Run));
        yield return Row.Of(name, timings, null, 2.0 * Large * Large * Large, PeakLoop<T>.Operations);
    }

    private sealed class Factors<T>
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        private readonly int rows;
        private readonly int depth;
        private readonly int columns;
        private readonly T[] left;
        private readonly PackedMatrix<T> right;
        private readonly T[] result;

        public Factors(int rows, int depth, int columns)
        {
            (this.rows, this.depth, this.columns) = (rows, depth, columns);
            RandomKey key = RandomKey.Parse("2a9").Child("product");
            LeftEntries = new double[rows * depth];
            RightEntries = new double[depth * columns];
            key.Child("left").Open().FillGaussian(LeftEntries);
            key.Child("right").Open().FillGaussian(RightEntries);
            left = Array.ConvertAll(LeftEntries, T.CreateTruncating);
            right = new PackedMatrix<T>(depth, columns, RightEntries);
            result = new T[rows * columns];
        }

        public double[] LeftEntries { get; }

        public double[] RightEntries { get; }

        public void Multiply() => MatrixKernel.Multiply<T>(rows, left, right, result);

        public void PackAndMultiply() => MatrixKernel.Multiply<T>(rows, left, new PackedMatrix<T>(depth, columns, RightEntries), result);

        public void RequireEqual(double[] expected)
        {
            double tolerance = typeof(T) == typeof(double) ? 1e-10 : 1e-3;
            for (int i = 0; i < expected.Length; i++)
            {
                double entry = double.CreateChecked(result[i]);
                if (!(Math.Abs(entry - expected[i]) <= tolerance * depth))
                {
                    throw new InvalidOperationException($"our product differs from libtorch's: {entry} and {expected[i]} at {i}");
                }
            }
        }
    }
}
