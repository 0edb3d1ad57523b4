namespace Inversion.Pictures;

/// <summary>Makes pictures fit a network's output.</summary>
public static class PictureFit
{
    /// <summary>The picture in another form: gray or color, cut to the middle of the wanted proportions, each new pixel the mean of the area that it covers.</summary>
    /// <param name="picture">Any picture.</param>
    /// <param name="channels">1 (gray: 0.299 red + 0.587 green + 0.114 blue, ITU-R BT.601) or 3 (gray three times).</param>
    /// <param name="height">Rows wanted.</param>
    /// <param name="width">Columns wanted.</param>
    public static Picture To(Picture picture, int channels, int height, int width)
    {
        Picture colored = Channels(picture, channels);

        // The largest middle part with the proportions height : width, in pixels of the source and parts of them.
        double scale = Math.Min((double)picture.Height / height, (double)picture.Width / width);
        double top = 0.5 * (picture.Height - (scale * height));
        double left = 0.5 * (picture.Width - (scale * width));
        double[] values = new double[channels * height * width];
        for (int channel = 0; channel < channels; channel++)
        {
            for (int row = 0; row < height; row++)
            {
                for (int column = 0; column < width; column++)
                {
                    values[(((channel * height) + row) * width) + column] =
                        Mean(colored, channel, top + (scale * row), top + (scale * (row + 1)), left + (scale * column), left + (scale * (column + 1)));
                }
            }
        }

        return new Picture(channels, height, width, values);
    }

    /// <summary>The picture in gray (1) or in color (3).</summary>
    public static Picture Channels(Picture picture, int channels)
    {
        if (picture.Channels == channels)
        {
            return picture;
        }

        int pixels = picture.Height * picture.Width;
        double[] v = picture.Values;
        double[] values = channels == 3
            ? [.. v, .. v, .. v]
            : [.. Enumerable.Range(0, pixels).Select(i => (0.299 * v[i]) + (0.587 * v[pixels + i]) + (0.114 * v[(2 * pixels) + i]))];
        return new Picture(channels, picture.Height, picture.Width, values);
    }

    /// <summary>The picture in the middle of black, where it is not larger; as it is otherwise. Of an odd remainder the lower right gets more.</summary>
    public static Picture Padded(Picture picture, int height, int width)
    {
        if (picture.Height > height || picture.Width > width)
        {
            return picture;
        }

        int top = (height - picture.Height) / 2;
        int left = (width - picture.Width) / 2;
        double[] values = new double[picture.Channels * height * width];
        for (int line = 0; line < picture.Channels * picture.Height; line++)
        {
            int to = (line / picture.Height * height) + top + (line % picture.Height);
            Array.Copy(picture.Values, line * picture.Width, values, (to * width) + left, picture.Width);
        }

        return new Picture(picture.Channels, height, width, values);
    }

    /// <summary>The picture with every pixel as a square of so many pixels.</summary>
    public static Picture Enlarged(Picture picture, int factor)
    {
        int height = factor * picture.Height;
        int width = factor * picture.Width;
        double[] values = new double[picture.Channels * height * width];
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = picture[i / (height * width), i / width % height / factor, i % width / factor];
        }

        return new Picture(picture.Channels, height, width, values);
    }

    private static double Mean(Picture picture, int channel, double top, double bottom, double left, double right)
    {
        double sum = 0;
        double area = 0;
        for (int row = Math.Max(0, (int)top); row < Math.Min(picture.Height, Math.Ceiling(bottom)); row++)
        {
            double tall = Math.Min(bottom, row + 1) - Math.Max(top, row);
            for (int column = Math.Max(0, (int)left); column < Math.Min(picture.Width, Math.Ceiling(right)); column++)
            {
                double part = tall * (Math.Min(right, column + 1) - Math.Max(left, column));
                sum += part * picture[channel, row, column];
                area += part;
            }
        }

        return area > 0 ? sum / area : 0;
    }
}
