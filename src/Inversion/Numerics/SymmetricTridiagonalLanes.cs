using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Inversion.Numerics;

/// <summary>The extreme eigenvalues, and one extreme eigenvector, of eight symmetric tridiagonal matrices at once, one in each lane of a vector.</summary>
/// <remarks>
/// <para>The bits of a lane depend on that lane alone. Holds scratch memory: one for each thread.</para>
/// <para>Source: Laguerre's method from outside the spectrum, Parlett, The Symmetric Eigenvalue Problem, section 4.4 and chapter 7; the
/// pivots of the factorization carry p'/p and p''/p along.</para>
/// </remarks>
public sealed class SymmetricTridiagonalLanes
{
    /// <summary>Matrices at once.</summary>
    public const int Lanes = 8;

    private const double Ulp = 2.220446049250313e-16;
    private const int LaguerreRounds = 12;

    // Halving the width of the spectrum until it is below the tolerance takes 52 rounds.
    private const int BisectionRounds = 60;
    private readonly SymmetricBuffer diagonal;
    private readonly SymmetricBuffer offDiagonal;
    private readonly SymmetricBuffer squares;
    private readonly SymmetricBuffer pivots;
    private readonly SymmetricBuffer solution;

    /// <summary>Room for matrices of up to <paramref name="capacity"/> rows, all zero.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The capacity is below 1.</exception>
    public SymmetricTridiagonalLanes(int capacity)
    {
        Capacity = Guard.AtLeast(capacity, 1);
        int length = checked(capacity * Lanes);
        (diagonal, offDiagonal, squares) = (new(length), new(length), new(length));
        (pivots, solution) = (new(length), new(length));
    }

    /// <summary>The most rows of a matrix.</summary>
    public int Capacity { get; }

    /// <summary>T[i, i] of the matrix in a lane, at 8 i + lane.</summary>
    public Span<double> Diagonal => diagonal.Values;

    /// <summary>T[i, i + 1] of the matrix in a lane, at 8 i + lane.</summary>
    public Span<double> OffDiagonal => offDiagonal.Values;

    /// <summary>The smallest and the largest eigenvalue of each lane's matrix.</summary>
    /// <param name="size">Rows of each matrix, at most <see cref="Capacity"/>.</param>
    /// <param name="lowest">Eight entries. Overwritten.</param>
    /// <param name="highest">Eight entries. Overwritten.</param>
    /// <exception cref="ArgumentException">A length is off. Nothing has been written.</exception>
    /// <remarks>
    /// <para>Cost: about seven divisions a row; sixty more where eigenvalues repeat. No allocation.</para>
    /// <para>Accuracy: a few units of rounding times ‖T‖. A lane with a NaN or an infinity gives NaN. Squares must not overflow.</para>
    /// </remarks>
    public void Extremes(int size, Span<double> lowest, Span<double> highest)
    {
        Check(size);
        Guard.Length(lowest.Length, Lanes, nameof(lowest));
        Guard.Length(highest.Length, Lanes, nameof(highest));
        ReadOnlySpan<Vector512<double>> d = diagonal.Lanes[..size];
        ReadOnlySpan<Vector512<double>> e = offDiagonal.Lanes[..size];
        Span<Vector512<double>> squared = squares.Lanes[..size];
        Vector512<double> high = Vector512.Create(double.NegativeInfinity), low = -high, top = high, bottom = low;
        Vector512<double> defect = default, before = default;
        for (int i = 0; i < d.Length; i++)
        {
            Vector512<double> after = i + 1 < size ? Vector512.Abs(e[i]) : default;
            Vector512<double> reach = before + after;
            high = Larger(high, d[i] + reach);
            low = Smaller(low, d[i] - reach);
            top = Larger(top, d[i]);
            bottom = Smaller(bottom, d[i]);

            // Zero, or NaN where an entry is not finite.
            defect += (d[i] - d[i]) + (after - after);
            squared[i] = after * after;
            before = after;
        }

        Vector512<double> tolerance = Vector512.Create(2 * Ulp) * Larger(Vector512.Abs(low), Vector512.Abs(high));
        Laguerre(size, tolerance, ref low, ref high, out Vector512<double> openLow, out Vector512<double> openHigh);
        if (Vector512.EqualsAny(openHigh.AsInt64(), Vector512<long>.AllBitsSet))
        {
            high = Bisect(size, Vector512<double>.One, top, high, openHigh, tolerance);
        }

        if (Vector512.EqualsAny(openLow.AsInt64(), Vector512<long>.AllBitsSet))
        {
            low = -Bisect(size, Vector512.Create(-1.0), -bottom, -low, openLow, tolerance);
        }

        (low + defect).CopyTo(lowest);
        (high + defect).CopyTo(highest);
    }

    /// <summary>Unit eigenvectors of an extreme eigenvalue of each lane's matrix, by inverse iteration from just outside the spectrum.</summary>
    /// <param name="size">Rows, as in the call of <see cref="Extremes"/> before.</param>
    /// <param name="eigenvalues">For each lane its eigenvalue, from <see cref="Extremes"/>.</param>
    /// <param name="highest">For each lane 1 where that is the largest eigenvalue, −1 where it is the smallest.</param>
    /// <param name="vectors">Entry i of a lane's vector at 8 i + lane; 8 × size entries. Overwritten.</param>
    /// <exception cref="ArgumentException">A length is off. Nothing has been written.</exception>
    /// <remarks>Cost: a few divisions a row, no allocation. Accuracy: the Rayleigh quotient is within a few units of rounding times ‖T‖ of the eigenvalue. NaN propagates.</remarks>
    public void Vectors(int size, ReadOnlySpan<double> eigenvalues, ReadOnlySpan<double> highest, Span<double> vectors)
    {
        Check(size);
        Guard.Length(eigenvalues.Length, Lanes, nameof(eigenvalues));
        Guard.Length(highest.Length, Lanes, nameof(highest));
        Guard.Length(vectors.Length, size * Lanes, nameof(vectors));
        ReadOnlySpan<Vector512<double>> d = diagonal.Lanes[..size];
        ReadOnlySpan<Vector512<double>> e = offDiagonal.Lanes[..size];
        Span<Vector512<double>> q = pivots.Lanes[..size];
        Span<Vector512<double>> x = solution.Lanes[..size];
        Vector512<double> sign = Vector512.Create(highest);
        Vector512<double> scale = default;
        for (int i = 0; i < d.Length; i++)
        {
            scale = Larger(scale, Larger(Vector512.Abs(d[i]), Vector512.Abs(e[i])));
        }

        // Never zero, so that a zero matrix has pivots too.
        Vector512<double> tiny = Vector512.Create(Ulp) * Larger(scale, Vector512.Create(1e-280));
        Vector512<double> shift = (sign * Vector512.Create(eigenvalues)) + (tiny + tiny);
        Vector512<double> coupling = default;
        for (int i = 0; i < q.Length; i++)
        {
            Vector512<double> pivot = ((sign * d[i]) - shift) - coupling;

            // Written so that a NaN stays one.
            pivot = Vector512.ConditionalSelect(Vector512.GreaterThan(pivot, -tiny), -tiny, pivot);
            q[i] = Vector512<double>.One / pivot;
            coupling = squares.Lanes[i] * q[i];

            // No eigenvector is orthogonal to all of these by its symmetry.
            x[i] = Vector512.Create(1 + (0.3819660112501051 * (i % 7)));
        }

        for (int round = 0; round < 3; round++)
        {
            for (int i = 1; i < x.Length; i++)
            {
                x[i] -= sign * e[i - 1] * q[i - 1] * x[i - 1];
            }

            x[^1] *= q[^1];
            Vector512<double> largest = Vector512.Abs(x[^1]);
            for (int i = x.Length - 2; i >= 0; i--)
            {
                x[i] = (x[i] - (sign * e[i] * x[i + 1])) * q[i];
                largest = Larger(largest, Vector512.Abs(x[i]));
            }

            Normalize(x, largest);
        }

        MemoryMarshal.AsBytes(solution.Values[..(size * Lanes)]).CopyTo(MemoryMarshal.AsBytes(vectors));
    }

    // x / ‖x‖ in each lane, first by the largest entry so that no square overflows.
    private static void Normalize(Span<Vector512<double>> x, Vector512<double> largest)
    {
        Vector512<double> sum = default;
        Vector512<double> factor = Vector512<double>.One / largest;
        for (int i = 0; i < x.Length; i++)
        {
            x[i] *= factor;
            sum = Vector512.FusedMultiplyAdd(x[i], x[i], sum);
        }

        factor = Vector512<double>.One / Vector512.Sqrt(sum);
        for (int i = 0; i < x.Length; i++)
        {
            x[i] *= factor;
        }
    }

    // From outside the spectrum, where all pivots of T − λI have one sign, Laguerre's step never passes the outermost eigenvalue but by
    // rounding; a lane is done when a pivot changes its sign or the step is lost in rounding.
    private void Laguerre(
        int size, Vector512<double> tolerance, ref Vector512<double> low, ref Vector512<double> high, out Vector512<double> openLow, out Vector512<double> openHigh)
    {
        ReadOnlySpan<Vector512<double>> d = diagonal.Lanes[..size];
        ReadOnlySpan<Vector512<double>> squared = squares.Lanes[..size];
        Vector512<double> one = Vector512<double>.One, count = Vector512.Create((double)size), lessOne = Vector512.Create(size - 1.0);
        openLow = openHigh = Vector512<double>.AllBitsSet;
        for (int round = 0; round < LaguerreRounds && Vector512.EqualsAny((openLow | openHigh).AsInt64(), Vector512<long>.AllBitsSet); round++)
        {
            Vector512<double> inHigh = openHigh, tHigh = default, aHigh = default, bHigh = default, s1High = default, s2High = default;
            Vector512<double> inLow = openLow, tLow = default, aLow = default, bLow = default, s1Low = default, s2Low = default;
            for (int i = 0; i < d.Length; i++)
            {
                Vector512<double> pivot = (d[i] - high) - tHigh;
                Vector512<double> other = (d[i] - low) - tLow;
                inHigh &= Vector512.LessThan(pivot, default);
                inLow &= Vector512.GreaterThan(other, default);
                pivot = one / pivot;
                other = one / other;
                bHigh = tHigh * Vector512.FusedMultiplyAdd(aHigh * -2.0, aHigh, bHigh) * pivot;
                bLow = tLow * Vector512.FusedMultiplyAdd(aLow * -2.0, aLow, bLow) * other;
                aHigh = Vector512.FusedMultiplyAdd(tHigh, aHigh, -one) * pivot;
                aLow = Vector512.FusedMultiplyAdd(tLow, aLow, -one) * other;
                s1High += aHigh;
                s1Low += aLow;
                s2High += Vector512.FusedMultiplyAdd(aHigh, aHigh, -bHigh);
                s2Low += Vector512.FusedMultiplyAdd(aLow, aLow, -bLow);
                tHigh = squared[i] * pivot;
                tLow = squared[i] * other;
            }

            Vector512<double> stepHigh = count / (s1High + Vector512.Sqrt(Larger(default, lessOne * ((count * s2High) - (s1High * s1High)))));
            Vector512<double> stepLow = count / (Vector512.Sqrt(Larger(default, lessOne * ((count * s2Low) - (s1Low * s1Low)))) - s1Low);
            high = Vector512.ConditionalSelect(inHigh & Vector512.GreaterThan(stepHigh, default), high - stepHigh, high);
            low = Vector512.ConditionalSelect(inLow & Vector512.GreaterThan(stepLow, default), low + stepLow, low);
            openHigh = inHigh & Vector512.GreaterThan(stepHigh, tolerance);
            openLow = inLow & Vector512.GreaterThan(stepLow, tolerance);
        }
    }

    // The largest eigenvalue of sign·T between `inside`, not above it, and `outside`, not below it, in the open lanes; `outside` in the others.
    private Vector512<double> Bisect(
        int size, Vector512<double> sign, Vector512<double> inside, Vector512<double> outside, Vector512<double> open, Vector512<double> tolerance)
    {
        ReadOnlySpan<Vector512<double>> d = diagonal.Lanes[..size];
        ReadOnlySpan<Vector512<double>> squared = squares.Lanes[..size];
        for (int round = 0; round < BisectionRounds && Vector512.EqualsAny(open.AsInt64(), Vector512<long>.AllBitsSet); round++)
        {
            Vector512<double> middle = Vector512.FusedMultiplyAdd(outside - inside, Vector512.Create(0.5), inside);
            Vector512<double> above = Vector512<double>.AllBitsSet, coupling = default;
            for (int i = 0; i < d.Length; i++)
            {
                Vector512<double> pivot = ((sign * d[i]) - middle) - coupling;
                above &= Vector512.LessThan(pivot, default);
                coupling = squared[i] / pivot;
            }

            outside = Vector512.ConditionalSelect(above & open, middle, outside);
            inside = Vector512.ConditionalSelect(Vector512.AndNot(open, above), middle, inside);
            open &= Vector512.GreaterThan(outside - inside, tolerance);
        }

        return outside;
    }

    private void Check(int size)
    {
        if (size < 1 || size > Capacity)
        {
            throw new ArgumentOutOfRangeException(nameof(size), size, $"size must lie between 1 and {Capacity}");
        }
    }

    // x where it is larger, else y: a NaN in x loses.
    private static Vector512<double> Larger(Vector512<double> x, Vector512<double> y) => Vector512.ConditionalSelect(Vector512.GreaterThan(x, y), x, y);

    private static Vector512<double> Smaller(Vector512<double> x, Vector512<double> y) => Vector512.ConditionalSelect(Vector512.LessThan(x, y), x, y);
}
