using Inversion.Cli.Options;
using Inversion.Measurements;
using Inversion.Networks;
using Inversion.Networks.Engine;
using Inversion.Risk;

namespace Inversion.Cli.Output;

/// <summary>J on a square grid of a plane of codes, centered at the true one.</summary>
/// <param name="Offsets">Offsets from the true code along either direction.</param>
/// <param name="Values">Values[i, j] = J(z° + Offsets[j] u + Offsets[i] v).</param>
/// <param name="Rows">How many rows were finished; all, unless cancelled.</param>
internal sealed record LandscapeGrid(double[] Offsets, double[,] Values, bool[] Rows)
{
    /// <summary>Evaluates J.</summary>
    /// <param name="network">G.</param>
    /// <param name="measurement">A.</param>
    /// <param name="plane">The plane; its true code is the one measured.</param>
    /// <param name="points">Points on each axis.</param>
    /// <param name="span">Largest offset.</param>
    /// <param name="threads">Threads; the values do not depend on it.</param>
    /// <param name="told">Told how many rows are done.</param>
    /// <param name="cancellation">Leaves the rows not begun out.</param>
    public static LandscapeGrid Of(
        GenerativeNetwork network, Measurement measurement, LandscapePlane plane, int points, double span, int threads, Action<int> told, CancellationToken cancellation)
    {
        double[] offsets = [.. Enumerable.Range(0, points).Select(i => span * ((2.0 * i / (points - 1)) - 1))];
        double[,] values = new double[points, points];
        bool[] rows = new bool[points];
        EmpiricalRisk<double> risk = EmpiricalRisk<double>.OfCode(new NetworkEngine<double>(network), measurement, plane.Truth);
        int done = 0;
        Parallel.For(0, points, new ParallelOptions { MaxDegreeOfParallelism = threads }, risk.Fork, (i, state, own) =>
        {
            if (cancellation.IsCancellationRequested)
            {
                state.Stop();
                return own;
            }

            int n = network.LatentDimension;
            double[] codes = new double[points * n];
            double[] row = new double[points];
            for (int j = 0; j < points; j++)
            {
                plane.At(offsets[j], offsets[i], codes.AsSpan(j * n, n));
            }

            own.Values(codes, row, points);
            for (int j = 0; j < points; j++)
            {
                values[i, j] = row[j];
            }

            rows[i] = true;
            told(Interlocked.Increment(ref done));
            return own;
        }, _ => { });
        return new LandscapeGrid(offsets, values, rows);
    }

    /// <summary>Points inside the grid where J is below its eight neighbors, lowest first.</summary>
    public IReadOnlyList<(double X, double Y, double Value)> Minima()
    {
        List<(double X, double Y, double Value)> found = [];
        for (int i = 1; i < Offsets.Length - 1; i++)
        {
            for (int j = 1; j < Offsets.Length - 1; j++)
            {
                if (IsBelowNeighbors(i, j))
                {
                    found.Add((Offsets[j], Offsets[i], Values[i, j]));
                }
            }
        }

        return [.. found.OrderBy(point => point.Value)];
    }

    /// <summary>The point with the least J, by <paramref name="sign"/> 1, or the largest, by −1; of several the one nearest to the true code.</summary>
    public (double X, double Y, double Value) Extreme(int sign)
    {
        (double X, double Y, double Value) best = (double.NaN, double.NaN, double.NaN);
        for (int i = 0; i < Offsets.Length; i++)
        {
            for (int j = 0; j < Offsets.Length; j++)
            {
                double gain = sign * (best.Value - Values[i, j]);
                bool isNearer = gain == 0 && Math.Abs(Offsets[i]) + Math.Abs(Offsets[j]) < Math.Abs(best.X) + Math.Abs(best.Y);
                if (double.IsFinite(Values[i, j]) && (double.IsNaN(best.Value) || gain > 0 || isNearer))
                {
                    best = (Offsets[j], Offsets[i], Values[i, j]);
                }
            }
        }

        return best;
    }

    /// <summary>How many points have this value.</summary>
    public int Count(double value) => Values.Cast<double>().Count(other => other == value);

    private bool IsBelowNeighbors(int i, int j)
    {
        for (int k = 0; k < 9; k++)
        {
            if (k != 4 && !(Values[i, j] < Values[i + (k / 3) - 1, j + (k % 3) - 1]))
            {
                return false;
            }
        }

        return true;
    }
}
