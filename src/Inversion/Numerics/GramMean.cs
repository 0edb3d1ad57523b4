using System.Runtime.Intrinsics;

namespace Inversion.Numerics;

/// <summary>
/// The mean Q = ((π − θ)/2π) I + (sin θ/2π)(m mᵀ − a aᵀ) of W₊ₓᵀW₊ᵧ for eight pairs at once, θ = ∠(x, y), m and a the unit vectors along
/// x̂ + ŷ and x̂ − ŷ.
/// </summary>
/// <remarks>Source: Hand and Voroninski, arXiv 1705.07576, Definition 2, in the axes of the reflection x̂ ↔ ŷ, which do not cancel.</remarks>
internal sealed class GramMean(int columns)
{
    private const int Lanes = SymmetricLanes.Lanes;
    private readonly SymmetricBuffer middle = new(columns * Lanes);
    private readonly SymmetricBuffer across = new(columns * Lanes);
    private readonly double[] angles = new double[Lanes];

    /// <summary>(π − θ)/2π in each lane.</summary>
    public Vector512<double> Diagonal { get; private set; }

    /// <summary>sin θ/2π in each lane.</summary>
    public Vector512<double> Reflected { get; private set; }

    /// <summary>m, entry i of a lane at 8 i + lane.</summary>
    public SymmetricBuffer Middle => middle;

    /// <summary>a, entry i of a lane at 8 i + lane.</summary>
    public SymmetricBuffer Across => across;

    /// <summary>Sets the pairs: 16 rows of `columns` entries, x₀ … x₇, y₀ … y₇, of any length but zero. A zero vector has no angle and gives NaN.</summary>
    public void Set(ReadOnlySpan<double> points)
    {
        Span<Vector512<double>> m = middle.Lanes, a = across.Lanes;
        Vector512<double> largestX = default, largestY = default;
        for (int i = 0; i < m.Length; i++)
        {
            m[i] = Gather(points, i);
            a[i] = Gather(points, (Lanes * columns) + i);
            largestX = Larger(Vector512.Abs(m[i]), largestX);
            largestY = Larger(Vector512.Abs(a[i]), largestY);
        }

        Vector512<double> squaresX = default, squaresY = default;
        for (int i = 0; i < m.Length; i++)
        {
            m[i] /= largestX;
            a[i] /= largestY;
            squaresX = Vector512.FusedMultiplyAdd(m[i], m[i], squaresX);
            squaresY = Vector512.FusedMultiplyAdd(a[i], a[i], squaresY);
        }

        Vector512<double> factorX = Vector512<double>.One / Vector512.Sqrt(squaresX), factorY = Vector512<double>.One / Vector512.Sqrt(squaresY);
        Vector512<double> sum = default, difference = default;
        for (int i = 0; i < m.Length; i++)
        {
            Vector512<double> x = m[i] * factorX, y = a[i] * factorY;
            (m[i], a[i]) = (x + y, x - y);
            sum = Vector512.FusedMultiplyAdd(m[i], m[i], sum);
            difference = Vector512.FusedMultiplyAdd(a[i], a[i], difference);
        }

        Vector512<double> lengthM = Vector512.Sqrt(sum), lengthA = Vector512.Sqrt(difference);
        for (int lane = 0; lane < Lanes; lane++)
        {
            angles[lane] = 2 * Math.Atan2(lengthA.GetElement(lane), lengthM.GetElement(lane));
        }

        Diagonal = (Vector512.Create(Math.PI) - Vector512.Create(angles)) / (2 * Math.PI);

        // sin θ = 2 sin(θ/2) cos(θ/2).
        Reflected = lengthA * lengthM / ((sum + difference) * Math.PI);
        factorX = Reciprocal(lengthM);
        factorY = Reciprocal(lengthA);
        for (int i = 0; i < m.Length; i++)
        {
            m[i] *= factorX;
            a[i] *= factorY;
        }
    }

    private Vector512<double> Gather(ReadOnlySpan<double> points, int at) => Vector512.Create(
        points[at], points[at + columns], points[at + (2 * columns)], points[at + (3 * columns)],
        points[at + (4 * columns)], points[at + (5 * columns)], points[at + (6 * columns)], points[at + (7 * columns)]);

    // Zero for zero: the direction of x̂ − ŷ where x̂ = ŷ, which sin θ = 0 multiplies.
    private static Vector512<double> Reciprocal(Vector512<double> length) =>
        Vector512.AndNot(Vector512<double>.One / length, Vector512.Equals(length, default));

    private static Vector512<double> Larger(Vector512<double> x, Vector512<double> y) => Vector512.ConditionalSelect(Vector512.GreaterThan(x, y), x, y);
}
