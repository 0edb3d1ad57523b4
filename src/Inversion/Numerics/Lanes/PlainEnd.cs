using System.Numerics;
using System.Runtime.CompilerServices;

namespace Inversion.Numerics.Lanes;

/// <summary>The sum alone.</summary>
internal readonly struct PlainEnd : ITileEnd
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Put<V, T>(V sum, ref T c, ref T post, nint at, V slope)
        where V : struct, ILanes<V, T>
        where T : unmanaged, IFloatingPointIeee754<T> => V.Store(sum, ref c, at);
}
