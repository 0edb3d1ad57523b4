using System.Numerics;

namespace Inversion.Numerics.Lanes;

/// <summary>
/// Numbers side by side in one vector register (or in two, or a single one): what a loop is written against once, for every width
/// of vector. Every operation acts lane by lane and rounds as the scalar one does, so results do not depend on the width.
/// </summary>
/// <typeparam name="TSelf">The register.</typeparam>
/// <typeparam name="T">double or float.</typeparam>
internal interface ILanes<TSelf, T>
    where TSelf : struct, ILanes<TSelf, T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    /// <summary>Numbers in it.</summary>
    static abstract int Count { get; }

    /// <summary>The numbers from entry <paramref name="at"/> after <paramref name="from"/> on.</summary>
    static abstract TSelf Load(ref readonly T from, nint at);

    /// <summary>One number in every lane.</summary>
    static abstract TSelf Splat(T value);

    /// <summary>Writes the numbers from entry <paramref name="at"/> after <paramref name="to"/> on.</summary>
    static abstract void Store(TSelf x, ref T to, nint at);

    /// <summary>x·y + sum with one rounding.</summary>
    static abstract TSelf MultiplyAdd(TSelf x, TSelf y, TSelf sum);

    /// <summary>x + y.</summary>
    static abstract TSelf Add(TSelf x, TSelf y);

    /// <summary>x − y.</summary>
    static abstract TSelf Subtract(TSelf x, TSelf y);

    /// <summary>x·y.</summary>
    static abstract TSelf Multiply(TSelf x, TSelf y);

    /// <summary>whenPositive where x &gt; 0, otherwise elsewhere; a NaN stays itself.</summary>
    static abstract TSelf SelectPositive(TSelf x, TSelf whenPositive, TSelf elsewhere);

    /// <summary>whenZero where x is 0, otherwise elsewhere, where x is NaN too.</summary>
    static abstract TSelf SelectZero(TSelf x, TSelf whenZero, TSelf elsewhere);
}
