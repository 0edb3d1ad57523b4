using System.Numerics;

namespace Inversion.Numerics;

/// <summary>
/// Sums over vectors in increasing index, one fused multiply-add at a time, so that the bits depend on neither the vector
/// width nor the thread count.
/// </summary>
public static class Vectors
{
    /// <summary>⟨x, y⟩ = Σ x[i]·y[i]. Error at most γₙ Σ|x[i]·y[i]|. NaN and infinity propagate.</summary>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    public static T Dot<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> y)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        Guard.Length(y.Length, x.Length, nameof(y));
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
        for (int i = 0; i < x.Length; i++)
        {
            y[i] = T.FusedMultiplyAdd(a, x[i], y[i]);
        }
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
