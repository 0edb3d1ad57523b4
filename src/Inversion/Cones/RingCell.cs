using System.Numerics;

namespace Inversion.Cones;

/// <summary>A cell of dimension at most 3: its rays in order.</summary>
internal sealed class RingCell(ConeRay[] rays, ConeFacet[] facets) : Cell(rays, facets)
{
    /// <inheritdoc/>
    public override int[] RaysOn(int facet) => Rays.Length < 3 ? [facet] : [facet, (facet + 1) % Rays.Length];

    /// <inheritdoc/>
    public override (Cell Positive, Cell Negative) Cut(ConeFacet unit, BigInteger[] form, ReadOnlySpan<int> signs)
    {
        if (Rays.Length == 2)
        {
            ConeRay between = signs[0] > 0 ? Between(form, Rays[0], Rays[1]) : Between(form, Rays[1], Rays[0]);
            RingCell first = new([Rays[0], between], [Facets[0], unit]);
            RingCell second = new([between, Rays[1]], [unit, Facets[1]]);
            return signs[0] > 0 ? (first, second) : (second, first);
        }

        int count = Rays.Length;
        List<ConeRay> above = new(count + 1);
        List<ConeRay> below = new(count + 1);
        List<ConeFacet> aboveFacets = new(count + 1);
        List<ConeFacet> belowFacets = new(count + 1);
        for (int k = 0; k < count; k++)
        {
            int next = k + 1 == count ? 0 : k + 1;
            (int here, int there) = (signs[k], signs[next]);
            if (here >= 0)
            {
                above.Add(Rays[k]);
                aboveFacets.Add(here == 0 && there < 0 ? unit : Facets[k]);
            }

            if (here <= 0)
            {
                below.Add(Rays[k]);
                belowFacets.Add(here == 0 && there > 0 ? unit : Facets[k]);
            }

            if (here * there < 0)
            {
                ConeRay between = here > 0 ? Between(form, Rays[k], Rays[next]) : Between(form, Rays[next], Rays[k]);
                above.Add(between);
                aboveFacets.Add(here > 0 ? unit : Facets[k]);
                below.Add(between);
                belowFacets.Add(here < 0 ? unit : Facets[k]);
            }
        }

        return (new RingCell([.. above], [.. aboveFacets]), new RingCell([.. below], [.. belowFacets]));
    }
}
