using System.Numerics;

namespace Inversion.Cones;

/// <summary>
/// A cell of any dimension: which ray lies on which facet, as bits. Cut by the double description method (Motzkin, Raiffa, Thompson,
/// Thrall, 1953; Fukuda, Prodon, 1996): two rays bound an edge if no third ray lies on all the facets that both lie on.
/// </summary>
internal sealed class IncidenceCell(ConeRay[] rays, ConeFacet[] facets, ulong[][] incidence, int dimension) : Cell(rays, facets)
{
    /// <inheritdoc/>
    public override int[] RaysOn(int facet) =>
        [.. Enumerable.Range(0, Rays.Length).Where(ray => (incidence[ray][facet / 64] >> (facet % 64) & 1) != 0)];

    /// <inheritdoc/>
    public override (Cell Positive, Cell Negative) Cut(ConeFacet unit, BigInteger[] form, ReadOnlySpan<int> signs)
    {
        int words = (Facets.Length + 64) / 64;
        ulong[][] old = new ulong[Rays.Length][];
        for (int ray = 0; ray < old.Length; ray++)
        {
            old[ray] = new ulong[words];
            incidence[ray].CopyTo(old[ray], 0);
            if (signs[ray] == 0)
            {
                old[ray][Facets.Length / 64] |= 1UL << (Facets.Length % 64);
            }
        }

        List<ConeRay> fresh = [];
        List<ulong[]> freshIncidence = [];
        for (int i = 0; i < Rays.Length; i++)
        {
            for (int j = 0; j < Rays.Length && signs[i] > 0; j++)
            {
                if (signs[j] < 0 && Common(old[i], old[j]) is { } common && IsEdge(old, common, i, j))
                {
                    common[Facets.Length / 64] |= 1UL << (Facets.Length % 64);
                    fresh.Add(Between(form, Rays[i], Rays[j]));
                    freshIncidence.Add(common);
                }
            }
        }

        ConeFacet[] all = [.. Facets, unit];
        return (Half(signs, 1), Half(signs, -1));

        Cell Half(ReadOnlySpan<int> sides, int side)
        {
            List<ConeRay> kept = [];
            List<ulong[]> bits = [];
            for (int ray = 0; ray < Rays.Length; ray++)
            {
                if (sides[ray] * side >= 0)
                {
                    kept.Add(Rays[ray]);
                    bits.Add(old[ray]);
                }
            }

            return Reduced([.. kept, .. fresh], all, [.. bits, .. freshIncidence]);
        }
    }

    // Without the planes on which fewer rays lie than a facet has.
    private Cell Reduced(ConeRay[] kept, ConeFacet[] all, ulong[][] bits)
    {
        int[] stay = [.. Enumerable.Range(0, all.Length).Where(facet => bits.Count(b => (b[facet / 64] >> (facet % 64) & 1) != 0) >= dimension - 1)];
        ulong[][] packed = new ulong[kept.Length][];
        for (int ray = 0; ray < kept.Length; ray++)
        {
            packed[ray] = new ulong[(stay.Length + 63) / 64];
            for (int at = 0; at < stay.Length; at++)
            {
                packed[ray][at / 64] |= (bits[ray][stay[at] / 64] >> (stay[at] % 64) & 1) << (at % 64);
            }
        }

        return new IncidenceCell(kept, [.. stay.Select(facet => all[facet])], packed, dimension);
    }

    // The facets that both rays lie on; null when they are too few for an edge.
    private ulong[]? Common(ulong[] x, ulong[] y)
    {
        ulong[] both = new ulong[x.Length];
        int count = 0;
        for (int word = 0; word < both.Length; word++)
        {
            both[word] = x[word] & y[word];
            count += BitOperations.PopCount(both[word]);
        }

        return count >= dimension - 2 ? both : null;
    }

    private static bool IsEdge(ulong[][] all, ulong[] common, int first, int second)
    {
        for (int ray = 0; ray < all.Length; ray++)
        {
            if (ray == first || ray == second)
            {
                continue;
            }

            bool on = true;
            for (int word = 0; word < common.Length && on; word++)
            {
                on = (all[ray][word] & common[word]) == common[word];
            }

            if (on)
            {
                return false;
            }
        }

        return true;
    }
}
