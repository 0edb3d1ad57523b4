using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Inversion.Numerics.Lanes;

/// <summary>Rows that lie a stride apart.</summary>
internal readonly ref struct StridedRows<T>(ref T first, nint stride, int length) : IRowSource<T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    private readonly ref T first = ref first;

    public void Read(int row, int from, Span<T> to) =>
        MemoryMarshal.CreateReadOnlySpan(ref Unsafe.Add(ref first, row * stride), length).Slice(from, to.Length).CopyTo(to);
}
