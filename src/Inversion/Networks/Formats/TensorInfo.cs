using System.Collections.Immutable;

namespace Inversion.Networks.Formats;

/// <summary>Name, element type and shape of one tensor in a file.</summary>
/// <param name="Name">The tensor's name.</param>
/// <param name="Type">The element type as safetensors spells it: F64, F32, F16, BF16, I64, …</param>
/// <param name="Shape">The sizes, outermost first; empty for a single number.</param>
public sealed record TensorInfo(string Name, string Type, ImmutableArray<long> Shape)
{
    /// <summary>Number of entries: the product of the sizes.</summary>
    public long Count => Shape.Aggregate(1L, (product, size) => checked(product * size));

    /// <summary>The sizes as "[128, 64, 4, 4]".</summary>
    public string ShapeText => $"[{string.Join(", ", Shape)}]";
}
