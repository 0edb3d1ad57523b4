using System.Collections.Immutable;
using System.Numerics;

namespace Inversion.Cones;

/// <summary>Where the tree of cuts starts: the cones that as many independent forms of the first kink layer as there are cut out of space.</summary>
internal sealed class ConeRoots
{
    private ConeRoots(int[] basis, BigInteger[][] rays, ImmutableArray<ImmutableArray<BigInteger>> lines) => (Basis, Rays, Lines) = (basis, rays, lines);

    /// <summary>The independent forms, by row, ascending: the first that are.</summary>
    public int[] Basis { get; }

    /// <summary>For each of them the direction in which it is positive and the others zero.</summary>
    public BigInteger[][] Rays { get; }

    /// <summary>The directions in which all forms are zero.</summary>
    public ImmutableArray<ImmutableArray<BigInteger>> Lines { get; }

    /// <summary>Finds them by elimination without fractions. Cost: a pass over the forms until n0 are found.</summary>
    public static ConeRoots Of(FormLayer? forms, int length)
    {
        List<int> basis = [];
        List<int> pivots = [];
        List<BigInteger[]> reduced = [];
        for (int row = 0; forms is not null && row < forms.Count && basis.Count < length; row++)
        {
            BigInteger[] rest = [.. forms.Exact(row)];
            for (int k = 0; k < reduced.Count; k++)
            {
                rest = IntegerVector.Combine(reduced[k][pivots[k]], rest, -rest[pivots[k]], reduced[k]);
            }

            int pivot = Array.FindIndex(rest, entry => !entry.IsZero);
            if (pivot >= 0)
            {
                rest = IntegerVector.Shorten(rest);
                for (int k = 0; k < reduced.Count; k++)
                {
                    reduced[k] = IntegerVector.Shorten(IntegerVector.Combine(rest[pivot], reduced[k], -reduced[k][pivot], rest));
                }

                basis.Add(row);
                pivots.Add(pivot);
                reduced.Add(rest);
            }
        }

        // With the entries outside the pivots zero, the forms make a square system on the pivots; its adjugate holds the rays.
        BigInteger[][] square = [.. basis.Select(row => pivots.Select(p => forms!.Exact(row)[p]).ToArray())];
        BigInteger[][] rays = [.. Enumerable.Range(0, basis.Count).Select(k => Scatter(Solve(square, k), pivots, length))];
        ImmutableArray<ImmutableArray<BigInteger>> lines =
        [
            .. Enumerable.Range(0, length).Where(free => !pivots.Contains(free)).Select(free => Line(reduced, pivots, free, length).ToImmutableArray()),
        ];
        return new ConeRoots([.. basis], rays, lines);
    }

    // x with ⟨row k, x⟩ > 0 and ⟨row i, x⟩ = 0 for the others: Gauss–Jordan on [square | e_k].
    private static BigInteger[] Solve(BigInteger[][] square, int k)
    {
        int n = square.Length;
        BigInteger[][] a = [.. square.Select((row, i) => row.Append(i == k ? BigInteger.One : BigInteger.Zero).ToArray())];
        for (int column = 0; column < n; column++)
        {
            int pivot = Array.FindIndex(a, column, row => !row[column].IsZero);
            (a[column], a[pivot]) = (a[pivot], a[column]);
            for (int row = 0; row < n; row++)
            {
                if (row != column)
                {
                    a[row] = IntegerVector.Shorten(IntegerVector.Combine(a[column][column], a[row], -a[row][column], a[column]));
                }
            }
        }

        // Entry i is a[i][n] / a[i][i]: over one positive denominator.
        BigInteger denominator = BigInteger.One;
        for (int i = 0; i < n; i++)
        {
            denominator *= BigInteger.Abs(a[i][i]);
        }

        return IntegerVector.Shorten([.. a.Select((row, i) => row[n] * (denominator / row[i]))]);
    }

    private static BigInteger[] Scatter(BigInteger[] entries, List<int> places, int length)
    {
        BigInteger[] vector = new BigInteger[length];
        for (int i = 0; i < entries.Length; i++)
        {
            vector[places[i]] = entries[i];
        }

        return vector;
    }

    private static BigInteger[] Line(List<BigInteger[]> reduced, List<int> pivots, int free, int length)
    {
        BigInteger[] line = new BigInteger[length];
        line[free] = BigInteger.One;
        for (int k = 0; k < reduced.Count; k++)
        {
            line[free] *= BigInteger.Abs(reduced[k][pivots[k]]);
        }

        for (int k = 0; k < reduced.Count; k++)
        {
            line[pivots[k]] = -(reduced[k][free] * (line[free] / reduced[k][pivots[k]]));
        }

        return IntegerVector.Shorten(line);
    }
}
