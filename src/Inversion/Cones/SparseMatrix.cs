using System.Numerics;
using Inversion.Networks;
using Inversion.Networks.Engine;

namespace Inversion.Cones;

/// <summary>The entries of a matrix that are not zero, by rows, in double precision and as whole numbers in one common scale.</summary>
internal sealed class SparseMatrix
{
    private readonly int[] start;
    private readonly int[] columns;
    private readonly double[] weights;
    private readonly BigInteger[] whole;

    public SparseMatrix(int inputs, IReadOnlyList<(int[] Columns, double[] Weights)> rows)
    {
        Inputs = inputs;
        start = new int[rows.Count + 1];
        for (int row = 0; row < rows.Count; row++)
        {
            start[row + 1] = start[row] + rows[row].Columns.Length;
        }

        columns = new int[start[^1]];
        weights = new double[start[^1]];
        for (int row = 0; row < rows.Count; row++)
        {
            rows[row].Columns.CopyTo(columns, start[row]);
            rows[row].Weights.CopyTo(weights, start[row]);
        }

        whole = IntegerVector.FromDoubles(weights);
    }

    public int Inputs { get; }

    public int Rows => start.Length - 1;

    public ReadOnlySpan<int> Columns(int row) => columns.AsSpan(start[row], start[row + 1] - start[row]);

    public ReadOnlySpan<double> Weights(int row) => weights.AsSpan(start[row], start[row + 1] - start[row]);

    /// <summary>The same weights times one power of two, the same for all rows.</summary>
    public ReadOnlySpan<BigInteger> Whole(int row) => whole.AsSpan(start[row], start[row + 1] - start[row]);

    /// <summary>The matrix of a layer without bias: its images of the unit vectors, each entry one weight or zero.</summary>
    public static List<(int[] Columns, double[] Weights)> OfLayer(Layer layer, Shape input)
    {
        GenerativeNetwork alone = new(input, [layer]);
        NetworkEngine<double> engine = new(alone);
        NetworkWorkspace<double> workspace = new();
        int outputs = alone.OutputDimension;
        int batch = Math.Max(1, Math.Min(input.Length, (1 << 22) / Math.Max(input.Length, outputs)));
        List<int>[] found = new List<int>[outputs];
        List<double>[] values = new List<double>[outputs];
        for (int o = 0; o < outputs; o++)
        {
            (found[o], values[o]) = ([], []);
        }

        for (int first = 0; first < input.Length; first += batch)
        {
            int count = Math.Min(batch, input.Length - first);
            double[] units = new double[count * input.Length];
            for (int i = 0; i < count; i++)
            {
                units[(i * input.Length) + first + i] = 1;
            }

            double[] images = new double[count * outputs];
            engine.Forward(workspace, units, images, count);
            for (int i = 0; i < count; i++)
            {
                for (int o = 0; o < outputs; o++)
                {
                    double weight = images[(i * outputs) + o];
                    if (weight != 0)
                    {
                        found[o].Add(first + i);
                        values[o].Add(weight);
                    }
                }
            }
        }

        return [.. found.Zip(values, (at, weight) => (at.ToArray(), weight.ToArray()))];
    }
}
