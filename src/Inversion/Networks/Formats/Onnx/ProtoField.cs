using System.Text;
using Google.Protobuf;

namespace Inversion.Networks.Formats.Onnx;

/// <summary>One field of a protocol buffer message, by number: a number in <see cref="Scalar"/>, or a range of the message's own bytes.</summary>
/// <remarks>Only ranges of the bytes at hand are made, so a claimed length allocates nothing.</remarks>
internal readonly record struct ProtoField(int Number, WireFormat.WireType Wire, ulong Scalar, ArraySegment<byte> Bytes)
{
    /// <summary>The number as a signed integer (ONNX has no zigzag fields).</summary>
    public long Integer => unchecked((long)Scalar);

    /// <summary>A 32-bit float.</summary>
    public float Single => Wire == WireFormat.WireType.Fixed32
        ? BitConverter.UInt32BitsToSingle((uint)Scalar)
        : throw new InvalidDataException($"field {Number} should hold a 32-bit float");

    /// <summary>The bytes of a string, bytes or message field.</summary>
    public ArraySegment<byte> Content => Wire == WireFormat.WireType.LengthDelimited
        ? Bytes
        : throw new InvalidDataException($"field {Number} should hold bytes");

    /// <summary>A string; bytes that are not UTF-8 show as U+FFFD.</summary>
    public string Text => Encoding.UTF8.GetString(Content);

    /// <summary>The fields of a message in order.</summary>
    /// <exception cref="InvalidProtocolBufferException">The bytes are no message. InvalidDataException likewise.</exception>
    public static IEnumerable<ProtoField> Of(ArraySegment<byte> message)
    {
        byte[] buffer = message.Array ?? [];
        int end = message.Offset + message.Count;
        CodedInputStream input = new(buffer, message.Offset, message.Count);
        uint tag;
        while ((tag = input.ReadTag()) != 0)
        {
            int number = WireFormat.GetTagFieldNumber(tag);
            WireFormat.WireType wire = WireFormat.GetTagWireType(tag);
            switch (wire)
            {
                case WireFormat.WireType.Varint:
                    yield return new ProtoField(number, wire, input.ReadUInt64(), default);
                    break;
                case WireFormat.WireType.Fixed32:
                    yield return new ProtoField(number, wire, input.ReadFixed32(), default);
                    break;
                case WireFormat.WireType.Fixed64:
                    yield return new ProtoField(number, wire, input.ReadFixed64(), default);
                    break;
                case WireFormat.WireType.LengthDelimited:
                    int length = input.ReadLength();
                    int start = (int)input.Position;
                    if (length < 0 || length > end - start)
                    {
                        throw new InvalidDataException($"field {number} claims {length} bytes where {end - start} are left: the file is cut off or damaged");
                    }

                    yield return new ProtoField(number, wire, 0, new ArraySegment<byte>(buffer, start, length));
                    input = new CodedInputStream(buffer, start + length, end - start - length);
                    break;
                default:
                    throw new InvalidDataException($"field {number} has wire type {wire}, which ONNX does not use");
            }
        }
    }

    /// <summary>The numbers of a repeated integer field: one, or many packed together.</summary>
    public IEnumerable<long> Integers()
    {
        if (Wire == WireFormat.WireType.Varint)
        {
            yield return Integer;
            yield break;
        }

        ArraySegment<byte> packed = Content;
        CodedInputStream input = new(packed.Array ?? [], packed.Offset, packed.Count);
        while (!input.IsAtEnd)
        {
            yield return input.ReadInt64();
        }
    }

    /// <summary>The bytes of a repeated fixed-width field: one number, or many packed together.</summary>
    public ReadOnlyMemory<byte> FixedWidth() => Wire switch
    {
        WireFormat.WireType.Fixed32 => BitConverter.GetBytes((uint)Scalar),
        WireFormat.WireType.Fixed64 => BitConverter.GetBytes(Scalar),
        _ => Content,
    };
}
