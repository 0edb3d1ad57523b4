using System.Text;

namespace Inversion.Networks.Formats.Onnx;

/// <summary>One operator call of a graph.</summary>
internal sealed class OnnxNode
{
    private readonly Dictionary<string, ArraySegment<byte>> attributes = [];

    /// <summary>Reads a NodeProto.</summary>
    public OnnxNode(ArraySegment<byte> message)
    {
        List<string> inputs = [];
        List<string> outputs = [];
        foreach (ProtoField field in ProtoField.Of(message))
        {
            switch (field.Number)
            {
                case 1:
                    inputs.Add(field.Text);
                    break;
                case 2:
                    outputs.Add(field.Text);
                    break;
                case 3:
                    Name = field.Text;
                    break;
                case 4:
                    Operator = field.Text;
                    break;
                case 5:
                    string name = ProtoField.Of(field.Content).FirstOrDefault(f => f.Number == 1) is { Wire: Google.Protobuf.WireFormat.WireType.LengthDelimited } named ? named.Text : string.Empty;
                    attributes[name] = field.Content;
                    break;
                case 7:
                    Domain = field.Text;
                    break;
            }
        }

        Inputs = inputs;
        Outputs = outputs;
    }

    /// <summary>The node's own name; empty if it has none.</summary>
    public string Name { get; } = string.Empty;

    /// <summary>The operator: Gemm, Conv, …</summary>
    public string Operator { get; } = string.Empty;

    /// <summary>The operator's domain; empty for ONNX's own.</summary>
    public string Domain { get; } = string.Empty;

    /// <summary>Names of the tensors read; empty for an optional one that is left out.</summary>
    public IReadOnlyList<string> Inputs { get; }

    /// <summary>Names of the tensors made.</summary>
    public IReadOnlyList<string> Outputs { get; }

    /// <summary>What messages call it: node 'Conv_3' (Conv).</summary>
    public string Place => $"node '{(Name.Length > 0 || Outputs.Count == 0 ? Name : Outputs[0])}' ({(Domain.Length > 0 ? $"{Domain}." : string.Empty)}{Operator})";

    /// <summary>True if the attribute is there.</summary>
    public bool Has(string name) => attributes.ContainsKey(name);

    /// <summary>An integer attribute.</summary>
    public long Integer(string name, long otherwise) => Find(name, 3) is ProtoField field ? field.Integer : otherwise;

    /// <summary>A number attribute.</summary>
    public double Number(string name, double otherwise) => Find(name, 2) is ProtoField field ? field.Single : otherwise;

    /// <summary>A string attribute.</summary>
    public string Text(string name, string otherwise) => Find(name, 4) is ProtoField field ? Encoding.UTF8.GetString(field.Content) : otherwise;

    /// <summary>A tensor attribute.</summary>
    public OnnxTensor? Tensor(string name) => Find(name, 5) is ProtoField field ? OnnxTensor.Parse(field.Content) : null;

    /// <summary>A list of integers, or null if the attribute is missing.</summary>
    public int[]? Integers(string name) => Has(name)
        ? [.. ProtoField.Of(attributes[name]).Where(f => f.Number == 8).SelectMany(f => f.Integers())
            .Select(value => Math.Abs((double)value) <= int.MaxValue ? (int)value : throw new NetworkException($"attribute '{name}' holds {value}"))]
        : null;

    /// <summary>A list of numbers, or null if the attribute is missing.</summary>
    public double[]? Numbers(string name) => Has(name)
        ? [.. ProtoField.Of(attributes[name]).Where(f => f.Number == 7).SelectMany(f => ToSingles(f.FixedWidth()))]
        : null;

    private static IEnumerable<double> ToSingles(ReadOnlyMemory<byte> bytes) =>
        Enumerable.Range(0, bytes.Length / 4).Select(i => (double)BitConverter.ToSingle(bytes.Span[(4 * i)..]));

    private ProtoField? Find(string name, int number)
    {
        if (!Has(name))
        {
            return null;
        }

        foreach (ProtoField field in ProtoField.Of(attributes[name]))
        {
            if (field.Number == number)
            {
                return field;
            }
        }

        // Protocol buffers leave out a zero: an attribute without its value field is 0 or empty.
        return number is 4 or 5
            ? throw new NetworkException($"attribute '{name}' has another type than expected")
            : new ProtoField(number, number == 2 ? Google.Protobuf.WireFormat.WireType.Fixed32 : Google.Protobuf.WireFormat.WireType.Varint, 0, default);
    }
}
