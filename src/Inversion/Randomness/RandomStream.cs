namespace Inversion.Randomness;

/// <summary>
/// A counter-based stream: the n-th word is a function of the key and n alone (SplitMix64: Steele, Lea, Flood, "Fast splittable
/// pseudorandom number generators", OOPSLA 2014).
/// </summary>
/// <remarks>Bits and uniforms are exact on every platform. Gaussians use Math.Log and Math.SinCos and may differ in the last digit.</remarks>
/// <threadsafety>One thread at a time.</threadsafety>
public sealed class RandomStream
{
    private const ulong Gamma = 0x9E3779B97F4A7C15;
    private readonly ulong key;
    private ulong counter;
    private double spare;
    private bool hasSpare;

    internal RandomStream(RandomKey key) => this.key = key.Value;

    /// <summary>The next 64 bits.</summary>
    public ulong NextBits() => RandomKey.Mix(key + (++counter * Gamma));

    /// <summary>Uniform on [0, 1), a multiple of 2⁻⁵³.</summary>
    public double NextUniform() => (NextBits() >> 11) * (1.0 / (1UL << 53));

    /// <summary>Uniform on {0, …, bound − 1}, without bias (rejection).</summary>
    /// <exception cref="ArgumentOutOfRangeException">bound is not positive.</exception>
    public int NextBelow(int bound)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(bound);
        ulong range = (ulong)bound;
        ulong limit = ulong.MaxValue - (ulong.MaxValue % range);
        ulong bits;
        do
        {
            bits = NextBits();
        }
        while (bits >= limit);
        return (int)(bits % range);
    }

    /// <summary>Standard normal (Box and Muller, 1958; both halves are used).</summary>
    public double NextGaussian()
    {
        if (hasSpare)
        {
            hasSpare = false;
            return spare;
        }

        double radius = Math.Sqrt(-2 * Math.Log(1 - NextUniform()));
        (double sine, double cosine) = Math.SinCos(2 * Math.PI * NextUniform());
        spare = radius * sine;
        hasSpare = true;
        return radius * cosine;
    }

    /// <summary>Fills <paramref name="values"/> with independent standard normals.</summary>
    public void FillGaussian(Span<double> values)
    {
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = NextGaussian();
        }
    }

    /// <summary>A uniformly random order of 0 … count − 1 (Fisher and Yates).</summary>
    /// <exception cref="ArgumentOutOfRangeException">count is negative.</exception>
    public int[] Permutation(int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        int[] order = new int[count];
        for (int i = 0; i < count; i++)
        {
            int j = NextBelow(i + 1);
            order[i] = order[j];
            order[j] = i;
        }

        return order;
    }
}
