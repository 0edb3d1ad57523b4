namespace Inversion.Networks.Engine;

/// <summary>Moves batches of signals between PyTorch's order, channels first, and the engine's, channels last.</summary>
internal static class ChannelOrder
{
    /// <summary>From channels first to channels last.</summary>
    public static void ToLast<T>(ReadOnlySpan<T> from, Span<T> to, Shape shape, int batch) =>
        Transpose(from, to, shape.Channels, shape.Positions, batch);

    /// <summary>From channels last to channels first.</summary>
    public static void ToFirst<T>(ReadOnlySpan<T> from, Span<T> to, Shape shape, int batch) =>
        Transpose(from, to, shape.Positions, shape.Channels, batch);

    private static void Transpose<T>(ReadOnlySpan<T> from, Span<T> to, int rows, int columns, int batch)
    {
        int length = rows * columns;
        if (rows == 1 || columns == 1)
        {
            from[..(batch * length)].CopyTo(to);
            return;
        }

        for (int b = 0; b < batch; b++)
        {
            ReadOnlySpan<T> source = from.Slice(b * length, length);
            Span<T> target = to.Slice(b * length, length);
            for (int r = 0; r < rows; r++)
            {
                for (int c = 0; c < columns; c++)
                {
                    target[(c * rows) + r] = source[(r * columns) + c];
                }
            }
        }
    }
}
