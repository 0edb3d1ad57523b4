using System.Collections.Immutable;
using System.Numerics;

namespace Inversion.Cones;

/// <summary>A full-dimensional cone on which A G is linear: the codes on which every unit that matters keeps one sign.</summary>
/// <threadsafety>One thread at a time: <see cref="Signs"/> may fill what is kept of exact forms.</threadsafety>
public sealed class LinearCone
{
    private readonly Cell cell;
    private readonly FormLayer[] layers;

    internal LinearCone(Cell cell, FormLayer[] layers, ImmutableArray<ImmutableArray<BigInteger>> lines, double[] quadratic)
    {
        this.cell = cell;
        this.layers = layers;
        Lines = lines;
        int n = cell.Rays.Length > 0 ? cell.Rays[0].Entries.Length : lines[0].Length;
        Gram = quadratic.AsMemory(0, n * n);
        Projection = quadratic.AsMemory(n * n);
    }

    /// <summary>The extreme rays. In the plane in order of the angle; in three dimensions around the cone.</summary>
    public ReadOnlySpan<ConeRay> Rays => cell.Rays;

    /// <summary>A basis of the lines through 0 that the cone contains, as whole numbers: directions that no unit sees. Mostly none; then the cone is pointed.</summary>
    public ImmutableArray<ImmutableArray<BigInteger>> Lines { get; }

    /// <summary>The kinks that bound the cone. In the plane facet k is ray k; in three dimensions facet k joins ray k and the next.</summary>
    public ReadOnlySpan<ConeFacet> Facets => cell.Facets;

    /// <summary>Λᵀ Λ for A G(z) = Λ z on the cone, row-major n0 × n0, in double precision (sums of up to m products, not bounded).</summary>
    public ReadOnlyMemory<double> Gram { get; }

    /// <summary>Λᵀ y for the measurement y that the walk was given, n0 entries in double precision; empty without one.</summary>
    public ReadOnlyMemory<double> Projection { get; }

    /// <summary>For each unit of a kink layer (those of <see cref="PiecewiseLinearMap.KinkUnits"/>): 1 or −1 inside the cone, 0 where its pre-activation is zero throughout.</summary>
    /// <param name="kink">Which kink layer, from 0.</param>
    /// <remarks>Found again from the rays at each call: a cone does not carry them.</remarks>
    public sbyte[] Signs(int kink)
    {
        sbyte[] signs = new sbyte[layers[kink].Count];
        for (int unit = 0; unit < signs.Length; unit++)
        {
            signs[unit] = layers[kink].SignOn(unit, cell.Rays)!.Value;
        }

        return signs;
    }

    /// <summary>The indices of the rays that lie on a facet.</summary>
    public int[] RaysOn(int facet) => cell.RaysOn(facet);

    /// <summary>A point strictly inside: the sum of the rays' approximations. 0 where the cone is all of space.</summary>
    public double[] InteriorPoint()
    {
        double[] sum = new double[cell.Rays.Length > 0 ? cell.Rays[0].Entries.Length : Lines[0].Length];
        foreach (ConeRay ray in cell.Rays)
        {
            for (int i = 0; i < sum.Length; i++)
            {
                sum[i] += ray.Entries[i];
            }
        }

        return sum;
    }
}
