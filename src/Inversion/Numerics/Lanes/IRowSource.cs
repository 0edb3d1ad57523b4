using System.Numerics;

namespace Inversion.Numerics.Lanes;

/// <summary>The rows of a left-hand factor that is not stored as one matrix: gathered, masked, or too far apart in memory.</summary>
internal interface IRowSource<T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    /// <summary>to ← the entries of a row from one depth on, as many as fit.</summary>
    void Read(int row, int from, Span<T> to);
}
