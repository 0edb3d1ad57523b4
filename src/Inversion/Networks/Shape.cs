using System.Globalization;
using Inversion.Numerics;

namespace Inversion.Networks;

/// <summary>
/// Channels and spatial sizes of a signal: no spatial axis (a flat vector), one (length) or two (height × width).
/// Flattened in PyTorch's order: index = (channel · height + row) · width + column. At most 2²⁸ entries.
/// The default value is no shape: it has no entries, and no network takes it.
/// </summary>
/// <threadsafety>Immutable.</threadsafety>
public readonly record struct Shape
{
    private Shape(int channels, int rank, int height, int width)
    {
        Channels = Positive(channels, "channels");
        SpatialRank = rank;
        Height = Positive(height, "height");
        Width = Positive(width, "width");
        if (Capacity.Product(channels, height, width) > Capacity.Entries)
        {
            throw new NetworkException($"shape {channels}x{height}x{width} has too many entries; at most {Capacity.Entries} are possible");
        }
    }

    /// <summary>Number of channels; of entries for a flat vector.</summary>
    public int Channels { get; }

    /// <summary>Number of spatial axes: 0, 1 or 2.</summary>
    public int SpatialRank { get; }

    /// <summary>First spatial size of a 2-D shape; 1 otherwise.</summary>
    public int Height { get; }

    /// <summary>Last spatial size; 1 for a flat vector.</summary>
    public int Width { get; }

    /// <summary>Number of positions: height × width.</summary>
    public int Positions => Height * Width;

    /// <summary>Number of entries: channels × positions.</summary>
    public int Length => Channels * Positions;

    /// <summary>A vector without spatial axes.</summary>
    public static Shape Flat(int length) => new(length, 0, 1, 1);

    /// <summary>Channels × length.</summary>
    public static Shape Sequence(int channels, int length) => new(channels, 1, 1, length);

    /// <summary>Channels × height × width.</summary>
    public static Shape Image(int channels, int height, int width) => new(channels, 2, height, width);

    /// <summary>The shape with these axes, as a network file lists them: [n], [C, L] or [C, H, W].</summary>
    /// <exception cref="NetworkException">There are no axes or more than three, or a size is not positive.</exception>
    public static Shape FromAxes(IReadOnlyList<int> axes) => axes.Count switch
    {
        1 => Flat(axes[0]),
        2 => Sequence(axes[0], axes[1]),
        3 => Image(axes[0], axes[1], axes[2]),
        _ => throw new NetworkException($"a shape has 1 to 3 axes, not {axes.Count}"),
    };

    /// <summary>Reads "10", "8x1" or "2x1x1".</summary>
    /// <exception cref="NetworkException">The text is not one to three positive numbers joined by x.</exception>
    public static Shape Parse(string text)
    {
        string[] parts = text.Split('x');
        int[] axes = new int[parts.Length];
        for (int i = 0; i < parts.Length; i++)
        {
            if (!int.TryParse(parts[i], NumberStyles.None, CultureInfo.InvariantCulture, out axes[i]))
            {
                throw new NetworkException($"'{text}' is not a shape: write channels and spatial sizes as 10, 8x1 or 2x1x1");
            }
        }

        return FromAxes(axes);
    }

    /// <summary>The axes, as a network file lists them.</summary>
    public int[] ToAxes() => SpatialRank switch
    {
        0 => [Channels],
        1 => [Channels, Width],
        _ => [Channels, Height, Width],
    };

    /// <summary>The axes joined by x: "8x1".</summary>
    public override string ToString() => string.Join('x', ToAxes());

    private static int Positive(int size, string axis) =>
        size > 0 ? size : throw new NetworkException($"{axis} must be positive, not {size}");
}
