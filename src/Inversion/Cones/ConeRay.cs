using System.Numerics;

namespace Inversion.Cones;

/// <summary>An extreme ray of a cone: all positive multiples of one vector.</summary>
/// <threadsafety>Immutable.</threadsafety>
public sealed class ConeRay
{
    private readonly BigInteger[] exact;
    private readonly double[] approximate;

    internal ConeRay(BigInteger[] exact)
    {
        this.exact = IntegerVector.Shorten(exact);
        approximate = new double[exact.Length];
        IntegerVector.Approximate(this.exact, approximate);
    }

    /// <summary>The shortest vector of whole numbers on the ray, n0 entries. The same ray always has the same one.</summary>
    public ReadOnlySpan<BigInteger> Exact => exact;

    /// <summary>The same vector divided by a power of two, largest entry between ½ and 1 in size; each entry off by at most 2⁻⁵².</summary>
    public ReadOnlySpan<double> Approximate => approximate;

    internal BigInteger[] ExactEntries => exact;

    internal double[] Entries => approximate;
}
