using System.Buffers.Binary;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Inversion.Networks.Formats;

/// <summary>Writes safetensors files.</summary>
public static class SafetensorsWriter
{
    private const int BytesPerChunk = 1 << 16;

    /// <summary>Writes tensors and strings to a file: first to a temporary one beside it, which is then renamed.</summary>
    /// <param name="path">The target; an existing file is replaced.</param>
    /// <param name="tensors">The tensors, in the order of their bytes.</param>
    /// <param name="metadata">Strings for __metadata__.</param>
    /// <param name="singlePrecision">True for F32 (rounded to nearest), false for F64 (bit by bit).</param>
    /// <exception cref="NetworkFileException">The target cannot be written, or a tensor is not well formed or too large for F32. The target is as it was.</exception>
    public static void Write(string path, IReadOnlyList<NamedTensor> tensors, IReadOnlyDictionary<string, string> metadata, bool singlePrecision = false)
    {
        byte[] header = Header(path, tensors, metadata, singlePrecision);
        FileBytes.Write(path, stream => WriteAll(stream, header, tensors, singlePrecision));
    }

    /// <summary>Writes tensors and strings to a stream, which stays open.</summary>
    /// <exception cref="NetworkFileException">A tensor is not well formed or too large for F32. Nothing has been written.</exception>
    public static void Write(Stream stream, IReadOnlyList<NamedTensor> tensors, IReadOnlyDictionary<string, string> metadata, bool singlePrecision = false) =>
        WriteAll(stream, Header("stream", tensors, metadata, singlePrecision), tensors, singlePrecision);

    private static byte[] Header(string file, IReadOnlyList<NamedTensor> tensors, IReadOnlyDictionary<string, string> metadata, bool singlePrecision)
    {
        using MemoryStream buffer = new();
        using (Utf8JsonWriter json = new(buffer, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            json.WriteStartObject();
            json.WriteStartObject(SafetensorsHeader.MetadataKey);
            foreach ((string key, string value) in metadata.OrderBy(pair => pair.Key, StringComparer.Ordinal))
            {
                json.WriteString(key, value);
            }

            json.WriteEndObject();
            HashSet<string> names = [SafetensorsHeader.MetadataKey];
            long offset = 0;
            foreach (NamedTensor tensor in tensors)
            {
                Check(file, tensor, names, singlePrecision);
                long end = offset + (tensor.Values.LongLength * (singlePrecision ? 4 : 8));
                json.WriteStartObject(tensor.Name);
                json.WriteString("dtype", singlePrecision ? "F32" : "F64");
                WriteList(json, "shape", tensor.Shape.Select(size => (long)size));
                WriteList(json, "data_offsets", [offset, end]);
                json.WriteEndObject();
                offset = end;
            }

            json.WriteEndObject();
        }

        // Readers that map the file want the data aligned to eight bytes; the format allows trailing spaces for that.
        while (buffer.Length % 8 != 0)
        {
            buffer.WriteByte((byte)' ');
        }

        return buffer.ToArray();
    }

    private static void WriteList(Utf8JsonWriter json, string name, IEnumerable<long> values)
    {
        json.WriteStartArray(name);
        foreach (long value in values)
        {
            json.WriteNumberValue(value);
        }

        json.WriteEndArray();
    }

    private static void Check(string file, NamedTensor tensor, HashSet<string> names, bool singlePrecision)
    {
        if (tensor.Name.Length == 0 || !names.Add(tensor.Name))
        {
            throw new NetworkFileException(file, $"tensor '{tensor.Name}': the name is empty, reserved or used twice");
        }

        long count = tensor.Shape.Aggregate(1L, (product, size) => checked(product * size));
        if (count != tensor.Values.LongLength || tensor.Shape.Any(size => size < 0))
        {
            throw new NetworkFileException(file, $"tensor '{tensor.Name}': shape [{string.Join(", ", tensor.Shape)}] does not hold {tensor.Values.LongLength} values");
        }

        int at = singlePrecision ? Array.FindIndex(tensor.Values, v => double.IsFinite(v) && !float.IsFinite((float)v)) : -1;
        if (at >= 0)
        {
            throw new NetworkFileException(file, FormattableString.Invariant($"tensor '{tensor.Name}': entry {at} is {tensor.Values[at]:R}, too large for single precision; write double precision"));
        }
    }

    private static void WriteAll(Stream stream, byte[] header, IReadOnlyList<NamedTensor> tensors, bool singlePrecision)
    {
        Span<byte> prefix = stackalloc byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(prefix, header.Length);
        stream.Write(prefix);
        stream.Write(header);
        int size = singlePrecision ? 4 : 8;
        byte[] chunk = new byte[BytesPerChunk];
        foreach (NamedTensor tensor in tensors)
        {
            int used = 0;
            foreach (double value in tensor.Values)
            {
                if (singlePrecision)
                {
                    BinaryPrimitives.WriteSingleLittleEndian(chunk.AsSpan(used), (float)value);
                }
                else
                {
                    BinaryPrimitives.WriteDoubleLittleEndian(chunk.AsSpan(used), value);
                }

                used += size;
                if (used == chunk.Length)
                {
                    stream.Write(chunk);
                    used = 0;
                }
            }

            stream.Write(chunk.AsSpan(0, used));
        }
    }
}
