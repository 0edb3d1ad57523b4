using Inversion.Randomness;
using static TorchSharp.torch;

namespace Inversion.Training.Data;

/// <summary>What is trained on: pictures of one shape in memory, and a class for each where they are known.</summary>
internal sealed class PictureSet
{
    private readonly IReadOnlyList<float[]> pictures;
    private readonly byte[]? labels;

    /// <summary>A set of pictures of one shape.</summary>
    public PictureSet(IReadOnlyList<float[]> pictures, byte[]? labels, int channels, int size, IReadOnlyList<DataFile> sources)
    {
        this.pictures = pictures;
        this.labels = labels;
        Channels = channels;
        Size = size;
        Sources = sources;
        Classes = labels is null ? 0 : labels.Max() + 1;
    }

    /// <summary>1 for grey, 3 for colour.</summary>
    public int Channels { get; }

    /// <summary>Height and width.</summary>
    public int Size { get; }

    /// <summary>Number of classes; 0 without labels.</summary>
    public int Classes { get; }

    /// <summary>Number of pictures.</summary>
    public int Count => pictures.Count;

    /// <summary>The files read.</summary>
    public IReadOnlyList<DataFile> Sources { get; }

    /// <summary>Reads an IDX file or a folder of pictures.</summary>
    /// <exception cref="TrainingException">Something is missing, damaged or does not fit; the message names it.</exception>
    public static PictureSet Read(string data, string? labelFile, PictureFit fit, bool colour, int limit)
    {
        if (Directory.Exists(data))
        {
            (List<float[]> pictures, DataFile source) = PictureFolder.Read(data, colour, limit, fit.Apply);
            return labelFile is null
                ? new PictureSet(pictures, null, colour ? 3 : 1, fit.Size, [source])
                : Labelled(pictures, labelFile, colour ? 3 : 1, fit.Size, source, pictures.Count);
        }

        if (!File.Exists(data))
        {
            throw new TrainingException($"{data}: there is no such file or folder");
        }

        if (!IdxFile.Looks(data))
        {
            throw new TrainingException($"{data}: is neither an IDX file nor a folder of PNG or JPEG files");
        }

        IdxFile images = IdxFile.Read(data);
        if (images.Axes.Length != 3)
        {
            throw new TrainingException($"{data}: has {images.Axes.Length} axes; pictures have three (number, height, width)");
        }

        if (colour)
        {
            throw new TrainingException($"{data}: IDX pictures are grey; leave out --colour", TrainingException.Usage);
        }

        int area = images.Axes[1] * images.Axes[2];
        List<float[]> fitted = [.. Enumerable.Range(0, Math.Min(limit, images.Axes[0]))
            .Select(i => fit.Apply(new RawPicture(1, images.Axes[1], images.Axes[2], images.Bytes[(i * area)..((i + 1) * area)])))];
        return labelFile is null
            ? new PictureSet(fitted, null, 1, fit.Size, [images.Source])
            : Labelled(fitted, labelFile, 1, fit.Size, images.Source, images.Axes[0]);
    }

    /// <summary>These pictures as batch × channels × size × size. The caller's dispose scope owns it.</summary>
    /// <param name="indices">Which pictures.</param>
    /// <param name="mirrors">Where tosses come from that turn half of them left to right; null for none.</param>
    public Tensor Batch(ReadOnlySpan<int> indices, RandomStream? mirrors)
    {
        float[] rows = new float[indices.Length * Channels * Size * Size];
        for (int i = 0; i < indices.Length; i++)
        {
            float[] picture = pictures[indices[i]];
            Span<float> row = rows.AsSpan(i * picture.Length, picture.Length);
            picture.CopyTo(row);
            if (mirrors is not null && mirrors.NextBelow(2) == 1)
            {
                for (int line = 0; line < Channels * Size; line++)
                {
                    row.Slice(line * Size, Size).Reverse();
                }
            }
        }

        return tensor(rows, [indices.Length, Channels, Size, Size]);
    }

    /// <summary>The classes of these pictures.</summary>
    public int[] Labels(ReadOnlySpan<int> indices)
    {
        int[] result = new int[indices.Length];
        for (int i = 0; i < result.Length; i++)
        {
            result[i] = labels![indices[i]];
        }

        return result;
    }

    private static PictureSet Labelled(List<float[]> pictures, string labelFile, int channels, int size, DataFile source, int expected)
    {
        IdxFile labels = IdxFile.Read(labelFile);
        return labels.Axes is [int count] && count == expected
            ? new PictureSet(pictures, labels.Bytes[..pictures.Count], channels, size, [source, labels.Source])
            : throw new TrainingException($"{labelFile}: has {string.Join(" x ", labels.Axes)} labels for {expected} pictures");
    }
}
