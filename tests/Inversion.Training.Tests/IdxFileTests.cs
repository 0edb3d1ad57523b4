using System.IO.Compression;
using Inversion.Training.Data;
using Xunit;

namespace Inversion.Training.Tests;

/// <summary>IDX files, whole and damaged.</summary>
public sealed class IdxFileTests
{
    private static readonly byte[] Good = Subjects.Idx([3, 2, 2], Subjects.Bytes("idx", 12));

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void AWholeFile_IsRead_PlainOrPacked(bool packs)
    {
        using TestFolder folder = new();
        byte[] file = packs ? Packed(Good) : Good;

        IdxFile read = IdxFile.Read(folder.Write("file", file));

        Assert.Equal([3, 2, 2], read.Axes);
        Assert.Equal(Subjects.Bytes("idx", 12), read.Bytes);
        Assert.Equal(new DataFile("file", DataFile.Hash(file)), read.Source);
    }

    public static IEnumerable<TheoryDataRow<string, byte[], string>> Damaged =>
    [
        new("empty", [], "two zero bytes"),
        new("not IDX", [1, 0, 8, 1, 0, 0, 0, 0], "two zero bytes"),
        new("floats", [0, 0, 13, 1, 0, 0, 0, 1, 0, 0, 0, 0], "type 0x0d"),
        new("no axes", [0, 0, 8, 0], "0 axes"),
        new("cut in the header", Good[..9], "3 axes"),
        new("cut in the data", Good[..^1], "needs 12 bytes"),
        new("too long", [.. Good, 0], "needs 12 bytes"),
        new("an empty axis", Subjects.Idx([3, 0, 2], []), "size 0"),
        new("claims more than memory", Subjects.Idx([int.MaxValue, int.MaxValue, 2], []), "at most"),
        new("cut gzip", Packed(Good)[..^12], "damaged"),
        new("flipped gzip", [.. Packed(Good).Select((value, i) => i == 14 ? (byte)~value : value)], "damaged"),
    ];

    [Theory]
    [MemberData(nameof(Damaged), DisableDiscoveryEnumeration = true)]
    public void ADamagedFile_IsToldInOneLine(string name, byte[] bytes, string told)
    {
        using TestFolder folder = new();
        string path = folder.Write("damaged", bytes);

        TrainingException problem = Assert.Throws<TrainingException>(() => IdxFile.Read(path));

        Assert.StartsWith(path + ": ", problem.Message, StringComparison.Ordinal);
        Assert.Contains(told, problem.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', problem.Message);
        Assert.True(problem.ExitCode == TrainingException.BadInput, name);
    }

    // Whatever byte is wrong, the file is read or refused; nothing else happens.
    [Fact]
    public void EveryCutAndEveryFlippedByte_IsReadOrRefused()
    {
        using TestFolder folder = new();
        byte[] packed = Packed(Good);
        int refused = 0;
        foreach (byte[] file in (byte[][])[Good, packed])
        {
            for (int i = 0; i < file.Length; i++)
            {
                byte[] flipped = [.. file];
                flipped[i] ^= 0xff;
                refused += Refused(folder.Write("flipped", flipped)) ? 1 : 0;
                refused += Refused(folder.Write("cut", file[..i])) ? 1 : 0;
            }
        }

        Assert.True(refused > Good.Length + packed.Length, $"{refused} were refused");
    }

    [Fact]
    public void LabelsOfAnotherNumber_AreRefused()
    {
        using TestFolder folder = new();
        string images = folder.Write("images", Good);
        string labels = folder.Write("labels", Subjects.Idx([4], [0, 1, 2, 3]));

        TrainingException problem = Assert.Throws<TrainingException>(() => PictureSet.Read(images, labels, new PictureFit(4, true, 1), false, int.MaxValue));

        Assert.Equal($"{labels}: has 4 labels for 3 pictures", problem.Message);
    }

    private static bool Refused(string path)
    {
        try
        {
            IdxFile.Read(path);
            return false;
        }
        catch (TrainingException)
        {
            return true;
        }
    }

    private static byte[] Packed(byte[] bytes)
    {
        using MemoryStream buffer = new();
        using (GZipStream stream = new(buffer, CompressionLevel.Optimal, leaveOpen: true))
        {
            stream.Write(bytes);
        }

        return buffer.ToArray();
    }
}
