using System.Numerics;
using Inversion.Numerics.Lanes;

namespace Inversion.Networks.Engine;

/// <summary>One row for each small position of each signal: what its taps read from the large side, 0 outside.</summary>
internal readonly ref struct PatchRows<T>(PatchMap map, ReadOnlySpan<T> signals, int channels) : IRowSource<T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    private readonly ReadOnlySpan<T> signals = signals;

    public void Read(int row, int from, Span<T> to)
    {
        int length = map.LargePositions * channels;
        ReadOnlySpan<T> signal = signals.Slice(row / map.SmallPositions * length, length);
        int position = row % map.SmallPositions;
        int end = from + to.Length;
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
