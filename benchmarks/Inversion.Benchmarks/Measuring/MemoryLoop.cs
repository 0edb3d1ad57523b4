using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Inversion.Benchmarks.Measuring;

/// <summary>Reads and copies an array that no cache holds, for the bandwidth of memory from one core.</summary>
internal sealed class MemoryLoop
{
    private const int Length = 1 << 25;
    private readonly double[] source = new double[Length];
    private readonly double[] target = new double[Length];

    public MemoryLoop()
    {
        // Written once, so that every page is there.
        Array.Fill(source, 1.0);
        Array.Fill(target, 2.0);
    }

    /// <summary>Bytes of one <see cref="Read"/>.</summary>
    public static double BytesRead => 8.0 * Length;

    /// <summary>Bytes read and written by one <see cref="Copy"/>.</summary>
    public static double BytesCopied => 16.0 * Length;

    /// <summary>What the last read summed.</summary>
    public double Sum { get; private set; }

    /// <summary>Sums the array.</summary>
    public void Read()
    {
        ref double first = ref MemoryMarshal.GetArrayDataReference(source);
        Vector512<double> s0 = default, s1 = default, s2 = default, s3 = default;
        nuint step = (nuint)Vector512<double>.Count;
        for (nuint i = 0; i < Length; i += 4 * step)
        {
            s0 += Vector512.LoadUnsafe(ref first, i);
            s1 += Vector512.LoadUnsafe(ref first, i + step);
            s2 += Vector512.LoadUnsafe(ref first, i + (2 * step));
            s3 += Vector512.LoadUnsafe(ref first, i + (3 * step));
        }

        Sum = Vector512.Sum(s0 + s1 + s2 + s3);
    }

    /// <summary>Copies the array to another.</summary>
    public void Copy() => source.AsSpan().CopyTo(target);
}
