using System.Numerics;

namespace Inversion.Cones;

/// <summary>Vectors of whole numbers: what decides, where rounding must not.</summary>
internal static class IntegerVector
{
    /// <summary>⟨x, y⟩.</summary>
    public static BigInteger Dot(BigInteger[] x, BigInteger[] y)
    {
        BigInteger sum = x[0] * y[0];
        for (int i = 1; i < x.Length; i++)
        {
            sum += x[i] * y[i];
        }

        return sum;
    }

    /// <summary>a x + b y.</summary>
    public static BigInteger[] Combine(BigInteger a, BigInteger[] x, BigInteger b, BigInteger[] y)
    {
        BigInteger[] sum = new BigInteger[x.Length];
        for (int i = 0; i < sum.Length; i++)
        {
            sum[i] = (a * x[i]) + (b * y[i]);
        }

        return sum;
    }

    /// <summary>Divides x, in place, by the greatest common divisor of its entries: the shortest whole vector of its direction. Zero stays.</summary>
    public static BigInteger[] Shorten(BigInteger[] x)
    {
        BigInteger common = BigInteger.Zero;
        foreach (BigInteger entry in x)
        {
            common = BigInteger.GreatestCommonDivisor(common, entry);
            if (common.IsOne)
            {
                return x;
            }
        }

        for (int i = 0; i < x.Length && !common.IsZero; i++)
        {
            x[i] /= common;
        }

        return x;
    }

    /// <summary>The whole numbers x · 2ᵏ for the smallest k ≥ 0 that makes all of them whole. Every entry must be finite.</summary>
    public static BigInteger[] FromDoubles(ReadOnlySpan<double> values)
    {
        int least = 0;
        foreach (double value in values)
        {
            if (value != 0)
            {
                (long mantissa, int exponent) = Parts(value);
                least = Math.Min(least, exponent + BitOperations.TrailingZeroCount(mantissa));
            }
        }

        BigInteger[] scaled = new BigInteger[values.Length];
        for (int i = 0; i < scaled.Length; i++)
        {
            (long mantissa, int exponent) = Parts(values[i]);
            scaled[i] = exponent >= least ? (BigInteger)mantissa << (exponent - least) : mantissa >> Math.Min(63, least - exponent);
        }

        return scaled;
    }

    /// <summary>Writes x divided by about its largest entry, so that the largest is between ½ and 1 in size. Each entry is off by at most 2⁻⁵².</summary>
    public static void Approximate(BigInteger[] x, Span<double> scaled)
    {
        long bits = 1;
        foreach (BigInteger entry in x)
        {
            bits = Math.Max(bits, (entry.Sign < 0 ? -entry : entry).GetBitLength());
        }

        int shift = (int)(bits - 62);
        for (int i = 0; i < scaled.Length; i++)
        {
            BigInteger top = shift > 0 ? x[i] >> shift : x[i] << -shift;
            scaled[i] = (long)top * (1.0 / (1L << 62));
        }
    }

    // value = mantissa · 2^exponent.
    private static (long Mantissa, int Exponent) Parts(double value)
    {
        long bits = BitConverter.DoubleToInt64Bits(value);
        int field = (int)((bits >> 52) & 0x7FF);
        long fraction = bits & 0xFFFFFFFFFFFFFL;
        long mantissa = field == 0 ? fraction : fraction | 0x10000000000000L;
        return (bits < 0 ? -mantissa : mantissa, Math.Max(field, 1) - 1075);
    }
}
