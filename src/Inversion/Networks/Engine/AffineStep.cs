using System.Numerics;
using Inversion.Numerics;

namespace Inversion.Networks.Engine;

/// <summary>
/// A layer with weights as one product a batch. From the small side to the large, [positions × C]·[C × taps·C'] and an overlap-add;
/// from the large side to the small, a gather and the transposed product. A transposed convolution goes small to large,
/// a convolution large to small, a linear layer is one position and one tap.
/// </summary>
internal sealed class AffineStep<T> : EngineStep<T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    private const int RowsPerChunk = 64;
    private readonly PatchMap map;
    private readonly bool stamps;
    private readonly int smallChannels;
    private readonly int largeChannels;
    private readonly PackedMatrix<T> stamp;
    private readonly PackedMatrix<T> gather;
    private readonly T[]? bias;
    private readonly int chunk;

    private AffineStep(PatchMap map, bool stamps, int smallChannels, int largeChannels, double[] stampMatrix, double[]? bias)
        : base(
            stamps ? map.SmallPositions * smallChannels : map.LargePositions * largeChannels,
            stamps ? map.LargePositions * largeChannels : map.SmallPositions * smallChannels)
    {
        this.map = map;
        this.stamps = stamps;
        this.smallChannels = smallChannels;
        this.largeChannels = largeChannels;
        stamp = new PackedMatrix<T>(smallChannels, map.Taps * largeChannels, stampMatrix);
        gather = PackedMatrix<T>.Transposed(smallChannels, map.Taps * largeChannels, stampMatrix);
        this.bias = bias is null ? null : Array.ConvertAll(bias, T.CreateTruncating);
        int rowScratch = map.SmallPositions * Width(map.Taps * largeChannels, smallChannels);
        chunk = Math.Max(1, Math.Min(RowsPerChunk / map.SmallPositions, Capacity.Entries / rowScratch));
        ScratchLength = chunk * rowScratch;
    }

    public override int ScratchLength { get; }

    public static AffineStep<T> Create(AffineLayer layer, Shape input, Shape output)
    {
        if (layer is ConvolutionLayer convolution)
        {
            (Shape small, Shape large) = convolution.Transposed ? (input, output) : (output, input);
            int taps = convolution.Geometry.Taps;
            RequireRoom(layer, small.Positions, small.Channels, Capacity.Product(taps, large.Channels));
            double[] matrix = new double[small.Channels * taps * large.Channels];
            for (int s = 0; s < small.Channels; s++)
            {
                for (int l = 0; l < large.Channels; l++)
                {
                    for (int t = 0; t < taps; t++)
                    {
                        matrix[(((s * taps) + t) * large.Channels) + l] =
                            convolution.Transposed ? convolution.WeightAt(s, l, t) : convolution.WeightAt(l, s, t);
                    }
                }
            }

            PatchMap map = PatchMap.Create(convolution.Geometry, small, large);
            return new AffineStep<T>(map, convolution.Transposed, small.Channels, large.Channels, matrix, layer.Bias);
        }

        RequireRoom(layer, 1, layer.InputChannels, layer.OutputChannels);
        double[] transposed = new double[layer.Weight.Length];
        for (int o = 0; o < layer.OutputChannels; o++)
        {
            for (int i = 0; i < layer.InputChannels; i++)
            {
                transposed[(i * layer.OutputChannels) + o] = layer.Weight[(o * layer.InputChannels) + i];
            }
        }

        return new AffineStep<T>(PatchMap.Identity, true, layer.InputChannels, layer.OutputChannels, transposed, layer.Bias);
    }

    public override void Forward(ReadOnlySpan<T> input, Span<T> output, int batch, Span<T> scratch)
    {
        Apply(input, output, batch, scratch, stamps);
        if (bias is null)
        {
            return;
        }

        Span<T> rows = output[..(batch * OutputLength)];
        for (int at = 0; at < rows.Length; at += bias.Length)
        {
            Add(bias, rows.Slice(at, bias.Length));
        }
    }

    public override void Backward(
        ReadOnlySpan<T> input, ReadOnlySpan<T> output, ReadOnlySpan<T> outputCotangent, Span<T> inputCotangent, int batch, Span<T> scratch) =>
        Apply(outputCotangent, inputCotangent, batch, scratch, !stamps);

    public override void Tangent(
        ReadOnlySpan<T> input, ReadOnlySpan<T> output, ReadOnlySpan<T> inputTangent, Span<T> outputTangent, int batch, int primalAdvance, Span<T> scratch) =>
        Apply(inputTangent, outputTangent, batch, scratch, stamps);

    private void Apply(ReadOnlySpan<T> from, Span<T> to, int batch, Span<T> scratch, bool smallToLarge)
    {
        int small = map.SmallPositions * smallChannels;
        int large = map.LargePositions * largeChannels;
        for (int row = 0; row < batch; row += chunk)
        {
            int rows = Math.Min(chunk, batch - row);
            if (smallToLarge)
            {
                Stamp(from.Slice(row * small, rows * small), to.Slice(row * large, rows * large), rows, scratch);
            }
            else
            {
                Gather(from.Slice(row * large, rows * large), to.Slice(row * small, rows * small), rows, scratch);
            }
        }
    }

    private void Stamp(ReadOnlySpan<T> from, Span<T> to, int rows, Span<T> scratch)
    {
        MatrixKernel.Multiply(rows * map.SmallPositions, from, stamp, scratch);
        to.Clear();
        int at = 0;
        for (int row = 0; row < rows; row++)
        {
            Span<T> image = to.Slice(row * map.LargePositions * largeChannels, map.LargePositions * largeChannels);
            for (int s = 0; s < map.SmallPositions; s++, at += stamp.Stride)
            {
                for (int t = 0; t < map.Taps; t++)
                {
                    int position = map.Large[(s * map.Taps) + t];
                    if (position >= 0)
                    {
                        Add(scratch.Slice(at + (t * largeChannels), largeChannels), image.Slice(position * largeChannels, largeChannels));
                    }
                }
            }
        }
    }

    private void Gather(ReadOnlySpan<T> from, Span<T> to, int rows, Span<T> scratch)
    {
        int depth = map.Taps * largeChannels;
        int count = rows * map.SmallPositions;
        Span<T> patches = scratch[..(count * depth)];
        Span<T> products = scratch.Slice(count * depth, count * gather.Stride);
        int at = 0;
        for (int row = 0; row < rows; row++)
        {
            ReadOnlySpan<T> image = from.Slice(row * map.LargePositions * largeChannels, map.LargePositions * largeChannels);
            foreach (int position in map.Large)
            {
                Span<T> patch = patches.Slice(at, largeChannels);
                if (position >= 0)
                {
                    image.Slice(position * largeChannels, largeChannels).CopyTo(patch);
                }
                else
                {
                    patch.Clear();
                }

                at += largeChannels;
            }
        }

        MatrixKernel.Multiply(count, patches, gather, products);
        for (int i = 0; i < count; i++)
        {
            products.Slice(i * gather.Stride, smallChannels).CopyTo(to.Slice(i * smallChannels, smallChannels));
        }
    }

    /// <summary>Scratch entries of one small position: a stamped row, or a gathered patch and its product.</summary>
    private static int Width(int patch, int channels) =>
        Math.Max(PackedMatrix<T>.PaddedWidth(patch), patch + PackedMatrix<T>.PaddedWidth(channels));

    private static void RequireRoom(AffineLayer layer, int positions, int channels, long patch)
    {
        long entries = Math.Max(Capacity.Product(channels, Padded(patch)), Capacity.Product(patch, Padded(channels)));
        entries = Math.Max(entries, Capacity.Product(positions, Padded(patch) + Padded(channels)));
        if (entries > Capacity.Entries)
        {
            throw new NetworkException($"{layer.Kind}: needs an array of {entries} entries; at most {Capacity.Entries} are possible");
        }
    }

    private static long Padded(long columns) => columns > Capacity.Entries ? columns : PackedMatrix<T>.PaddedWidth((int)columns);

    private static void Add(ReadOnlySpan<T> from, Span<T> to)
    {
        int i = 0;
        for (; i + Vector<T>.Count <= from.Length; i += Vector<T>.Count)
        {
            (new Vector<T>(from[i..]) + new Vector<T>(to[i..])).CopyTo(to[i..]);
        }

        for (; i < from.Length; i++)
        {
            to[i] += from[i];
        }
    }
}
