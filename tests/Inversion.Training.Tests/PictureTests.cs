using Inversion.Randomness;
using Inversion.Training.Data;
using Inversion.Training.Output;
using TorchSharp;
using Xunit;
using static TorchSharp.torch;
using PngFile = Inversion.Pictures.PngFile;

namespace Inversion.Training.Tests;

/// <summary>Pictures in and out: folders, fitting, mirroring, grids.</summary>
public sealed class PictureTests
{
    // The decoder is another's, so this tests the writer too.
    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void APngFile_IsReadBackByteByByte(int channels)
    {
        using TestFolder folder = new();
        byte[] pixels = Subjects.Bytes("png", 7 * 5 * channels);
        PngFile.Write(folder.File("a.png"), pixels, 7, channels);

        (List<RawPicture> pictures, DataFile source) = PictureFolder.Read(folder.Path, channels == 3, int.MaxValue, picture => picture);

        RawPicture read = Assert.Single(pictures);
        Assert.Equal((channels, 5, 7), (read.Channels, read.Height, read.Width));
        Assert.Equal(pixels, Enumerable.Range(0, pixels.Length).Select(i => read.Pixels[(i % channels * 35) + (i / channels)]));
        Assert.EndsWith("/ (1 pictures)", source.Name, StringComparison.Ordinal);
    }

    // 16 × 8: red 20 + 12 column, green 40 + 20 row, blue 90.
    [Fact]
    public void AJpegFileInAFolderBelow_IsRead()
    {
        using TestFolder folder = new();
        File.Copy(Path.Combine(AppContext.BaseDirectory, "Samples", "gradient.jpg"), Path.Combine(folder.Folder("img_align_celeba"), "000001.jpg"));

        RawPicture read = Assert.Single(PictureFolder.Read(folder.Path, true, int.MaxValue, picture => picture).Pictures);

        Assert.Equal((3, 8, 16), (read.Channels, read.Height, read.Width));
        for (int i = 0; i < 128; i++)
        {
            Assert.InRange(read.Pixels[i] - (20 + (12 * (i % 16))), -12, 12);
            Assert.InRange(read.Pixels[128 + i] - (40 + (20 * (i / 16))), -12, 12);
            Assert.InRange(read.Pixels[256 + i] - 90, -12, 12);
        }
    }

    [Fact]
    public void ADamagedPicture_IsToldInOneLine()
    {
        using TestFolder folder = new();
        string path = folder.Write("a.png", [0x89, (byte)'P', (byte)'N', (byte)'G', 1, 2, 3]);

        TrainingException problem = Assert.Throws<TrainingException>(() => PictureFolder.Read(folder.Path, false, 10, picture => picture));

        Assert.StartsWith(path + ": ", problem.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', problem.Message);
    }

    [Fact]
    public void ASmallPicture_IsPaddedWithBlack()
    {
        float[] fitted = new PictureFit(6, Pads: true, Range: 0.5).Apply(new RawPicture(1, 2, 4, [255, 255, 255, 255, 255, 255, 255, 255]));

        Assert.Equal(36, fitted.Length);
        for (int i = 0; i < 36; i++)
        {
            bool inside = i / 6 is 2 or 3 && i % 6 is >= 1 and <= 4;
            Assert.Equal(inside ? 0.5f : -0.5f, fitted[i]);
        }
    }

    [Theory]
    [InlineData(40, 24, 8)]
    [InlineData(9, 30, 16)]
    [InlineData(8, 8, 8)]
    public void AScaledRamp_StaysARampOfTheMiddle(int height, int width, int size)
    {
        byte[] pixels = [.. Enumerable.Range(0, height * width).Select(i => (byte)((i / width * 4) + (i % width * 2)))];

        float[] fitted = new PictureFit(size, Pads: false, Range: 1).Apply(new RawPicture(1, height, width, pixels));

        // A tent reproduces straight lines wherever its whole width lies inside.
        double spacing = Math.Min(height, width) / (double)size;
        for (int row = 2; row < size - 2; row++)
        {
            for (int column = 2; column < size - 2; column++)
            {
                double down = ((height - Math.Min(height, width)) / 2.0) + ((row + 0.5) * spacing) - 0.5;
                double across = ((width - Math.Min(height, width)) / 2.0) + ((column + 0.5) * spacing) - 0.5;
                Assert.InRange(((fitted[(row * size) + column] + 1) * 127.5) - ((4 * down) + (2 * across)), -0.51, 0.51);
            }
        }
    }

    [Fact]
    public void Mirroring_TurnsWholePicturesLeftToRight_AboutHalfOfThem()
    {
        using DisposeScope scope = NewDisposeScope();
        float[] picture = [.. Enumerable.Range(0, 16).Select(i => (float)i)];
        PictureSet set = new([picture], null, 1, 4, []);
        int[] indices = new int[200];

        float[] rows = set.Batch(indices, new RandomKey(1).Open()).data<float>().ToArray();

        float[] mirrored = [.. Enumerable.Range(0, 16).Select(i => (float)((i / 4 * 4) + 3 - (i % 4)))];
        int turned = 0;
        for (int i = 0; i < 200; i++)
        {
            float[] row = rows[(i * 16)..((i + 1) * 16)];
            turned += row.SequenceEqual(mirrored) ? 1 : 0;
            Assert.True(row.SequenceEqual(mirrored) || row.SequenceEqual(picture));
        }

        Assert.InRange(turned, 70, 130);
    }

    [Fact]
    public void AGrid_HoldsEveryPictureInItsPlace()
    {
        using TestFolder folder = new();
        float[] pictures = [-1, -1, -1, -1, 1, 1, 1, 1, float.NaN, 2, 0, -2];
        PictureGrid.Write(folder.File("grid.png"), pictures, 1, 2, columns: 2, range: 1);

        RawPicture read = Assert.Single(PictureFolder.Read(folder.Path, false, 10, picture => picture).Pictures);

        Assert.Equal((7, 7), (read.Height, read.Width));
        Assert.Equal([0, 0, 64, 255, 255], read.Pixels[8..13]);
        Assert.Equal([64, 0, 255, 64], read.Pixels[28..32]);
        Assert.Equal([64, 128, 0, 64], read.Pixels[35..39]);
    }
}
