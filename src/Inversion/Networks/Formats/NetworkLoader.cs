namespace Inversion.Networks.Formats;

/// <summary>Reads a network from a file of any supported format, told by its content: safetensors, ONNX, or ONNX packed with gzip.</summary>
public static class NetworkLoader
{
    private const int HeaderStart = 8;

    /// <summary>The network in a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="bindings">ONNX: values of inputs that are fixed (<c>--bind NAME=VALUE</c>).</param>
    /// <param name="outputNode">ONNX: the tensor or node to stop at (<c>--output-node NAME</c>).</param>
    /// <exception cref="NetworkFileException">The file cannot be read; the message is one line with the place and the remedy.</exception>
    public static GenerativeNetwork Load(string path, IReadOnlyDictionary<string, double[]>? bindings = null, string? outputNode = null)
    {
        byte[] bytes = ReadKnown(path);
        if (!IsSafetensors(bytes, path))
        {
            return OnnxReader.Parse(bytes, path, bindings, outputNode);
        }

        if (bindings is { Count: > 0 } || outputNode is not null)
        {
            throw new NetworkFileException(path, "is a safetensors file; --bind and --output-node are for ONNX files");
        }

        return NetworkFile.Read(SafetensorsFile.Parse(bytes, path));
    }

    /// <summary>The format, metadata and tensors of a file; the network is not built.</summary>
    /// <exception cref="NetworkFileException">The file cannot be read.</exception>
    public static NetworkFileInfo Inspect(string path)
    {
        byte[] bytes = ReadKnown(path);
        if (!IsSafetensors(bytes, path))
        {
            return OnnxReader.Inspect(bytes, path);
        }

        SafetensorsFile file = SafetensorsFile.Parse(bytes, path);
        return new NetworkFileInfo("safetensors", file.Metadata, file.Tensors);
    }

    /// <summary>A network's name: the file's, without folder and extensions.</summary>
    internal static string DisplayName(string path)
    {
        string name = Path.GetFileName(path);
        foreach (string extension in (string[])[".gz", ".onnx", ".safetensors"])
        {
            name = name.EndsWith(extension, StringComparison.OrdinalIgnoreCase) ? name[..^extension.Length] : name;
        }

        return name.Length > 0 ? name : "network";
    }

    /// <summary>True for bytes that gzip packed.</summary>
    internal static bool IsPacked(ReadOnlySpan<byte> bytes) => bytes is [0x1F, 0x8B, ..];

    private static byte[] ReadKnown(string path)
    {
        byte[] bytes = FileBytes.Read(path);
        return bytes is [(byte)'P', (byte)'K', ..] or [0x80, ..]
            ? throw new NetworkFileException(path, "looks like a pickle or zip archive, which is never loaded because it can hold code; save the weights as safetensors (docs/formats.md) or ONNX")
            : bytes;
    }

    /// <summary>
    /// By content: a header of at most 4 GiB that opens with a brace, which neither ONNX (a field tag) nor gzip has there. The name
    /// decides only for damaged files, so that the message speaks of the right format.
    /// </summary>
    private static bool IsSafetensors(ReadOnlySpan<byte> bytes, string path)
    {
        bool opens = bytes.Length > HeaderStart && bytes[HeaderStart] == (byte)'{';
        return (opens && bytes[4..HeaderStart].IndexOfAnyExcept((byte)0) < 0)
            || (path.EndsWith(".safetensors", StringComparison.OrdinalIgnoreCase) && !IsPacked(bytes));
    }
}
