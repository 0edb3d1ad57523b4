using System.Numerics;
using Inversion.Numerics.Lanes;

namespace Inversion.Numerics;

/// <summary>
/// Sums over vectors in one fixed order, with fused multiply-adds, so that the bits depend on neither the width of the machine's vectors
/// nor the thread count.
/// </summary>
public static class Vectors
{
    /// <summary>⟨x, y⟩ = Σ x[i]·y[i].</summary>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    /// <remarks>
    /// <para>
    /// Fewer than 32 terms are added in increasing i, one after the other. More are 32 sums, the j-th over i ≡ j mod 32 in increasing order, which
    /// are then added in halves: j and j + 16, j and j + 8, …, j and j + 1.
    /// </para>
    /// <para>Error at most γₘ Σ|x[i]·y[i]|, m = n below 32 and ⌈n/32⌉ + 5 from there on. NaN and infinity propagate. No allocation.</para>
    /// </remarks>
    public static T Dot<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> y)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        Guard.Length(y.Length, x.Length, nameof(y));
        if (x.Length >= LanedDot.Sums)
        {
            return LanedDot.Of(x, y, LaneWidths.Best);
        }

        T sum = T.Zero;
        for (int i = 0; i < x.Length; i++)
        {
            sum = T.FusedMultiplyAdd(x[i], y[i], sum);
        }

        return sum;
    }

    /// <summary>‖x‖² = Σ x[i]².</summary>
    public static T SquaredNorm<T>(ReadOnlySpan<T> x)
        where T : unmanaged, IFloatingPointIeee754<T> => Dot(x, x);

    /// <summary>‖x‖₂, scaled so that it neither overflows nor underflows before the result does.</summary>
    public static T Norm<T>(ReadOnlySpan<T> x)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        return NormFromSquare(x, SquaredNorm(x));
    }

    /// <summary>As <see cref="Norm"/>, for a vector whose <see cref="SquaredNorm"/> is known.</summary>
    internal static T NormFromSquare<T>(ReadOnlySpan<T> x, T plain)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        // Far from both ends of the range no square overflows, and those that underflow do not count beside the sum.
        if (plain > T.ScaleB(T.One, typeof(T) == typeof(double) ? -900 : -80) && plain < T.ScaleB(T.One, typeof(T) == typeof(double) ? 1000 : 120))
        {
            return T.Sqrt(plain);
        }

        T largest = T.Zero;
        foreach (T value in x)
        {
            T magnitude = T.Abs(value);
            largest = T.IsNaN(magnitude) || magnitude > largest ? magnitude : largest;
            if (T.IsNaN(largest))
            {
                return largest;
            }
        }

        if (largest == T.Zero || T.IsInfinity(largest))
        {
            return largest;
        }

        // A power of two, so that scaling is exact. That of a subnormal number would be infinite: 2⁻⁵³ of it still lifts the
        // squares of all entries that count into the normal range.
        int exponent = -T.ILogB(largest);
        T scale = T.ScaleB(T.One, exponent);
        if (!T.IsFinite(scale))
        {
            scale = T.ScaleB(T.One, exponent - 53);
        }

        T sum = T.Zero;
        foreach (T value in x)
        {
            T scaled = value * scale;
            sum = T.FusedMultiplyAdd(scaled, scaled, sum);
        }

        return T.Sqrt(sum) / scale;
    }

    /// <summary>‖x − y‖₂.</summary>
    public static T Distance<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> y)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        Guard.Length(y.Length, x.Length, nameof(y));
        T[] difference = new T[x.Length];
        for (int i = 0; i < x.Length; i++)
        {
            difference[i] = x[i] - y[i];
        }

        return Norm<T>(difference);
    }

    /// <summary>y ← y + a·x, in place.</summary>
    public static void AddScaled<T>(T a, ReadOnlySpan<T> x, Span<T> y)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        Guard.Length(y.Length, x.Length, nameof(y));
        ElementLoop.Run<T, ScaledSum>(y, x, a, y);
    }

    /// <summary>x ← a·x, in place.</summary>
    public static void Scale<T>(T a, Span<T> x)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        for (int i = 0; i < x.Length; i++)
        {
            x[i] *= a;
        }
    }
}
