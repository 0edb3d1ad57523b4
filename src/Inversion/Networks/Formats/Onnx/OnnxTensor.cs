using System.Buffers.Binary;

namespace Inversion.Networks.Formats.Onnx;

/// <summary>A constant: entries in row-major order, widened to double.</summary>
internal sealed class OnnxTensor : OnnxValue
{
    private const int Float = 1;
    private const int Int64 = 7;
    private const int Double = 11;

    /// <summary>A constant of these sizes.</summary>
    public OnnxTensor(int[] dims, double[] values, bool isInteger = false)
        : base(dims)
    {
        Values = values;
        IsInteger = isInteger;
        if (CountOf(dims) != values.Length)
        {
            throw new NetworkException($"a constant of shape {DimsText} has {values.Length} entries");
        }
    }

    /// <summary>The entries. Not modified.</summary>
    public double[] Values { get; }

    /// <summary>True for integer types, whose division truncates.</summary>
    public bool IsInteger { get; }

    /// <summary>Reads a TensorProto. Its sizes are checked against its bytes before anything is allocated.</summary>
    /// <exception cref="NetworkException">The data lie outside the file, have a type that is not read, or do not fill the shape.</exception>
    public static OnnxTensor Parse(ArraySegment<byte> message)
    {
        List<int> dims = [];
        long type = 0;
        List<ProtoField> data = [];
        foreach (ProtoField field in ProtoField.Of(message))
        {
            switch (field.Number)
            {
                case 1:
                    dims.AddRange(field.Integers().Select(size => size is >= 0 and <= int.MaxValue ? (int)size : throw new NetworkException($"a constant has size {size}")));
                    break;
                case 2:
                    type = field.Integer;
                    break;
                case 4 or 5 or 7 or 9 or 10 or 11:
                    data.Add(field);
                    break;
                case 13 or 14 when field.Number == 13 || field.Integer != 0:
                    throw new NetworkException("its data lie in another file; external data are never loaded, save the model in one file");
            }
        }

        int count = CountOf(dims);
        double[] values = [.. data.SelectMany(field => Decode(field, type, count))];
        if (values.Length != count)
        {
            throw new NetworkException($"a constant of shape [{string.Join(", ", dims)}] holds {values.Length} entries");
        }

        return new OnnxTensor([.. dims], values, type is not (Float or Double or 10 or 16));
    }

    /// <summary>Type and sizes of a TensorProto, its data unread.</summary>
    public static TensorInfo Describe(string name, ArraySegment<byte> message)
    {
        ProtoField[] fields = [.. ProtoField.Of(message).Where(field => field.Number is 1 or 2)];
        long type = fields.Where(field => field.Number == 2).Select(field => field.Integer).LastOrDefault();
        string known = type switch
        {
            Float => "F32",
            Double => "F64",
            10 => "F16",
            16 => "BF16",
            Int64 => "I64",
            6 => "I32",
            _ => $"ONNX type {type}",
        };
        return new TensorInfo(name, known, [.. fields.Where(field => field.Number == 1).SelectMany(field => field.Integers())]);
    }

    /// <summary>The entries as sizes or axes.</summary>
    public int[] ToIntegers() => [.. Values.Select(value => value == Math.Floor(value) && Math.Abs(value) <= int.MaxValue
        ? (int)value
        : throw new NetworkException(FormattableString.Invariant($"{value:R} is no size or axis")))];

    /// <inheritdoc/>
    public override OnnxValue WithDims(int[] dims) => new OnnxTensor(dims, Values, IsInteger);

    /// <summary>The same constant repeated along axes of size 1 until it has these sizes (numpy's rule).</summary>
    public double[] Broadcast(int[] dims)
    {
        int count = CountOf(dims);
        if (count > LargestFold)
        {
            throw new NetworkException($"a constant of {count} entries would be needed; at most {LargestFold} are made");
        }

        int[] strides = new int[dims.Length];
        int stride = 1;
        for (int axis = dims.Length - 1; axis >= 0; axis--)
        {
            int own = Dims.Length - dims.Length + axis;
            int size = own < 0 ? 1 : Dims[own];
            if (size != 1 && size != dims[axis])
            {
                throw new NetworkException($"a constant of shape {DimsText} does not spread over [{string.Join(", ", dims)}]");
            }

            strides[axis] = size == 1 ? 0 : stride;
            stride *= size;
        }

        if (Dims.Length > dims.Length && Values.Length != CountOf(Dims[^dims.Length..]))
        {
            throw new NetworkException($"a constant of shape {DimsText} does not spread over [{string.Join(", ", dims)}]");
        }

        double[] spread = new double[count];
        for (int i = 0; i < count; i++)
        {
            int from = 0;
            for (int axis = dims.Length - 1, rest = i; axis >= 0; axis--)
            {
                from += rest % dims[axis] * strides[axis];
                rest /= dims[axis];
            }

            spread[i] = Values[from];
        }

        return spread;
    }

    private static IEnumerable<double> Decode(ProtoField field, long type, int count)
    {
        if (field.Number is 5 or 7 or 11)
        {
            return field.Integers().Take(count + 1).Select(bits => type switch
            {
                10 => (double)BitConverter.Int16BitsToHalf((short)bits),
                16 => BitConverter.Int32BitsToSingle((int)bits << 16),
                Float or Double => throw new NetworkException("a constant of floats has its entries in an integer field"),
                _ => bits,
            });
        }

        (int size, Func<ReadOnlyMemory<byte>, double> read) = type switch
        {
            Float => (4, (Func<ReadOnlyMemory<byte>, double>)(b => BinaryPrimitives.ReadSingleLittleEndian(b.Span))),
            Double => (8, b => BinaryPrimitives.ReadDoubleLittleEndian(b.Span)),
            10 => (2, b => (double)BinaryPrimitives.ReadHalfLittleEndian(b.Span)),
            16 => (2, b => BitConverter.Int32BitsToSingle(BinaryPrimitives.ReadInt16LittleEndian(b.Span) << 16)),
            Int64 => (8, b => BinaryPrimitives.ReadInt64LittleEndian(b.Span)),
            6 => (4, b => BinaryPrimitives.ReadInt32LittleEndian(b.Span)),
            2 or 9 => (1, b => b.Span[0]),
            3 => (1, b => (sbyte)b.Span[0]),
            _ => throw new NetworkException($"a constant has element type {type}; floats (1, 10, 11, 16), int8, int32, int64, uint8 and bool are read"),
        };
        ReadOnlyMemory<byte> bytes = field.FixedWidth();
        if (bytes.Length % size != 0 || bytes.Length / size > count)
        {
            throw new NetworkException($"a constant of {count} entries of {size} bytes has {bytes.Length} bytes of data");
        }

        return Enumerable.Range(0, bytes.Length / size).Select(i => read(bytes.Slice(i * size, size)));
    }
}
