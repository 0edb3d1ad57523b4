using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Inversion.Networks.Engine;

/// <summary>
/// The overlap-add of a <see cref="PatchMap"/> with one channel, place by place: a sum in a register does not wait for the memory that the
/// tap before wrote. Places where equally many taps land come together, so that the inner loop's length is foreseen.
/// </summary>
internal sealed class PatchLanding
{
    private readonly int[] offsets;
    private readonly int[] places;
    private readonly int[] counts;

    /// <param name="map">Where the taps land.</param>
    /// <param name="stride">Entries between the patches.</param>
    public PatchLanding(PatchMap map, int stride)
    {
        int[] landings = new int[map.LargePositions];
        foreach (int place in map.Large)
        {
            if (place >= 0)
            {
                landings[place]++;
            }
        }

        counts = new int[landings.Max() + 1];
        foreach (int count in landings)
        {
            counts[count]++;
        }

        // Where the next place with so many taps stands, and where its offsets begin.
        int[] nextPlace = new int[counts.Length];
        int[] nextOffset = new int[counts.Length];
        for (int count = 1; count < counts.Length; count++)
        {
            nextPlace[count] = nextPlace[count - 1] + counts[count - 1];
            nextOffset[count] = nextOffset[count - 1] + (counts[count - 1] * (count - 1));
        }

        places = new int[landings.Length];
        offsets = new int[landings.Sum()];
        int[] next = new int[landings.Length];
        for (int place = 0; place < landings.Length; place++)
        {
            int count = landings[place];
            places[nextPlace[count]++] = place;
            next[place] = nextOffset[count];
            nextOffset[count] += count;
        }

        for (int i = 0; i < map.Large.Length; i++)
        {
            if (map.Large[i] >= 0)
            {
                offsets[next[map.Large[i]]++] = (i / map.Taps * stride) + (i % map.Taps);
            }
        }
    }

    /// <summary>large += the taps of the patches where they land, at each place by small position and tap.</summary>
    /// <param name="patches">A patch every stride entries.</param>
    /// <param name="large">LargePositions entries.</param>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public void Add<T>(ReadOnlySpan<T> patches, Span<T> large)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        ref T from = ref MemoryMarshal.GetReference(patches);
        ref T to = ref MemoryMarshal.GetReference(large);
        ref int offset = ref MemoryMarshal.GetArrayDataReference(offsets);
        ref int place = ref MemoryMarshal.GetArrayDataReference(places);
        for (int count = 0; count < counts.Length; count++)
        {
            for (int left = counts[count]; left > 0; left--)
            {
                T sum = Unsafe.Add(ref to, place);
                for (int i = 0; i < count; i++)
                {
                    sum += Unsafe.Add(ref from, Unsafe.Add(ref offset, i));
                }

                Unsafe.Add(ref to, place) = sum;
                offset = ref Unsafe.Add(ref offset, count);
                place = ref Unsafe.Add(ref place, 1);
            }
        }
    }
}
