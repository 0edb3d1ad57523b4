using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Inversion.Numerics;

/// <summary>Scratch memory that starts on a 64-byte boundary: a 512-bit load across two cache lines costs two.</summary>
internal sealed class SymmetricBuffer
{
    private readonly double[] storage;
    private readonly int start;

    /// <summary>Zeros.</summary>
    public SymmetricBuffer(int length)
    {
        Length = length;
        storage = GC.AllocateArray<double>(length + Vector512<double>.Count, pinned: true);
        long address = Marshal.UnsafeAddrOfPinnedArrayElement(storage, 0);
        start = (int)((-address & 63) / sizeof(double));
    }

    /// <summary>Number of entries.</summary>
    public int Length { get; }

    /// <summary>The entries.</summary>
    public Span<double> Values => storage.AsSpan(start, Length);

    /// <summary>The entries in vectors of eight; a rest is left out.</summary>
    public Span<Vector512<double>> Lanes => MemoryMarshal.Cast<double, Vector512<double>>(Values);

    /// <summary>The first entry.</summary>
    public ref double First => ref storage[start];
}
