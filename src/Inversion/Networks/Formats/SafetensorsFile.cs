using System.Buffers.Binary;
using System.Collections.Immutable;

namespace Inversion.Networks.Formats;

/// <summary>A safetensors file in memory: named tensors and a dictionary of strings. <see cref="SafetensorsWriter"/> writes one.</summary>
/// <remarks>
/// Layout: 8 bytes, little-endian, that give the length of a JSON header; the header, {name: {dtype, shape, data_offsets}}; the tensors'
/// bytes, little-endian and row-major, without holes. Every claim of the header is checked against the file before it is used.
/// Source: the format description of the safetensors project.
/// </remarks>
/// <threadsafety>Immutable.</threadsafety>
public sealed class SafetensorsFile
{
    private readonly ReadOnlyMemory<byte> bytes;
    private readonly Dictionary<string, SafetensorsHeader.Entry> entries;

    private SafetensorsFile(ReadOnlyMemory<byte> bytes, string name)
    {
        SafetensorsHeader header = SafetensorsHeader.Parse(bytes, name);
        this.bytes = bytes;
        entries = header.Entries.ToDictionary(entry => entry.Info.Name);
        Name = name;
        Metadata = header.Metadata;
        Tensors = [.. header.Entries.Select(entry => entry.Info)];
    }

    /// <summary>What messages call the file.</summary>
    public string Name { get; }

    /// <summary>The strings under __metadata__: the network's description, licence, origin.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; }

    /// <summary>What the file holds, in the order of the bytes.</summary>
    public ImmutableArray<TensorInfo> Tensors { get; }

    /// <summary>Reads a file of at most 2 GiB.</summary>
    /// <exception cref="NetworkFileException">The file cannot be read, is damaged, or claims more than it holds.</exception>
    public static SafetensorsFile Read(string path) => new(FileBytes.Read(path), path);

    /// <summary>Reads a stream to its end. The stream stays open.</summary>
    /// <param name="stream">From its position on.</param>
    /// <param name="name">What messages call it.</param>
    /// <exception cref="NetworkFileException">The bytes are damaged, or claim more than there are.</exception>
    public static SafetensorsFile Read(Stream stream, string name = "stream") => new(FileBytes.Read(stream, name, Array.MaxLength), name);

    /// <summary>Reads bytes that the caller does not change afterwards.</summary>
    /// <exception cref="NetworkFileException">The bytes are damaged, or claim more than there are.</exception>
    public static SafetensorsFile Parse(ReadOnlyMemory<byte> bytes, string name = "bytes") => new(bytes, name);

    /// <summary>The tensor of this name, or null.</summary>
    public TensorInfo? Find(string tensor) => entries.GetValueOrDefault(tensor)?.Info;

    /// <summary>A tensor's entries, row-major, widened to double without rounding. F64, F32, F16 and BF16 are read. A new array.</summary>
    /// <exception cref="NetworkFileException">There is no such tensor, or its type is another.</exception>
    public double[] ReadDoubles(string tensor)
    {
        if (!entries.TryGetValue(tensor, out SafetensorsHeader.Entry? entry))
        {
            throw new NetworkFileException(Name, $"tensor '{tensor}' is missing");
        }

        ReadOnlySpan<byte> source = bytes.Span[(int)entry.Begin..(int)entry.End];
        return entry.Info.Type switch
        {
            "F64" => Widen(source, 8, BinaryPrimitives.ReadDoubleLittleEndian),
            "F32" => Widen(source, 4, static b => BinaryPrimitives.ReadSingleLittleEndian(b)),
            "F16" => Widen(source, 2, static b => (double)BinaryPrimitives.ReadHalfLittleEndian(b)),
            "BF16" => Widen(source, 2, static b => BitConverter.Int32BitsToSingle(BinaryPrimitives.ReadInt16LittleEndian(b) << 16)),
            string other => throw new NetworkFileException(Name, $"tensor '{tensor}' has dtype {other}; weights are read from F64, F32, F16 or BF16"),
        };
    }

    private delegate double ReadOne(ReadOnlySpan<byte> source);

    private static double[] Widen(ReadOnlySpan<byte> source, int size, ReadOne read)
    {
        double[] values = new double[source.Length / size];
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = read(source.Slice(i * size, size));
        }

        return values;
    }
}
