using System.Numerics;
using System.Runtime.InteropServices;
using Inversion.Numerics;
using Inversion.Numerics.Lanes;

namespace Inversion.Networks.Engine;

/// <summary>
/// A layer with weights as one product a batch, with the activation above it done while each sum is in its register. From the small
/// side to the large, [positions × C]·[C × taps·C'] and, where patches overlap or are cropped, an overlap-add; from the large side to the
/// small, patches times the transpose. A transposed convolution goes small to large, a convolution large to small, a linear layer is one
/// position and one tap.
/// </summary>
/// <remarks>The weights are packed once for each of the two directions: no pass packs or transposes anything.</remarks>
internal sealed class AffineStep<T> : EngineStep<T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    // Enough rows for a product to use what it reads of the weights well, few enough for the stamps to stay near until they are added.
    private const int RowsPerChunk = 128;
    private const int EntriesPerChunk = 1 << 16;
    private readonly PatchMap map;
    private readonly bool stamps;
    private readonly int smallChannels;
    private readonly int largeChannels;
    private readonly PackedMatrix<T> stamp;
    private readonly PackedMatrix<T> gather;
    private readonly T[]? bias;
    private readonly T[] start;
    private readonly ActivationMap<T>? activation;
    private readonly PatchLanding? landing;
    private readonly int chunk;

    internal AffineStep(AffineMatrix layer, ActivationLayer? above)
        : base(
            layer.Stamps ? layer.Map.SmallPositions * layer.SmallChannels : layer.Map.LargePositions * layer.LargeChannels,
            layer.Stamps ? layer.Map.LargePositions * layer.LargeChannels : layer.Map.SmallPositions * layer.SmallChannels)
    {
        map = layer.Map;
        stamps = layer.Stamps;
        smallChannels = layer.SmallChannels;
        largeChannels = layer.LargeChannels;
        int patch = map.Taps * largeChannels;
        stamp = new PackedMatrix<T>(smallChannels, patch, layer.Entries);
        gather = PackedMatrix<T>.Transposed(smallChannels, patch, layer.Entries);
        activation = above is null ? null : new ActivationMap<T>(above);
        bias = layer.Bias is null ? null : Array.ConvertAll(layer.Bias, T.CreateTruncating);
        start = (stamps ? stamp : gather).Zeros;
        if (bias is not null)
        {
            start = new T[start.Length];
            for (int i = 0; i < (stamps ? patch : smallChannels); i++)
            {
                start[i] = bias[i % bias.Length];
            }
        }

        landing = largeChannels == 1 && !map.IsIdentity ? new PatchLanding(map, stamp.PaddedColumns) : null;
        int stamped = map.SmallPositions * stamp.PaddedColumns;
        chunk = Math.Max(1, Math.Min(RowsPerChunk / map.SmallPositions, EntriesPerChunk / stamped));
    }

    public override int Layers => activation is null ? 1 : 2;

    /// <summary>The copies that a product makes of its rows, then the stamps of a chunk, and at the end cotangents below the activation.</summary>
    public override int ScratchLength(int batch)
    {
        int rows = batch * map.SmallPositions;
        int copies = Math.Max(MatrixKernel.CopyLength(rows, stamp.Rows), MatrixKernel.CopyLength(rows, gather.Rows));
        return copies + (map.IsIdentity ? 0 : (Math.Min(chunk, batch) * map.SmallPositions * stamp.PaddedColumns) + (batch * OutputLength));
    }

    public override void Forward(ReadOnlySpan<T> input, Span<T> pre, Span<T> output, int batch, Span<T> scratch)
    {
        output = output[..(batch * OutputLength)];
        Span<T> sums = activation is null ? output : pre[..output.Length];
        if (stamps && !map.IsIdentity)
        {
            for (int row = 0; row < batch; row += chunk)
            {
                int rows = Math.Min(chunk, batch - row);
                Span<T> some = sums.Slice(row * OutputLength, rows * OutputLength);
                Stamp(input[(row * InputLength)..], some, rows, scratch, bias);
                activation?.Apply(some, output.Slice(row * OutputLength, rows * OutputLength));
            }

            return;
        }

        PackedMatrix<T> weights = stamps ? stamp : gather;
        ToProduct(input, sums, output, batch, weights, start, weights.Columns, activation?.End ?? TileEnd.Plain, scratch);
        if (activation is { End: null })
        {
            activation.Apply(sums, output);
        }
    }

    public override bool Backward(
        ReadOnlySpan<T> input, ReadOnlySpan<T> pre, ReadOnlySpan<T> output, ReadOnlySpan<T> outputCotangent, Span<T> inputCotangent, int batch, Span<T> scratch, bool masked)
    {
        int length = batch * OutputLength;
        outputCotangent = outputCotangent[..length];
        PackedMatrix<T> back = stamps ? gather : stamp;
        bool masks = masked && activation is not null;
        if (masks && map.IsIdentity)
        {
            MaskedRows<T> rows = new(activation!, pre[..length], output[..length], outputCotangent, back.Rows);
            ref T to = ref MemoryMarshal.GetReference(inputCotangent);
            MatrixKernel.MultiplyRows(length / back.Rows, rows, back, back.Zeros, ref to, ref to, back.Columns, TileEnd.Plain, T.Zero, scratch);
            return true;
        }

        if (masks)
        {
            Span<T> pulled = scratch[^length..];
            activation!.Pull(pre, output, outputCotangent, pulled);
            outputCotangent = pulled;
        }

        Move(outputCotangent, inputCotangent, batch, scratch, !stamps);
        return true;
    }

    public override void Tangent(
        ReadOnlySpan<T> input, ReadOnlySpan<T> pre, ReadOnlySpan<T> output, ReadOnlySpan<T> inputTangent, Span<T> outputTangent, int count, int perRow, int first, Span<T> scratch)
    {
        Move(inputTangent, outputTangent, count, scratch, stamps);
        activation?.PushRows(pre, output, outputTangent, OutputLength, count, perRow, first);
    }

    /// <summary>The linear map alone, from small to large or its transpose.</summary>
    private void Move(ReadOnlySpan<T> from, Span<T> to, int batch, Span<T> scratch, bool smallToLarge)
    {
        if (!smallToLarge || map.IsIdentity)
        {
            PackedMatrix<T> weights = smallToLarge ? stamp : gather;
            ToProduct(from, to, to, batch, weights, weights.Zeros, weights.Columns, TileEnd.Plain, scratch);
            return;
        }

        int small = map.SmallPositions * smallChannels;
        int large = map.LargePositions * largeChannels;
        for (int row = 0; row < batch; row += chunk)
        {
            int rows = Math.Min(chunk, batch - row);
            Stamp(from[(row * small)..], to.Slice(row * large, rows * large), rows, scratch, null);
        }
    }

    private void ToProduct(ReadOnlySpan<T> from, Span<T> sums, Span<T> ends, int batch, PackedMatrix<T> weights, T[] begin, int stride, TileEnd end, Span<T> scratch)
    {
        int rows = batch * map.SmallPositions;
        T slope = activation is null ? T.Zero : activation.Slope;
        ref T c = ref MemoryMarshal.GetReference(sums);
        ref T post = ref MemoryMarshal.GetReference(ends);
        if (map.IsIdentity || ReferenceEquals(weights, stamp))
        {
            MatrixKernel.Multiply(rows, ref MemoryMarshal.GetReference(from), weights.Rows, 1, weights, begin, ref c, ref post, stride, end, slope, scratch);
        }
        else
        {
            MatrixKernel.MultiplyRows(rows, new PatchRows<T>(map, from, largeChannels), weights, begin, ref c, ref post, stride, end, slope, scratch);
        }
    }

    private void Stamp(ReadOnlySpan<T> from, Span<T> to, int rows, Span<T> scratch, T[]? background)
    {
        int patch = stamp.PaddedColumns;
        int large = map.LargePositions * largeChannels;
        Span<T> stamped = scratch[MatrixKernel.CopyLength(rows * map.SmallPositions, stamp.Rows)..];
        ToProduct(from, stamped, stamped, rows, stamp, stamp.Zeros, patch, TileEnd.Plain, scratch);
        Fill(to, background);
        for (int row = 0; row < rows; row++)
        {
            ReadOnlySpan<T> patches = stamped.Slice(row * map.SmallPositions * patch, map.SmallPositions * patch);
            Span<T> signal = to.Slice(row * large, large);
            if (landing is null)
            {
                map.Add(patches, patch, signal, largeChannels);
            }
            else
            {
                landing.Add(patches, signal);
            }
        }
    }

    private static void Fill(Span<T> to, T[]? background)
    {
        if (background is null)
        {
            to.Clear();
            return;
        }

        for (int at = 0; at < to.Length; at += background.Length)
        {
            background.CopyTo(to[at..]);
        }
    }
}
