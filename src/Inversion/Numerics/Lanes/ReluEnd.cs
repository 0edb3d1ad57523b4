using System.Numerics;
using System.Runtime.CompilerServices;

namespace Inversion.Numerics.Lanes;

/// <summary>The sum, and beside it max(sum, 0). The sums are kept: their signs are the mask of the backward pass.</summary>
internal readonly struct ReluEnd : ITileEnd
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Put<V, T>(V sum, ref T c, ref T post, nint at, V slope)
        where V : struct, ILanes<V, T>
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        V.Store(sum, ref c, at);
        V.Store(V.SelectPositive(sum, sum, default), ref post, at);
    }
}
