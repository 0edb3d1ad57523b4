namespace Inversion.Numerics;

/// <summary>How large one array may be. A size beyond it is refused by name, before memory is asked for.</summary>
internal static class Capacity
{
    /// <summary>Entries of the largest array of weights or values: 2²⁸, 2 GiB in double precision.</summary>
    public const int Entries = 1 << 28;

    /// <summary>The product of sizes, none negative; <see cref="long.MaxValue"/> where it is larger than a long holds.</summary>
    public static long Product(params ReadOnlySpan<long> sizes)
    {
        if (sizes.Contains(0))
        {
            return 0;
        }

        long product = 1;
        foreach (long size in sizes)
        {
            if (product > long.MaxValue / size)
            {
                return long.MaxValue;
            }

            product *= size;
        }

        return product;
    }
}
