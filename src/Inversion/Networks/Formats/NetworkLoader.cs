namespace Inversion.Networks.Formats;

/// <summary>Reads a network from a file of any supported format, told by its content: safetensors, ONNX, or ONNX packed with gzip.</summary>
public static class NetworkLoader
{
    /// <summary>The binding that fixes the class of a conditional generator in a safetensors file.</summary>
    public const string ClassName = "class";

    private const int HeaderStart = 8;

    /// <summary>The network in a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="bindings">Values of inputs that are fixed (<c>--bind NAME=VALUE</c>): of an ONNX graph, or the class of a conditional generator (<see cref="ConditionRecord"/>).</param>
    /// <param name="outputNode">ONNX: the tensor or node to stop at (<c>--output-node NAME</c>).</param>
    /// <exception cref="NetworkFileException">The file cannot be read; the message is one line with the place and the remedy.</exception>
    public static GenerativeNetwork Load(string path, IReadOnlyDictionary<string, double[]>? bindings = null, string? outputNode = null)
    {
        byte[] bytes = ReadKnown(path);
        if (!IsSafetensors(bytes, path))
        {
            return OnnxReader.Parse(bytes, path, bindings, outputNode);
        }

        if (outputNode is not null)
        {
            throw new NetworkFileException(path, "is a safetensors file; --output-node is for ONNX files");
        }

        SafetensorsFile file = SafetensorsFile.Parse(bytes, path);
        GenerativeNetwork network = NetworkFile.Read(file);
        return bindings is { Count: > 0 } ? Bound(network, file, bindings) : network;
    }

    // Of a conditional generator only the class can be fixed.
    private static GenerativeNetwork Bound(GenerativeNetwork network, SafetensorsFile file, IReadOnlyDictionary<string, double[]> bindings)
    {
        ConditionRecord condition = ConditionRecord.Read(file.Name, file.Metadata)
            ?? throw new NetworkFileException(file.Name, "is a safetensors file without classes; --bind is for ONNX files and conditional generators");
        if (bindings.Count != 1 || !bindings.TryGetValue(ClassName, out double[]? label) || label.Length != 1 || label[0] != Math.Floor(label[0]) || Math.Abs(label[0]) > int.MaxValue)
        {
            throw new NetworkFileException(file.Name, $"has a class: --bind {ClassName}=K with K from 0 to {condition.Classes - 1}");
        }

        try
        {
            return condition.Bind(network, (int)label[0]);
        }
        catch (NetworkException problem)
        {
            throw new NetworkFileException(file.Name, problem.Message, problem);
        }
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
