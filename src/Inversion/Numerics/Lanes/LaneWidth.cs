using System.Runtime.Intrinsics;

namespace Inversion.Numerics.Lanes;

/// <summary>How wide the vectors are that a loop runs on. Which one changes the speed and no bit of a result.</summary>
internal enum LaneWidth
{
    /// <summary>No vectors.</summary>
    Single,

    /// <summary>128 bits.</summary>
    Bits128,

    /// <summary>256 bits.</summary>
    Bits256,

    /// <summary>512 bits.</summary>
    Bits512,
}

/// <summary>The width of this machine.</summary>
internal static class LaneWidths
{
    /// <summary>The widest that the processor runs at full speed.</summary>
    public static LaneWidth Best { get; } =
        Vector512.IsHardwareAccelerated ? LaneWidth.Bits512
        : Vector256.IsHardwareAccelerated ? LaneWidth.Bits256
        : Vector128.IsHardwareAccelerated ? LaneWidth.Bits128
        : LaneWidth.Single;
}
