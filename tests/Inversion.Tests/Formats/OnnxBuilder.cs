using System.Runtime.InteropServices;
using Google.Protobuf;

namespace Inversion.Tests.Formats;

/// <summary>Writes small ONNX models field by field.</summary>
internal sealed class OnnxBuilder
{
    private readonly List<byte[]> nodes = [];
    private readonly List<byte[]> constants = [];
    private readonly List<byte[]> inputs = [];
    private readonly List<byte[]> outputs = [];
    private int opset = 13;

    public static byte[] Message(params (int Field, object Value)[] fields)
    {
        using MemoryStream buffer = new();
        using (CodedOutputStream stream = new(buffer, leaveOpen: true))
        {
            foreach ((int field, object value) in fields)
            {
                switch (value)
                {
                    case long number:
                        stream.WriteTag(field, WireFormat.WireType.Varint);
                        stream.WriteInt64(number);
                        break;
                    case float number:
                        stream.WriteTag(field, WireFormat.WireType.Fixed32);
                        stream.WriteFloat(number);
                        break;
                    case string text:
                        stream.WriteTag(field, WireFormat.WireType.LengthDelimited);
                        stream.WriteString(text);
                        break;
                    case byte[] bytes:
                        stream.WriteTag(field, WireFormat.WireType.LengthDelimited);
                        stream.WriteBytes(ByteString.CopyFrom(bytes));
                        break;
                    default:
                        throw new ArgumentException($"no field of type {value.GetType()}");
                }
            }
        }

        return buffer.ToArray();
    }

    public static byte[] Tensor(string name, long[] dims, float[] values) => Message(
        [.. dims.Select(d => (1, (object)d)), (2, 1L), (8, name), (9, MemoryMarshal.AsBytes<float>(values).ToArray())]);

    public static byte[] Integers(string name, long[] dims, long[] values) => Message(
        [.. dims.Select(d => (1, (object)d)), (2, 7L), (8, name), .. values.Select(v => (7, (object)v))]);

    public OnnxBuilder Opset(int version)
    {
        opset = version;
        return this;
    }

    public OnnxBuilder Input(string name, params long[] dims) => Type(inputs, name, 1, dims);

    public OnnxBuilder IntegerInput(string name, params long[] dims) => Type(inputs, name, 7, dims);

    public OnnxBuilder Output(string name) => Type(outputs, name, 1, null);

    public OnnxBuilder Constant(string name, long[] dims, float[] values) => Raw(Tensor(name, dims, values));

    public OnnxBuilder Constant(string name, params long[] values) => Raw(Integers(name, [values.Length], values));

    public OnnxBuilder Raw(byte[] constant)
    {
        constants.Add(constant);
        return this;
    }

    /// <summary>A node, called after its output; an attribute is a long, long[], float, string or the bytes of a tensor.</summary>
    public OnnxBuilder Node(string name, string[] from, string to, params (string Name, object Value)[] attributes)
    {
        nodes.Add(Message([
            .. from.Select(input => (1, (object)input)), (2, to), (3, $"{name}_{to}"), (4, name),
            .. attributes.Select(a => (5, (object)Attribute(a.Name, a.Value)))]));
        return this;
    }

    public byte[] Build()
    {
        byte[] graph = Message([
            .. nodes.Select(n => (1, (object)n)), (2, "graph"), .. constants.Select(c => (5, (object)c)),
            .. inputs.Select(i => (11, (object)i)), .. outputs.Select(o => (12, (object)o))]);
        return Message((1, 8L), (7, graph), (8, Message((1, string.Empty), (2, (long)opset))));
    }

    private static byte[] Attribute(string name, object value) => value switch
    {
        long number => Message((1, name), (3, number), (20, 2L)),
        float number => Message((1, name), (2, number), (20, 1L)),
        string text => Message((1, name), (4, text), (20, 3L)),
        byte[] tensor => Message((1, name), (5, tensor), (20, 4L)),
        long[] list => Message([(1, name), .. list.Select(v => (8, (object)v)), (20, 7L)]),
        float[] list => Message([(1, name), .. list.Select(v => (7, (object)v)), (20, 6L)]),
        _ => throw new ArgumentException(name),
    };

    private OnnxBuilder Type(List<byte[]> into, string name, long element, long[]? dims)
    {
        byte[] tensor = dims is null
            ? Message((1, element))
            : Message((1, element), (2, Message([.. dims.Select(d => (1, (object)(d > 0 ? Message((1, d)) : Message((2, "batch")))))])));
        into.Add(Message((1, name), (2, Message((1, tensor)))));
        return this;
    }
}
