using System.Collections.Immutable;
using System.Numerics;

namespace Inversion.Cones;

/// <summary>
/// All full-dimensional cones on which a piecewise linear map is linear, each once, as the leaves of a tree of cuts: space is cut by
/// independent forms of the first kink layer, then each cell by the plane of any unit that changes its sign on it, layer after layer. Both
/// sides of a cut cover the cell, so the leaves cover space: nothing has to be assumed about what meets what.
/// </summary>
/// <remarks>
/// A cell keeps only the units that still change their sign on it. A unit is cut in the middle of that list, so that in the plane the work
/// is that of sorting, and in k ≥ 3 dimensions a constant number of signs for each cone (on average over the order of the units). Signs are
/// computed in double precision with a bound on the error, and in whole numbers where that leaves them open. Memory: the open cells of one
/// path through the tree.
/// </remarks>
/// <threadsafety>Immutable; walks are independent.</threadsafety>
public sealed class ConeTree
{
    private readonly PiecewiseLinearMap map;
    private readonly ConeRoots? roots;
    private readonly FormLayer first;
    private readonly int firstKink;

    /// <summary>A tree on this map.</summary>
    /// <param name="map">A G.</param>
    /// <param name="fromOrthants">
    /// True to start from the 2ⁿ orthants instead: a cone that meets several of them comes in as many pieces, all pointed. Nothing has to be
    /// known to see that orthants cover space, which is what a certificate wants.
    /// </param>
    public ConeTree(PiecewiseLinearMap map, bool fromOrthants = false)
    {
        this.map = map;
        first = new FormLayer(map.Stages[0].Matrix!, map.LatentDimension, null, null, 0);
        firstKink = 1;
        while (firstKink < map.Stages.Length && map.Stages[firstKink].Matrix is { } matrix)
        {
            first = new FormLayer(matrix, map.LatentDimension, first, null, 0);
            firstKink++;
        }

        roots = fromOrthants ? null : ConeRoots.Of(firstKink < map.Stages.Length ? first : null, map.LatentDimension);
        Basis = roots is null ? [] : [.. roots.Basis.Select(row => map.Stages[firstKink].Units[row])];
    }

    /// <summary>
    /// The units of the first kink layer with which space is cut first. The walk is the trees of the 2ʳ cells that they leave, one after the
    /// other: in tree number t unit k is negative where bit k of t is set. From orthants there are none, and it is entry k of the code that is
    /// negative.
    /// </summary>
    public ImmutableArray<int> Basis { get; }

    /// <summary>The cones alone.</summary>
    /// <param name="cancellation">Looked at between nodes.</param>
    public IEnumerable<LinearCone> Cones(CancellationToken cancellation = default)
    {
        foreach (ConeNode node in Walk(null, cancellation))
        {
            if (node.Cone is { } cone)
            {
                yield return cone;
            }
        }
    }

    /// <summary>The tree in preorder, computed while it is read.</summary>
    /// <param name="measured">y, of m entries, for <see cref="LinearCone.Projection"/>; or null.</param>
    /// <param name="cancellation">Looked at between nodes.</param>
    /// <exception cref="ArgumentException">y has another length.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public IEnumerable<ConeNode> Walk(double[]? measured, CancellationToken cancellation = default) =>
        measured is null || measured.Length == map.OutputDimension
            ? Nodes(measured, cancellation)
            : throw new ArgumentException($"{measured.Length} entries; {map.OutputDimension} are observed", nameof(measured));

    private IEnumerable<ConeNode> Nodes(double[]? measured, CancellationToken cancellation)
    {
        int trees = 1 << (roots?.Basis.Length ?? map.LatentDimension);
        Stack<ConeWork> open = [];
        for (int tree = 0; tree < trees; tree++)
        {
            open.Push(Root(tree, measured, 1.0 / trees));
            while (open.TryPop(out ConeWork? work))
            {
                cancellation.ThrowIfCancellationRequested();
                work.Advance();
                if (work.IsLeaf)
                {
                    yield return new ConeNode(default, work.ToCone(roots?.Lines ?? []), work.Share);
                    continue;
                }

                (ConeFacet unit, ConeWork positive, ConeWork negative) = work.Cut();
                open.Push(negative);
                open.Push(positive);
                yield return new ConeNode(unit, null, 0);
            }
        }
    }

    private ConeWork Root(int tree, double[]? measured, double share)
    {
        ConeRay[] rays = new ConeRay[roots?.Basis.Length ?? map.LatentDimension];
        ConeFacet[] facets = new ConeFacet[rays.Length];
        for (int k = 0; k < rays.Length; k++)
        {
            BigInteger side = (tree >> k & 1) != 0 ? BigInteger.MinusOne : BigInteger.One;
            if (roots is null)
            {
                BigInteger[] axis = new BigInteger[rays.Length];
                axis[k] = side;
                rays[k] = new ConeRay(axis);
                facets[k] = new ConeFacet(-1, k);
            }
            else
            {
                rays[k] = new ConeRay([.. roots.Rays[k].Select(entry => entry * side)]);
                facets[k] = new ConeFacet(0, map.Stages[firstKink].Units[roots.Basis[k]]);
            }
        }

        return new ConeWork(map, Cell.Simplicial(rays, facets), first, firstKink, measured, share);
    }
}
