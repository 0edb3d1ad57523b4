namespace Inversion.Networks;

/// <summary>Nearest-neighbour upsampling by whole factors: output[r, c] = input[⌊r/factor⌋, ⌊c/factor⌋].</summary>
public sealed class UpsampleLayer : Layer
{
    /// <summary>Upsampling by these factors; the first is 1 in 1-D.</summary>
    /// <exception cref="NetworkException">A factor is not positive.</exception>
    public UpsampleLayer(int factorHeight, int factorWidth)
    {
        if (factorHeight < 1 || factorWidth < 1)
        {
            throw new NetworkException($"upsample_nearest: factors must be positive, not {factorHeight}, {factorWidth}");
        }

        FactorHeight = factorHeight;
        FactorWidth = factorWidth;
    }

    /// <summary>Rows made of each row.</summary>
    public int FactorHeight { get; }

    /// <summary>Columns made of each column.</summary>
    public int FactorWidth { get; }

    /// <inheritdoc/>
    public override string Kind => "upsample_nearest";

    /// <inheritdoc/>
    public override Shape OutputShape(Shape input) => input.SpatialRank switch
    {
        1 when FactorHeight == 1 => Shape.Sequence(input.Channels, Size(input.Width, FactorWidth)),
        2 => Shape.Image(input.Channels, Size(input.Height, FactorHeight), Size(input.Width, FactorWidth)),
        _ => throw new NetworkException($"upsample_nearest: cannot stretch {input} by {FactorHeight}x{FactorWidth}"),
    };

    private static int Size(int size, int factor) => (long)size * factor <= int.MaxValue
        ? size * factor
        : throw new NetworkException($"its output is too large: upsample_nearest to size {(long)size * factor}");
}
