using System.Numerics;

namespace Inversion.Numerics.Lanes;

/// <summary>What becomes of a finished sum of a product while it is still in its register.</summary>
internal interface ITileEnd
{
    /// <summary>Writes the sum to <paramref name="c"/>, and what follows from it to the same place after <paramref name="post"/>.</summary>
    static abstract void Put<V, T>(V sum, ref T c, ref T post, nint at, V slope)
        where V : struct, ILanes<V, T>
        where T : unmanaged, IFloatingPointIeee754<T>;
}
