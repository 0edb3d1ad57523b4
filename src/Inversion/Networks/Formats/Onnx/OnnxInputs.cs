using System.Globalization;

namespace Inversion.Networks.Formats.Onnx;

/// <summary>The inputs of a graph: the one that is the latent code, and what is fixed of them by <c>--bind</c>, whole inputs or entries of the code.</summary>
internal sealed class OnnxInputs(OnnxGraph graph, string file)
{
    /// <summary>Puts the value of every input into <paramref name="values"/>, and returns the code's shape, without the entries that are fixed.</summary>
    /// <param name="bindings">NAME: all values of an input; NAME[I]: entry I of the code, counted from 0 in row-major order.</param>
    /// <param name="read">The tensors that the network depends on.</param>
    /// <param name="values">The graph's values by name.</param>
    /// <exception cref="NetworkFileException">A binding fits no input, or not exactly one input is left open.</exception>
    public Shape Bind(IReadOnlyDictionary<string, double[]> bindings, HashSet<string> read, Dictionary<string, OnnxValue> values)
    {
        string[] names = [.. graph.Inputs.Select(input => input.Name)];
        Dictionary<string, double[]> whole = [];
        List<(string Key, string Name, string Place, double[] Value)> entries = [];
        foreach ((string key, double[] value) in bindings)
        {
            int bracket = key.LastIndexOf('[');
            if (names.Contains(key))
            {
                whole.Add(key, value);
            }
            else if (bracket > 0 && key.EndsWith(']') && names.Contains(key[..bracket]))
            {
                entries.Add((key, key[..bracket], key[(bracket + 1)..^1], value));
            }
            else
            {
                throw new NetworkFileException(file, $"--bind '{key}': the graph has no such input; it has {List(names)}");
            }
        }

        (string Name, int[] Dims)[] free = [.. graph.Inputs.Where(input => read.Contains(input.Name) && !whole.ContainsKey(input.Name))];
        if (free.Length != 1)
        {
            throw new NetworkFileException(file, free.Length == 0
                ? "no input is left for the latent code: fewer --bind are needed"
                : $"the inputs {List(free.Select(input => input.Name))} are open; one is the latent code, fix the others with --bind NAME=VALUE");
        }

        try
        {
            foreach ((string bound, double[] constant) in whole)
            {
                values[bound] = Constant(bound, graph.Inputs.First(input => input.Name == bound).Dims, constant);
            }

            if (free[0].Dims.Length < 2 || free[0].Dims[0] > 1 || free[0].Dims.Skip(1).Any(size => size < 1))
            {
                throw new NetworkException($"has shape [{SizesText(free[0].Dims)}]; a batch axis of size 1 (or open) and one to three fixed sizes are needed");
            }

            int[] dims = [1, .. free[0].Dims[1..]];
            OnnxSignal latent = entries.Count == 0 ? OnnxSignal.Latent(dims) : Partial(free[0].Name, dims, entries);
            values[free[0].Name] = latent;
            return latent.Shape;
        }
        catch (NetworkException problem)
        {
            throw new NetworkFileException(file, $"input '{free[0].Name}': {problem.Message}", problem);
        }
    }

    /// <summary>Names in quotes, the first eight.</summary>
    public static string List(IEnumerable<string> names) => string.Join(", ", names.Take(8).Select(name => $"'{name}'"));

    // The code without the fixed entries, joined with them: a code of one position keeps its axes, any other becomes flat.
    private static OnnxSignal Partial(string input, int[] dims, List<(string Key, string Name, string Place, double[] Value)> entries)
    {
        int count = OnnxValue.CountOf(dims);
        double?[] constants = new double?[count];
        foreach ((string key, string name, string place, double[] value) in entries)
        {
            if (name != input)
            {
                throw new NetworkException($"--bind '{key}' fixes an entry of '{name}', which is not the latent code; fix all of it with --bind {name}=[…]");
            }

            if (!int.TryParse(place, NumberStyles.None, CultureInfo.InvariantCulture, out int at) || at >= count)
            {
                throw new NetworkException($"--bind '{key}': its entries are numbered from 0 to {count - 1}");
            }

            if (value.Length != 1 || constants[at] is not null)
            {
                throw new NetworkException($"--bind '{key}' gives entry {at} {(value.Length == 1 ? "twice" : $"{value.Length} values")}; it takes one");
            }

            constants[at] = value[0];
        }

        int left = count - entries.Count;
        if (left == 0)
        {
            throw new NetworkException("all entries are fixed; none is left for the latent code");
        }

        int next = 0;
        int[] source = [.. constants.Select(constant => constant is null ? next++ : -1)];
        bool isOnePosition = dims.Length > 2 && dims[1] == count;
        return OnnxSignal.Latent(isOnePosition ? [1, left, .. dims[2..]] : [1, left])
            .Joined(new OnnxFill(source, [.. constants.Select(constant => constant ?? 0)]), dims);
    }

    private static OnnxTensor Constant(string name, int[] dims, double[] values)
    {
        int[] sizes = [.. dims.Select((size, axis) => size == 0 && axis == 0 ? 1 : size)];
        int open = Array.IndexOf(sizes, 0);
        if (open >= 0)
        {
            sizes[open] = 1;
            int known = OnnxValue.CountOf(sizes);
            sizes[open] = known == 0 ? 0 : values.Length / known;
        }

        return OnnxValue.CountOf(sizes) == values.Length
            ? new OnnxTensor(sizes, values)
            : throw new NetworkException($"--bind '{name}' gives {values.Length} values where the shape [{SizesText(dims)}] needs {OnnxValue.CountOf(sizes)}");
    }

    private static string SizesText(int[] dims) => string.Join(", ", dims.Select(size => size == 0 ? "?" : $"{size}"));
}
