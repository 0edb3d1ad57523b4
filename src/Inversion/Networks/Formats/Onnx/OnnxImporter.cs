using Google.Protobuf;

namespace Inversion.Networks.Formats.Onnx;

/// <summary>Walks a graph from its inputs to one tensor: folds what is constant, turns the rest into a chain of layers.</summary>
internal sealed class OnnxImporter(OnnxGraph graph, string file)
{
    private readonly Dictionary<string, OnnxValue> values = [];

    /// <summary>The network that makes the tensor <paramref name="output"/> (a tensor, a node, or null for the graph's only output).</summary>
    public GenerativeNetwork Import(IReadOnlyDictionary<string, double[]> bindings, string? output, string name)
    {
        string target = Target(output);
        List<OnnxNode> needed = Needed(target, out HashSet<string> read);
        Shape input = new OnnxInputs(graph, file).Bind(bindings, read, values);
        foreach (OnnxNode node in needed)
        {
            Guarded(node, () => Store(node, Evaluate(node)));
        }

        if (!values.TryGetValue(target, out OnnxValue? value) || value is not OnnxSignal)
        {
            throw new NetworkFileException(file, $"'{target}' does not depend on the latent code");
        }

        try
        {
            OnnxSignal signal = ((OnnxSignal)value).Settled();
            return signal.HasLayers
                ? new GenerativeNetwork(input, signal.Layers(), name)
                : throw new NetworkFileException(file, $"'{target}' is the latent code itself; no layer makes it");
        }
        catch (Exception problem) when (IsProblem(problem))
        {
            throw new NetworkFileException(file, $"output '{target}': {problem.Message}", problem);
        }
    }

    /// <summary>True for the exceptions that a damaged or unusual file causes.</summary>
    public static bool IsProblem(Exception problem) =>
        problem is NetworkException or OverflowException or InvalidDataException or InvalidProtocolBufferException;

    private string Target(string? output)
    {
        if (output is null)
        {
            return graph.Outputs.Count == 1
                ? graph.Outputs[0]
                : throw new NetworkFileException(file, $"the graph has {graph.Outputs.Count} outputs ({OnnxInputs.List(graph.Outputs)}); choose one with --output-node NAME");
        }

        OnnxNode? node = graph.Nodes.Find(n => n.Outputs.Contains(output)) ?? graph.Nodes.Find(n => n.Name == output && n.Outputs.Count > 0);
        return node is null
            ? throw new NetworkFileException(file, $"--output-node '{output}' is neither a node of the graph nor a tensor that one makes")
            : node.Outputs.Contains(output) ? output : node.Outputs[0];
    }

    /// <summary>The nodes that the target depends on, in the order of the file.</summary>
    private List<OnnxNode> Needed(string target, out HashSet<string> read)
    {
        List<OnnxNode> needed = [];
        read = [target];
        for (int i = graph.Nodes.Count - 1; i >= 0; i--)
        {
            OnnxNode node = graph.Nodes[i];
            if (node.Outputs.Any(read.Contains))
            {
                needed.Add(node);
                read.UnionWith(node.Inputs);
            }
        }

        needed.Reverse();
        return needed;
    }

    private OnnxValue Evaluate(OnnxNode node)
    {
        if (node.Domain is not ("" or "ai.onnx"))
        {
            throw Unsupported();
        }

        switch (node.Operator)
        {
            case "Constant":
                return Constant(node);
            case "Identity":
                return Value(node, 0);
            case "Shape":
                return ShapeOperators.Shape(node, Value(node, 0));
            case "Reshape":
                return ShapeOperators.Reshape(node, Value(node, 0), Operand(node, 1));
            case "Flatten":
                return ShapeOperators.Flatten(node, Value(node, 0));
            case "Squeeze":
                return ShapeOperators.Squeeze(node, Value(node, 0), Operand(node, 1));
            case "Unsqueeze":
                return ShapeOperators.Unsqueeze(node, Value(node, 0), Operand(node, 1));
            case "Concat" when node.Inputs.Count > 0:
                return ShapeOperators.Concat(node, [.. node.Inputs.Select((_, i) => Value(node, i))]);
            case "Add" or "Sub" or "Mul" or "Div":
                return ArithmeticOperators.Apply(node.Operator, Value(node, 0), Value(node, 1));
            case "Gather" when Value(node, 0) is OnnxTensor data:
                return ShapeOperators.Gather(node, data, LayerOperators.Needed(i => Operand(node, i), 1));
            case "Transpose" when Value(node, 0) is OnnxTensor matrix:
                return ShapeOperators.Transpose(node, matrix);
            case "Cast" when Value(node, 0) is OnnxTensor constant:
                return ShapeOperators.Cast(node, constant);
            case string name when LayerOperators.Names.Contains(name):
                return Value(node, 0) is OnnxSignal signal
                    ? LayerOperators.Apply(node, signal, i => Operand(node, i))
                    : LayerOperators.Evaluate((OnnxTensor)Value(node, 0), latent => LayerOperators.Apply(node, latent, i => Operand(node, i)));
            default:
                throw Unsupported();
        }
    }

    private void Store(OnnxNode node, OnnxValue value)
    {
        if (node.Outputs.Count(output => output.Length > 0) != 1)
        {
            throw new NetworkException($"makes {node.Outputs.Count} tensors; one is read (a batch norm in training mode makes more)");
        }

        if (graph.Constants.ContainsKey(node.Outputs[0]) || !values.TryAdd(node.Outputs[0], value))
        {
            throw new NetworkException($"makes '{node.Outputs[0]}', which is there already");
        }
    }

    private static NetworkException Unsupported() => new(
        "this operator is not read; ConvTranspose, Conv, Gemm, MatMul, BatchNormalization, Relu, LeakyRelu, Sigmoid, Tanh, Reshape, Flatten, Add, Sub, Mul, Div, Unsqueeze, Squeeze, Identity, Constant, Concat, Upsample and Resize are");

    private static OnnxTensor Constant(OnnxNode node)
    {
        if (node.Tensor("value") is OnnxTensor tensor)
        {
            return tensor;
        }

        if (node.Has("value_float") || node.Has("value_int"))
        {
            return new OnnxTensor([], [node.Has("value_float") ? node.Number("value_float", 0) : node.Integer("value_int", 0)], node.Has("value_int"));
        }

        double[] list = node.Numbers("value_floats") ?? node.Integers("value_ints")?.Select(i => (double)i).ToArray()
            ?? throw new NetworkException("holds neither a tensor nor numbers");
        return new OnnxTensor([list.Length], list, node.Has("value_ints"));
    }

    private OnnxValue Value(OnnxNode node, int position)
    {
        string name = position < node.Inputs.Count ? node.Inputs[position] : string.Empty;
        if (values.TryGetValue(name, out OnnxValue? value))
        {
            return value;
        }

        if (!graph.Constants.TryGetValue(name, out ArraySegment<byte> stored))
        {
            throw new NetworkException(name.Length == 0 ? $"operand {position} is missing" : $"reads '{name}', which no earlier node makes");
        }

        return values[name] = Parse(name, stored);
    }

    private static OnnxTensor Parse(string name, ArraySegment<byte> stored)
    {
        try
        {
            return OnnxTensor.Parse(stored);
        }
        catch (NetworkException problem)
        {
            throw new NetworkException($"tensor '{name}': {problem.Message}", problem);
        }
    }

    private OnnxTensor? Operand(OnnxNode node, int position)
    {
        if (position >= node.Inputs.Count || node.Inputs[position].Length == 0)
        {
            return null;
        }

        return Value(node, position) as OnnxTensor
            ?? throw new NetworkException($"operand '{node.Inputs[position]}' depends on the latent code; it must be constant");
    }

    private void Guarded(OnnxNode node, Action work)
    {
        try
        {
            work();
        }
        catch (Exception problem) when (IsProblem(problem))
        {
            string? prefix = node.Inputs.FirstOrDefault(input => values.TryGetValue(input, out OnnxValue? value) && value is OnnxSignal { HasLayers: true });
            string advice = prefix is null ? string.Empty : $"; --output-node {prefix} loads the part before it";
            string message = problem is OverflowException ? "a size is too large" : problem.Message;
            throw new NetworkFileException(file, $"{node.Place}: {message}{advice}", problem);
        }
    }
}
