namespace Inversion.Pictures;

/// <summary>Lays pictures of one size out in rows and columns.</summary>
public static class PictureSheet
{
    /// <summary>One picture with all of them, enlarged, with lines of one shade between them.</summary>
    /// <param name="rows">Rows of pictures, all of one height and width; a missing picture (null) leaves its place empty.</param>
    /// <param name="factor">Pixels for each pixel.</param>
    /// <param name="gap">Width of the lines.</param>
    /// <param name="shade">Their gray, and that of empty places.</param>
    /// <exception cref="PictureException">There is no picture, or sizes differ.</exception>
    public static Picture Of(IReadOnlyList<IReadOnlyList<Picture?>> rows, int factor = 1, int gap = 2, double shade = 0.5)
    {
        Picture first = rows.SelectMany(row => row).FirstOrDefault(picture => picture is not null) ?? throw new PictureException("a sheet without pictures");
        int channels = rows.SelectMany(row => row).Max(picture => picture?.Channels ?? 1);
        int columns = rows.Max(row => row.Count);
        int tall = (factor * first.Height) + gap;
        int wide = (factor * first.Width) + gap;
        int height = (rows.Count * tall) + gap;
        int width = (columns * wide) + gap;
        double[] values = new double[channels * height * width];
        Array.Fill(values, shade);
        for (int row = 0; row < rows.Count; row++)
        {
            for (int column = 0; column < rows[row].Count; column++)
            {
                if (rows[row][column] is { } picture)
                {
                    if ((picture.Height, picture.Width) != (first.Height, first.Width))
                    {
                        throw new PictureException($"a sheet of pictures of {first.Height} x {first.Width} and of {picture.Height} x {picture.Width}");
                    }

                    Copy(PictureFit.Enlarged(PictureFit.Channels(picture, channels), factor), values, height, width, (row * tall) + gap, (column * wide) + gap);
                }
            }
        }

        return new Picture(channels, height, width, values);
    }

    private static void Copy(Picture from, double[] values, int height, int width, int top, int left)
    {
        for (int channel = 0; channel < from.Channels; channel++)
        {
            for (int row = 0; row < from.Height; row++)
            {
                Array.Copy(from.Values, ((channel * from.Height) + row) * from.Width, values, (((channel * height) + top + row) * width) + left, from.Width);
            }
        }
    }
}
