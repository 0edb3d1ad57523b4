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
        IsIdentity = largePositions == large.Length && large.AsSpan().SequenceEqual([.. Enumerable.Range(0, largePositions)]);
        List<PatchRun> runs = [];
        RunsFrom = new int[smallPositions + 1];
        for (int s = 0; s < smallPositions; s++)
        {
            for (int t = 0; t < taps;)
            {
                int position = large[(s * taps) + t];
                int count = 1;
                while (t + count < taps && large[(s * taps) + t + count] == (position < 0 ? -1 : position + count))
                {
                    count++;
                }

                if (position >= 0)
                {
                    runs.Add(new PatchRun(t, position, count));
                }

                t += count;
            }

            RunsFrom[s + 1] = runs.Count;
        }

        Runs = [.. runs];
    }

    /// <summary>True when patch after patch, tap after tap, is the large side as it lies: a product needs no moving about.</summary>
    public bool IsIdentity { get; }

    /// <summary>The runs of every small position, one position after the other.</summary>
    public PatchRun[] Runs { get; }

    /// <summary>Where a small position's runs begin in <see cref="Runs"/>; one entry more at the end.</summary>
    public int[] RunsFrom { get; }

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
