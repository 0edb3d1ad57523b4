namespace Inversion.Networks.Formats.Onnx;

/// <summary>Operators that move no entry of a signal but change its sizes, and the arithmetic of sizes on constants.</summary>
internal static class ShapeOperators
{
    /// <summary>Reshape: 0 keeps an axis (unless allowzero), −1 takes what is left.</summary>
    public static OnnxValue Reshape(OnnxNode node, OnnxValue value, OnnxTensor? shape)
    {
        int[] wanted = shape?.ToIntegers() ?? node.Integers("shape") ?? throw new NetworkException("its shape is not constant");
        int[] dims = [.. wanted];
        int open = -1;
        for (int axis = 0; axis < dims.Length; axis++)
        {
            if (dims[axis] == 0 && node.Integer("allowzero", 0) == 0)
            {
                dims[axis] = axis < value.Dims.Length ? value.Dims[axis] : throw new NetworkException($"axis {axis} to keep does not exist in {value.DimsText}");
            }

            if (dims[axis] == -1)
            {
                open = open < 0 ? axis : throw new NetworkException("its shape has two open axes");
                dims[axis] = 1;
            }
        }

        int count = OnnxValue.CountOf(value.Dims);
        int known = OnnxValue.CountOf(dims);
        if (open >= 0)
        {
            dims[open] = known > 0 && count % known == 0
                ? count / known
                : throw new NetworkException($"cannot read shape {value.DimsText} as [{string.Join(", ", wanted)}]");
        }

        return value.WithDims(dims);
    }

    /// <summary>Flatten: two axes, split at attribute axis.</summary>
    public static OnnxValue Flatten(OnnxNode node, OnnxValue value)
    {
        long given = node.Integer("axis", 1);
        int axis = given == value.Dims.Length ? value.Dims.Length : OnnxValue.Axis(given, value.Dims.Length);
        return value.WithDims([OnnxValue.CountOf(value.Dims[..axis]), OnnxValue.CountOf(value.Dims[axis..])]);
    }

    /// <summary>Squeeze: takes away the named axes of size 1, or all of them.</summary>
    public static OnnxValue Squeeze(OnnxNode node, OnnxValue value, OnnxTensor? axes)
    {
        int[]? named = axes?.ToIntegers() ?? node.Integers("axes");
        HashSet<int> gone = named is null
            ? [.. Enumerable.Range(0, value.Dims.Length).Where(axis => value.Dims[axis] == 1)]
            : [.. named.Select(axis => OnnxValue.Axis(axis, value.Dims.Length))];
        if (gone.FirstOrDefault(axis => value.Dims[axis] != 1, -1) is int kept and >= 0)
        {
            throw new NetworkException($"axis {kept} of {value.DimsText} does not have size 1");
        }

        return value is OnnxSignal && gone.Contains(0)
            ? throw new NetworkException("takes away the batch axis; name the axes to squeeze")
            : value.WithDims([.. value.Dims.Where((_, axis) => !gone.Contains(axis))]);
    }

    /// <summary>Unsqueeze: puts in axes of size 1.</summary>
    public static OnnxValue Unsqueeze(OnnxNode node, OnnxValue value, OnnxTensor? axes)
    {
        int[] named = axes?.ToIntegers() ?? node.Integers("axes") ?? throw new NetworkException("its axes are not constant");
        int rank = value.Dims.Length + named.Length;
        HashSet<int> added = [.. named.Select(axis => OnnxValue.Axis(axis, rank))];
        if (added.Count != named.Length)
        {
            throw new NetworkException("names an axis twice");
        }

        Queue<int> old = new(value.Dims);
        int[] dims = [.. Enumerable.Range(0, rank).Select(axis => added.Contains(axis) ? 1 : old.Dequeue())];
        return value is OnnxSignal && added.Contains(0)
            ? throw new NetworkException("puts an axis before the batch axis")
            : value.WithDims(dims);
    }

    /// <summary>Shape: the sizes as a constant; the batch counts as 1.</summary>
    public static OnnxTensor Shape(OnnxNode node, OnnxValue value)
    {
        int rank = value.Dims.Length;
        int Clamp(long axis) => (int)Math.Clamp(axis < 0 ? axis + rank : axis, 0, rank);
        int start = Clamp(node.Integer("start", 0));
        int end = Math.Max(start, Clamp(node.Integer("end", rank)));
        return new OnnxTensor([end - start], [.. value.Dims[start..end].Select(size => (double)size)], isInteger: true);
    }

    /// <summary>Gather on constants: slices picked by index along attribute axis.</summary>
    public static OnnxTensor Gather(OnnxNode node, OnnxTensor data, OnnxTensor index)
    {
        int axis = OnnxValue.Axis(node.Integer("axis", 0), data.Dims.Length);
        int inner = OnnxValue.CountOf(data.Dims[(axis + 1)..]);
        int outer = OnnxValue.CountOf(data.Dims[..axis]);
        int size = data.Dims[axis];
        int[] picks = [.. index.ToIntegers().Select(i => OnnxValue.Axis(i, size))];
        int[] dims = [.. data.Dims[..axis], .. index.Dims, .. data.Dims[(axis + 1)..]];
        if (OnnxValue.CountOf(dims) > OnnxValue.LargestFold)
        {
            throw new NetworkException($"makes a constant of more than {OnnxValue.LargestFold} entries");
        }

        double[] values = [.. Enumerable.Range(0, outer).SelectMany(o => picks.SelectMany(pick => data.Values.AsSpan(((o * size) + pick) * inner, inner).ToArray()))];
        return new OnnxTensor(dims, values, data.IsInteger);
    }

    /// <summary>Transpose on a constant matrix.</summary>
    public static OnnxTensor Transpose(OnnxNode node, OnnxTensor data)
    {
        int[] order = node.Integers("perm") ?? [1, 0];
        if (data.Dims.Length != 2 || order.Length != 2 || order.Order().ToArray() is not [0, 1])
        {
            throw new NetworkException($"only a constant matrix is transposed, not {data.DimsText}");
        }

        if (order[0] == 0)
        {
            return data;
        }

        (int rows, int columns) = (data.Dims[0], data.Dims[1]);
        double[] values = new double[data.Values.Length];
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = data.Values[(i % rows * columns) + (i / rows)];
        }

        return new OnnxTensor([columns, rows], values, data.IsInteger);
    }

    /// <summary>Cast of a constant: to an integer type it truncates, to a float type it widens.</summary>
    public static OnnxTensor Cast(OnnxNode node, OnnxTensor data)
    {
        bool toInteger = node.Integer("to", 1) is 2 or 3 or 4 or 5 or 6 or 7 or 12 or 13;
        return new OnnxTensor(data.Dims, toInteger ? [.. data.Values.Select(Math.Truncate)] : data.Values, toInteger);
    }

    /// <summary>Concat: of constants a constant, of one signal with constants a signal with these constants joined to it.</summary>
    public static OnnxValue Concat(OnnxNode node, IReadOnlyList<OnnxValue> values)
    {
        int rank = values[0].Dims.Length;
        int axis = OnnxValue.Axis(node.Integer("axis", 0), rank);
        int[] dims = [.. values[0].Dims];
        dims[axis] = 0;
        foreach (OnnxValue value in values)
        {
            bool fits = value.Dims.Length == rank && value.Dims.Where((size, a) => a != axis && size != dims[a]).FirstOrDefault(-1) == -1;
            dims[axis] = fits ? checked(dims[axis] + value.Dims[axis]) : throw new NetworkException($"cannot join {values[0].DimsText} and {value.DimsText} along axis {axis}");
        }

        int count = OnnxValue.CountOf(dims);
        OnnxSignal[] signals = [.. values.OfType<OnnxSignal>()];
        if (signals.Length > 1 || count > OnnxValue.LargestFold)
        {
            throw new NetworkException(signals.Length > 1 ? "joins two branches that depend on the latent code; only a chain of layers is read" : $"joins to {count} entries, more than {OnnxValue.LargestFold}");
        }

        int[] source = new int[count];
        double[] joined = new double[count];
        int inner = OnnxValue.CountOf(dims[(axis + 1)..]);
        int offset = 0;
        foreach (OnnxValue value in values)
        {
            int run = value.Dims[axis] * inner;
            int total = OnnxValue.CountOf(value.Dims);
            for (int i = 0; i < total; i++)
            {
                int at = (i / run * dims[axis] * inner) + offset + (i % run);
                OnnxFill? fill = (value as OnnxSignal)?.Fill;
                source[at] = value is OnnxTensor ? -1 : fill?.Source[i] ?? i;
                joined[at] = value is OnnxTensor constant ? constant.Values[i] : fill?.Value[i] ?? 0;
            }

            offset += run;
        }

        return signals.Length == 0
            ? new OnnxTensor(dims, joined, ((OnnxTensor)values[0]).IsInteger)
            : signals[0].Joined(new OnnxFill(source, joined), dims);
    }
}
