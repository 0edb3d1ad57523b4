namespace Inversion.Networks.Formats.Onnx;

/// <summary>A parsed ONNX model: the nodes of its graph, its constants and its inputs and outputs. Nothing is computed or loaded beside it.</summary>
internal sealed class OnnxGraph
{
    private const int OldestOperatorSet = 7;

    private OnnxGraph()
    {
    }

    /// <summary>The nodes, each after those that it reads from.</summary>
    public List<OnnxNode> Nodes { get; } = [];

    /// <summary>The stored constants, unparsed, by name.</summary>
    public Dictionary<string, ArraySegment<byte>> Constants { get; } = [];

    /// <summary>The inputs that are no constants: name and sizes, 0 for a symbolic one; no sizes if the file names none.</summary>
    public List<(string Name, int[] Dims)> Inputs { get; } = [];

    /// <summary>Names of the outputs.</summary>
    public List<string> Outputs { get; } = [];

    /// <summary>Reads a ModelProto.</summary>
    /// <exception cref="NetworkException">There is no graph, or it holds something that is never loaded.</exception>
    public static OnnxGraph Parse(byte[] bytes)
    {
        ProtoField? graph = null;
        long? operatorSet = null;
        foreach (ProtoField field in ProtoField.Of(bytes))
        {
            graph = field.Number == 7 ? field : graph;
            operatorSet = field.Number == 8 ? OperatorSet(field) ?? operatorSet : operatorSet;
        }

        if (graph is not null && !(operatorSet >= OldestOperatorSet))
        {
            // Before version 7 the arithmetic operators spread their operands by other rules.
            throw new NetworkException(operatorSet is null
                ? "names no operator set; it is cut off or damaged"
                : $"uses operator set {operatorSet}; {OldestOperatorSet} and later are read, export it again");
        }

        OnnxGraph parsed = new();
        foreach (ProtoField field in ProtoField.Of((graph ?? throw new NetworkException("holds no graph; it is damaged or no ONNX file")).Content))
        {
            parsed.Add(field);
        }

        parsed.Inputs.RemoveAll(input => parsed.Constants.ContainsKey(input.Name));
        return parsed;
    }

    /// <summary>The version of an OperatorSetIdProto if it is ONNX's own.</summary>
    private static long? OperatorSet(ProtoField message)
    {
        string domain = string.Empty;
        long version = 0;
        foreach (ProtoField field in ProtoField.Of(message.Content))
        {
            domain = field.Number == 1 ? field.Text : domain;
            version = field.Number == 2 ? field.Integer : version;
        }

        return domain is "" or "ai.onnx" ? version : null;
    }

    private void Add(ProtoField field)
    {
        switch (field.Number)
        {
            case 1:
                Nodes.Add(new OnnxNode(field.Content));
                break;
            case 5:
                string name = string.Concat(ProtoField.Of(field.Content).Where(f => f.Number == 8).Take(1).Select(f => f.Text));
                if (!Constants.TryAdd(name, field.Content))
                {
                    throw new NetworkException($"constant '{name}' is there twice");
                }

                break;
            case 11:
                Inputs.Add(ParseInput(field.Content));
                break;
            case 12:
                Outputs.Add(ParseInput(field.Content).Name);
                break;
            case 15:
                throw new NetworkException("holds sparse constants, which are not read; store them dense");
        }
    }

    private static (string Name, int[] Dims) ParseInput(ArraySegment<byte> message)
    {
        string name = string.Empty;
        List<int> dims = [];
        foreach (ProtoField field in ProtoField.Of(message))
        {
            if (field.Number == 1)
            {
                name = field.Text;
            }
            else if (field.Number == 2)
            {
                IEnumerable<ProtoField> sizes = Inside(Inside(Inside([field], 1), 2), 1);
                dims.AddRange(sizes.Select(size => Size(size.Content, name)));
            }
        }

        return (name, [.. dims]);
    }

    private static IEnumerable<ProtoField> Inside(IEnumerable<ProtoField> messages, int number) =>
        messages.SelectMany(message => ProtoField.Of(message.Content)).Where(field => field.Number == number);

    private static int Size(ArraySegment<byte> dimension, string name)
    {
        long size = ProtoField.Of(dimension).Where(field => field.Number == 1).Select(field => field.Integer).LastOrDefault();
        return size <= int.MaxValue ? (int)Math.Max(0, size) : throw new NetworkException($"input '{name}' has size {size}");
    }
}
