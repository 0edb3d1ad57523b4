using Inversion.Numerics;

namespace Inversion.Networks.Engine;

/// <summary>Where each tap of each small position lands on the large side; −1 outside.</summary>
internal sealed class PatchMap
{
    private PatchMap(int smallPositions, int largePositions, int taps, int[] large)
    {
        SmallPositions = smallPositions;
        LargePositions = largePositions;
        Taps = taps;
        Large = large;
    }

    public int SmallPositions { get; }

    public int LargePositions { get; }

    public int Taps { get; }

    /// <summary>Large position of (small, tap) at small · Taps + tap, or −1.</summary>
    public int[] Large { get; }

    public static PatchMap Identity { get; } = new(1, 1, 1, [0]);

    public static PatchMap Create(KernelGeometry geometry, Shape small, Shape large)
    {
        int taps = geometry.Taps;
        if ((long)small.Positions * taps > Capacity.Entries)
        {
            throw new NetworkException($"{small.Positions} positions with {taps} taps each are too many");
        }

        int[] map = new int[small.Positions * taps];
        for (int s = 0; s < small.Positions; s++)
        {
            // Padding may crop positions that an int would not hold.
            long top = ((long)(s / small.Width) * geometry.StrideHeight) - geometry.PaddingHeight;
            long left = ((long)(s % small.Width) * geometry.StrideWidth) - geometry.PaddingWidth;
            for (int t = 0; t < taps; t++)
            {
                long row = top + ((long)(t / geometry.KernelWidth) * geometry.DilationHeight);
                long column = left + ((long)(t % geometry.KernelWidth) * geometry.DilationWidth);
                bool inside = row >= 0 && row < large.Height && column >= 0 && column < large.Width;
                map[(s * taps) + t] = inside ? (int)((row * large.Width) + column) : -1;
            }
        }

        return new PatchMap(small.Positions, large.Positions, taps, map);
    }
}
