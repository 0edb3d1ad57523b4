namespace Inversion.Networks.Formats;

/// <summary>Whole files in and out, with every failure told as a <see cref="NetworkFileException"/>.</summary>
internal static class FileBytes
{
    /// <summary>The bytes of a file.</summary>
    public static byte[] Read(string path)
    {
        try
        {
            using FileStream stream = new(path, FileMode.Open, FileAccess.Read, FileShare.Read);
            return Read(stream, path, Array.MaxLength);
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw new NetworkFileException(path, problem is FileNotFoundException or DirectoryNotFoundException
                ? "there is no such file"
                : $"cannot be read: {problem.Message}", problem);
        }
    }

    /// <summary>What is left of a stream; an error if that is more than <paramref name="limit"/> bytes.</summary>
    /// <remarks>A stream that knows its length is held to it; another grows by what it really delivers, so a claimed size allocates nothing.</remarks>
    public static byte[] Read(Stream stream, string name, long limit)
    {
        long expected = stream.CanSeek ? Math.Max(0, stream.Length - stream.Position) : 0;
        RequireAtMost(expected, name, limit);
        using MemoryStream buffer = new((int)expected);
        byte[] chunk = new byte[1 << 16];
        int count;
        while ((count = stream.Read(chunk)) > 0)
        {
            RequireAtMost(buffer.Length + count, name, limit);
            buffer.Write(chunk, 0, count);
        }

        return buffer.Length == buffer.Capacity ? buffer.GetBuffer() : buffer.ToArray();
    }

    /// <summary>Writes beside the target and renames, so that the target is never half written.</summary>
    public static void Write(string path, Action<Stream> write)
    {
        string temporary = $"{path}.{Path.GetRandomFileName()}.tmp";
        try
        {
            try
            {
                using (FileStream stream = new(temporary, FileMode.CreateNew, FileAccess.Write, FileShare.None))
                {
                    write(stream);
                    stream.Flush(flushToDisk: true);
                }

                File.Move(temporary, path, overwrite: true);
            }
            finally
            {
                File.Delete(temporary);
            }
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw new NetworkFileException(path, $"cannot be written: {problem.Message}", problem);
        }
    }

    private static void RequireAtMost(long length, string name, long limit)
    {
        if (length > limit)
        {
            throw new NetworkFileException(name, $"holds more than {limit} bytes, the most that is read");
        }
    }
}
