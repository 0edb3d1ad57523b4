namespace Inversion.Networks.Formats.Onnx;

/// <summary>What a tensor of an ONNX graph is to the importer: a constant, or a signal that the network computes from its latent code.</summary>
internal abstract class OnnxValue(int[] dims)
{
    /// <summary>The most entries of a constant that folding may make, so that a small file cannot ask for much memory.</summary>
    public const int LargestFold = 1 << 24;

    private const int MostAxes = 8;

    /// <summary>The sizes, batch axis included.</summary>
    public int[] Dims { get; } = dims.Length <= MostAxes ? dims : throw new NetworkException($"{dims.Length} axes are more than the {MostAxes} that are read");

    /// <summary>The sizes as "[1, 128, 2, 2]".</summary>
    public string DimsText => $"[{string.Join(", ", Dims)}]";

    /// <summary>The number of entries of these sizes.</summary>
    /// <exception cref="NetworkException">A size is negative, or there are more entries than an array holds.</exception>
    public static int CountOf(IReadOnlyList<int> dims)
    {
        long count = 1;
        foreach (int size in dims)
        {
            if (size < 0 || (count *= size) > Array.MaxLength)
            {
                throw new NetworkException($"shape [{string.Join(", ", dims)}] has a negative size or more entries than an array holds");
            }
        }

        return (int)count;
    }

    /// <summary>An axis number with negative ones counted from the end.</summary>
    public static int Axis(long axis, int axes) => axis >= -axes && axis < axes
        ? (int)(axis < 0 ? axis + axes : axis)
        : throw new NetworkException($"axis {axis} does not exist among {axes}");

    /// <summary>The same entries under other sizes.</summary>
    public abstract OnnxValue WithDims(int[] dims);
}
