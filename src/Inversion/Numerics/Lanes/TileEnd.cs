namespace Inversion.Numerics.Lanes;

/// <summary>What follows from each finished sum of a product; see <see cref="ITileEnd"/>.</summary>
internal enum TileEnd
{
    /// <summary>Nothing.</summary>
    Plain,

    /// <summary>max(sum, 0) beside it.</summary>
    Relu,

    /// <summary>Beside it the sum where it is positive, slope · sum elsewhere.</summary>
    LeakyRelu,
}
