using System.Numerics;

namespace Inversion.Cones;

/// <summary>
/// A pointed polyhedral cone (modulo its lines) by its extreme rays and facets. Of dimension 2, facet k is ray k; of dimension 3, rays run
/// around the cone and facet k joins ray k and the next; above, incidence is kept as bits.
/// </summary>
internal abstract class Cell(ConeRay[] rays, ConeFacet[] facets)
{
    public ConeRay[] Rays { get; } = rays;

    public ConeFacet[] Facets { get; } = facets;

    /// <summary>The indices of the rays on a facet.</summary>
    public abstract int[] RaysOn(int facet);

    /// <summary>The two halves that the plane of a unit cuts, positive side first.</summary>
    /// <param name="unit">The unit, which becomes a facet of both.</param>
    /// <param name="form">Its form.</param>
    /// <param name="signs">Its sign on each ray; both signs occur.</param>
    public abstract (Cell Positive, Cell Negative) Cut(ConeFacet unit, BigInteger[] form, ReadOnlySpan<int> signs);

    /// <summary>The cone whose rays are these, ray k off facet k and on all others.</summary>
    public static Cell Simplicial(ConeRay[] rays, ConeFacet[] facets)
    {
        switch (rays.Length)
        {
            case <= 1:
                return new RingCell(rays, facets);
            case 2:
                return new RingCell(rays, [facets[1], facets[0]]);
            case 3:
                // The edge between rays 0 and 1 lies on the facet off ray 2.
                return new RingCell(rays, [facets[2], facets[0], facets[1]]);
            default:
                ulong[][] incidence = new ulong[rays.Length][];
                for (int ray = 0; ray < rays.Length; ray++)
                {
                    incidence[ray] = new ulong[(facets.Length + 63) / 64];
                    for (int facet = 0; facet < facets.Length; facet++)
                    {
                        if (facet != ray)
                        {
                            incidence[ray][facet / 64] |= 1UL << (facet % 64);
                        }
                    }
                }

                return new IncidenceCell(rays, facets, incidence, rays.Length);
        }
    }

    /// <summary>The ray in which the plane of the form meets the edge between two rays on its two sides.</summary>
    protected static ConeRay Between(BigInteger[] form, ConeRay positive, ConeRay negative)
    {
        BigInteger above = IntegerVector.Dot(form, positive.ExactEntries);
        BigInteger below = IntegerVector.Dot(form, negative.ExactEntries);
        return new ConeRay(IntegerVector.Combine(above, negative.ExactEntries, -below, positive.ExactEntries));
    }
}
