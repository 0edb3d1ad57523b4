using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Inversion.Numerics;
using Inversion.Numerics.Lanes;

namespace Inversion.Networks.Engine;

/// <summary>Where each tap of each small position lands on the large side; −1 outside.</summary>
internal sealed class PatchMap
{
    private const int LeastChannels = 4;

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

    /// <summary>large += the patches where their taps land, channels last: an overlap-add in the order of positions and taps.</summary>
    /// <param name="patches">Taps × channels for each small position.</param>
    /// <param name="stride">Entries between the patches.</param>
    /// <param name="large">LargePositions × channels.</param>
    /// <param name="channels">Channels of the large side.</param>
    public void Add<T>(ReadOnlySpan<T> patches, int stride, Span<T> large, int channels)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        if (channels < LeastChannels)
        {
            AddOneByOne(ref MemoryMarshal.GetReference(patches), stride, ref MemoryMarshal.GetReference(large), channels);
            return;
        }

        for (int s = 0; s < SmallPositions; s++)
        {
            ReadOnlySpan<T> patch = patches.Slice(s * stride, Taps * channels);
            for (int r = RunsFrom[s]; r < RunsFrom[s + 1]; r++)
            {
                PatchRun run = Runs[r];
                Span<T> to = large.Slice(run.Position * channels, run.Count * channels);
                ElementLoop.Run<T, Sum>(to, patch.Slice(run.Tap * channels, to.Length), T.Zero, to);
            }
        }
    }

    // A loop over vectors costs more to set up than a few numbers take.
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private void AddOneByOne<T>(ref T patches, int stride, ref T large, int channels)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        ref int place = ref MemoryMarshal.GetArrayDataReference(Large);
        for (int s = 0; s < SmallPositions; s++)
        {
            for (int t = 0; t < Taps; t++, place = ref Unsafe.Add(ref place, 1))
            {
                for (int c = 0; c < channels && place >= 0; c++)
                {
                    Unsafe.Add(ref large, (place * channels) + c) += Unsafe.Add(ref patches, (t * channels) + c);
                }
            }

            patches = ref Unsafe.Add(ref patches, stride);
        }
    }
}
