using System.Numerics;
using System.Runtime.CompilerServices;

namespace Inversion.Numerics.Lanes;

/// <summary>The sum, and beside it the sum where it is positive and slope · sum elsewhere.</summary>
internal readonly struct LeakyReluEnd : ITileEnd
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Put<V, T>(V sum, ref T c, ref T post, nint at, V slope)
        where V : struct, ILanes<V, T>
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        V.Store(sum, ref c, at);
        V.Store(V.SelectPositive(sum, sum, V.Multiply(slope, sum)), ref post, at);
    }
}
