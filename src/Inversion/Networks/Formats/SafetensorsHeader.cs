using System.Buffers.Binary;
using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Text.Json;

namespace Inversion.Networks.Formats;

/// <summary>The header of a safetensors file, checked against the length of the file: what each tensor is and where its bytes lie.</summary>
internal sealed class SafetensorsHeader
{
    /// <summary>The key that holds strings instead of a tensor.</summary>
    public const string MetadataKey = "__metadata__";

    /// <summary>The longest header that is parsed; the limit of the format's reference implementation.</summary>
    public const int LongestHeader = 100_000_000;

    private const int PrefixLength = 8;

    private static readonly FrozenDictionary<string, int> BytesPerEntry = new Dictionary<string, int>
    {
        ["F64"] = 8,
        ["I64"] = 8,
        ["U64"] = 8,
        ["F32"] = 4,
        ["I32"] = 4,
        ["U32"] = 4,
        ["F16"] = 2,
        ["BF16"] = 2,
        ["I16"] = 2,
        ["U16"] = 2,
        ["F8_E4M3"] = 1,
        ["F8_E5M2"] = 1,
        ["I8"] = 1,
        ["U8"] = 1,
        ["BOOL"] = 1,
    }.ToFrozenDictionary();

    private SafetensorsHeader(ImmutableSortedDictionary<string, string> metadata, ImmutableArray<Entry> entries)
    {
        Metadata = metadata;
        Entries = entries;
    }

    /// <summary>The strings under __metadata__.</summary>
    public ImmutableSortedDictionary<string, string> Metadata { get; }

    /// <summary>The tensors in the order of their bytes.</summary>
    public ImmutableArray<Entry> Entries { get; }

    /// <summary>Reads and checks the header: nothing is allocated for a size before that size is known to be in the file.</summary>
    /// <exception cref="NetworkFileException">The header is damaged or claims something that the file does not hold.</exception>
    public static SafetensorsHeader Parse(ReadOnlyMemory<byte> bytes, string file)
    {
        if (bytes.Length < PrefixLength)
        {
            throw new NetworkFileException(file, $"has {bytes.Length} bytes; a safetensors file begins with 8 that give the length of its header");
        }

        ulong length = BinaryPrimitives.ReadUInt64LittleEndian(bytes.Span);
        int rest = bytes.Length - PrefixLength;
        if (length > LongestHeader)
        {
            throw new NetworkFileException(file, $"claims a header of {length} bytes; at most {LongestHeader} are read. It is damaged or no safetensors file");
        }

        if (length > (ulong)rest)
        {
            throw new NetworkFileException(file, $"claims a header of {length} bytes, but only {rest} follow: the file is cut off");
        }

        using JsonDocument document = JsonField.Parse(bytes.Slice(PrefixLength, (int)length), file, "the header");
        ImmutableSortedDictionary<string, string> metadata = ImmutableSortedDictionary<string, string>.Empty;
        List<Entry> entries = [];
        foreach ((string name, JsonField value) in new JsonField(document.RootElement, file, "the header").Members())
        {
            if (name == MetadataKey)
            {
                metadata = value.Members().ToImmutableSortedDictionary(
                    member => member.Name, member => member.Value.Named($"metadata '{member.Name}'").Text(), StringComparer.Ordinal);
            }
            else
            {
                entries.Add(ReadEntry(name, value.Named($"tensor '{name}'")));
            }
        }

        entries.Sort((a, b) => (a.Begin, a.End).CompareTo((b.Begin, b.End)));
        CheckCoverage(entries, rest - (long)length, file);
        int start = PrefixLength + (int)length;
        return new SafetensorsHeader(metadata, [.. entries.Select(e => e with { Begin = e.Begin + start, End = e.End + start })]);
    }

    private static Entry ReadEntry(string name, JsonField value)
    {
        string type = value.Required("dtype").Text();
        if (!BytesPerEntry.TryGetValue(type, out int bytes))
        {
            throw value.Error($"has the unknown dtype '{type}'; store it as F32 or F64");
        }

        ImmutableArray<long> shape = [.. value.Required("shape").Items().Select(size => size.Size())];
        JsonField offsets = value.Required("data_offsets");
        long[] range = [.. offsets.Items().Select(offset => offset.Size())];
        if (range.Length != 2 || range[0] > range[1])
        {
            throw offsets.Error("must be two numbers, begin and end, begin no larger than end");
        }

        long size;
        try
        {
            size = checked(new TensorInfo(name, type, shape).Count * bytes);
        }
        catch (OverflowException problem)
        {
            throw value.Error($"its shape [{string.Join(", ", shape)}] has more entries than a file holds", problem);
        }

        return range[1] - range[0] == size
            ? new Entry(new TensorInfo(name, type, shape), range[0], range[1])
            : throw value.Error($"shape [{string.Join(", ", shape)}] of {type} needs {size} bytes, but data_offsets span {range[1] - range[0]}");
    }

    /// <summary>Tensors follow each other without overlap or hole and end where the file ends, as the format demands.</summary>
    private static void CheckCoverage(List<Entry> entries, long dataLength, string file)
    {
        long end = 0;
        foreach (Entry entry in entries)
        {
            string name = $"tensor '{entry.Info.Name}'";
            if (entry.End > dataLength)
            {
                throw new NetworkFileException(file, $"{name} ends at byte {entry.End} of the data, but the file holds {dataLength}: it is cut off");
            }

            if (entry.Begin != end)
            {
                throw new NetworkFileException(file, $"{name} begins at byte {entry.Begin} of the data, but the tensor before ends at {end}: {(entry.Begin < end ? "they overlap" : "bytes between belong to no tensor")}");
            }

            end = entry.End;
        }

        if (end != dataLength)
        {
            throw new NetworkFileException(file, $"holds {dataLength - end} bytes after its last tensor that belong to none");
        }
    }

    /// <summary>One tensor and the range of its bytes: relative to the data while parsing, to the file afterwards.</summary>
    public sealed record Entry(TensorInfo Info, long Begin, long End);
}
