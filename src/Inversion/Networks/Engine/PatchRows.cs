using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Inversion.Numerics.Lanes;

namespace Inversion.Networks.Engine;

/// <summary>One row for each small position of each signal: what its taps read from the large side, 0 outside.</summary>
internal readonly ref struct PatchRows<T>(PatchMap map, ReadOnlySpan<T> signals, int channels) : IRowSource<T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    private readonly ReadOnlySpan<T> signals = signals;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Read(int row, int from, Span<T> to)
    {
        int length = map.LargePositions * channels;
        ReadOnlySpan<T> signal = signals.Slice(row / map.SmallPositions * length, length);
        int position = row % map.SmallPositions;
        int end = from + to.Length;
        if (channels == 1 && from == 0)
        {
            ref int place = ref MemoryMarshal.GetReference(map.Large.AsSpan(position * map.Taps, to.Length));
            ref T entries = ref MemoryMarshal.GetReference(signal);
            for (int i = 0; i < to.Length; i++)
            {
                int at = Unsafe.Add(ref place, i);
                to[i] = at < 0 ? T.Zero : Unsafe.Add(ref entries, at);
            }

            return;
        }

        to.Clear();
        for (int r = map.RunsFrom[position]; r < map.RunsFrom[position + 1]; r++)
        {
            PatchRun run = map.Runs[r];
            int first = Math.Max(from, run.Tap * channels);
            int last = Math.Min(end, (run.Tap + run.Count) * channels);
            if (first < last)
            {
                signal.Slice((run.Position * channels) + first - (run.Tap * channels), last - first).CopyTo(to[(first - from)..]);
            }
        }
    }
}
