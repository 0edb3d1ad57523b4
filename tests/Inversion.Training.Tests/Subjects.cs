using System.Buffers.Binary;
using Inversion.Randomness;
using Inversion.Training.Data;
using Inversion.Training.Nets;
using Inversion.Training.Runs;

namespace Inversion.Training.Tests;

/// <summary>Small pictures, settings and runs.</summary>
internal static class Subjects
{
    /// <summary>Every method, without and with classes.</summary>
    public static IEnumerable<Xunit.TheoryDataRow<string, bool>> Methods =>
        from method in TrainSettings.Methods
        from conditional in (bool[])[false, true]
        select new Xunit.TheoryDataRow<string, bool>(method, conditional);

    /// <summary>An IDX file: its axes, then its bytes.</summary>
    public static byte[] Idx(int[] axes, byte[] bytes)
    {
        byte[] file = new byte[4 + (4 * axes.Length) + bytes.Length];
        file[2] = 8;
        file[3] = (byte)axes.Length;
        for (int i = 0; i < axes.Length; i++)
        {
            BinaryPrimitives.WriteInt32BigEndian(file.AsSpan(4 + (4 * i)), axes[i]);
        }

        bytes.CopyTo(file, 4 + (4 * axes.Length));
        return file;
    }

    /// <summary>Random bytes.</summary>
    public static byte[] Bytes(string key, int count)
    {
        RandomStream stream = new RandomKey(1).Child(key).Open();
        return [.. Enumerable.Range(0, count).Select(_ => (byte)stream.NextBelow(256))];
    }

    /// <summary>13 random pictures of 8 × 8, with classes 0 to 2 where wanted.</summary>
    public static PictureSet Pictures(TestFolder folder, bool conditional)
    {
        const int Count = 13;
        string images = folder.Write("images", Idx([Count, 8, 8], Bytes("pictures", Count * 64)));
        string labels = folder.Write("labels", Idx([Count], [.. Enumerable.Range(0, Count).Select(i => (byte)(i % 3))]));
        return PictureSet.Read(images, conditional ? labels : null, new PictureFit(8, Pads: true, Range: 0.9), colour: false, int.MaxValue);
    }

    /// <summary>Two epochs of three steps for a generator from 3 latent entries to 8 × 8.</summary>
    public static TrainSettings Settings(string method, PictureSet pictures) => new()
    {
        Method = method,
        Shape = new GeneratorShape(3, pictures.Classes, [6], 1),
        Epochs = 2,
        Batch = 4,
        Rate = 0.01,
        CriticSteps = 2,
        Variance = 0.1,
        Averaging = 0.9,
        Range = 0.9,
        Pads = true,
        Mirrors = true,
        Seed = new RandomKey(7).ToString(),
    };

    /// <summary>A run of those settings in a folder.</summary>
    public static TrainingRun Run(TestFolder folder, string name, TrainSettings settings, PictureSet pictures) =>
        new(settings, pictures, folder.Folder(name), "none");
}
