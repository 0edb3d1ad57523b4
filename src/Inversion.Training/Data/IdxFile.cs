using System.Buffers.Binary;
using System.IO.Compression;

namespace Inversion.Training.Data;

/// <summary>
/// An IDX file of bytes, plain or packed with gzip: two zero bytes, the type (8: bytes), the number of axes, each axis as four bytes
/// (most significant first), then the bytes. Source: the description beside the MNIST data set.
/// </summary>
internal sealed class IdxFile
{
    private const byte UnsignedBytes = 8;
    private const long Longest = 1L << 31;

    private IdxFile(string name, int[] axes, byte[] bytes, DataFile source)
    {
        Name = name;
        Axes = axes;
        Bytes = bytes;
        Source = source;
    }

    /// <summary>The path, as the user gave it.</summary>
    public string Name { get; }

    /// <summary>The sizes, outermost first.</summary>
    public int[] Axes { get; }

    /// <summary>The entries, row-major.</summary>
    public byte[] Bytes { get; }

    /// <summary>Name and hash.</summary>
    public DataFile Source { get; }

    /// <summary>Reads a file.</summary>
    /// <exception cref="TrainingException">The file is missing, damaged, or no IDX file of bytes.</exception>
    public static IdxFile Read(string path)
    {
        byte[] file;
        try
        {
            file = File.ReadAllBytes(path);
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            throw new TrainingException($"{path}: cannot be read: {problem.Message}");
        }

        byte[] content = file is [0x1f, 0x8b, ..] ? Unpack(path, file) : file;
        (int[] axes, int start) = Header(path, content);
        return new IdxFile(path, axes, content[start..], new DataFile(Path.GetFileName(path), DataFile.Hash(file)));
    }

    /// <summary>True when the file begins as an IDX file or as gzip does.</summary>
    public static bool Looks(string path)
    {
        using FileStream stream = File.OpenRead(path);
        Span<byte> first = stackalloc byte[4];
        int read = stream.ReadAtLeast(first, 4, throwOnEndOfStream: false);
        return read == 4 && (first[..2].SequenceEqual((ReadOnlySpan<byte>)[0x1f, 0x8b]) || (first[0] == 0 && first[1] == 0));
    }

    private static (int[] Axes, int Start) Header(string path, byte[] content)
    {
        if (content.Length < 4 || content[0] != 0 || content[1] != 0)
        {
            throw new TrainingException($"{path}: is no IDX file: it must begin with two zero bytes");
        }

        if (content[2] != UnsignedBytes)
        {
            throw new TrainingException($"{path}: holds type 0x{content[2]:x2}; only bytes (0x08) are read");
        }

        int rank = content[3];
        int start = 4 + (4 * rank);
        if (rank == 0 || content.Length < start)
        {
            throw new TrainingException($"{path}: names {rank} axes, but ends after {content.Length} bytes");
        }

        int[] axes = new int[rank];
        long length = 1;
        for (int i = 0; i < rank; i++)
        {
            uint size = BinaryPrimitives.ReadUInt32BigEndian(content.AsSpan(4 + (4 * i)));
            if (size is 0 or > int.MaxValue || (length *= size) > Longest)
            {
                throw new TrainingException($"{path}: axis {i} has size {size}; sizes are at least 1, and all together at most {Longest}");
            }

            axes[i] = (int)size;
        }

        return content.Length - start == length
            ? (axes, start)
            : throw new TrainingException($"{path}: {string.Join(" x ", axes)} needs {length} bytes after the header, but {content.Length - start} follow: it is damaged");
    }

    private static byte[] Unpack(string path, byte[] packed)
    {
        try
        {
            using GZipStream stream = new(new MemoryStream(packed), CompressionMode.Decompress);
            using MemoryStream buffer = new();
            byte[] chunk = new byte[1 << 16];
            int read;
            while ((read = stream.Read(chunk)) > 0)
            {
                buffer.Write(chunk, 0, read);
                if (buffer.Length > Longest - (1 << 16))
                {
                    throw new TrainingException($"{path}: unpacks to more than 2 GiB");
                }
            }

            return buffer.ToArray();
        }
        catch (InvalidDataException)
        {
            throw new TrainingException($"{path}: the gzip data are damaged");
        }
    }
}
