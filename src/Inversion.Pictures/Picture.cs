namespace Inversion.Pictures;

/// <summary>Pixels: 0 is black, 1 is white or a full color.</summary>
/// <remarks>Channel by channel, row by row, as a network's output: value (c, y, x) is at (c · Height + y) · Width + x.</remarks>
public sealed class Picture
{
    /// <summary>A picture of these values, which are kept, not copied.</summary>
    /// <param name="channels">1 (gray) or 3 (red, green, blue).</param>
    /// <param name="height">Rows, at least 1.</param>
    /// <param name="width">Columns, at least 1.</param>
    /// <param name="values">channels · height · width values; outside [0, 1] they are shown as the nearer end.</param>
    /// <exception cref="PictureException">The numbers do not fit each other.</exception>
    public Picture(int channels, int height, int width, double[] values)
    {
        if (channels is not (1 or 3) || height < 1 || width < 1 || values.Length != (long)channels * height * width)
        {
            throw new PictureException($"{values.Length} values are no picture of {channels} channels, {height} x {width}: 1 or 3 channels are needed");
        }

        (Channels, Height, Width, Values) = (channels, height, width, values);
    }

    /// <summary>1 or 3.</summary>
    public int Channels { get; }

    /// <summary>Rows.</summary>
    public int Height { get; }

    /// <summary>Columns.</summary>
    public int Width { get; }

    /// <summary>The values themselves.</summary>
    public double[] Values { get; }

    /// <summary>The value of a channel at a row and a column.</summary>
    public double this[int channel, int row, int column] => Values[(((channel * Height) + row) * Width) + column];
}
