using StbImageSharp;

namespace Inversion.Pictures;

/// <summary>Reads PNG and JPEG (BMP, GIF and TGA too), writes PNG: 8 bits a channel.</summary>
public static class PictureFile
{
    // What a picture of the largest size takes in memory, some 2 GB, is more than anybody inverts.
    private const long MostPixels = 1 << 26;

    /// <summary>Reads a picture; transparent parts are put on black. A gray picture has one channel, all others three.</summary>
    /// <exception cref="PictureException">There is no such file, or it is no picture.</exception>
    public static Picture Read(string path)
    {
        byte[] bytes;
        try
        {
            bytes = File.ReadAllBytes(path);
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            throw new PictureException(File.Exists(path) ? $"{path}: {problem.Message}" : $"{path}: no such file", problem);
        }

        try
        {
            using MemoryStream header = new(bytes);
            if (ImageInfo.FromStream(header) is not { } info)
            {
                throw new PictureException($"{path}: not a picture (PNG, JPEG, BMP, GIF or TGA)");
            }

            if ((long)info.Width * info.Height > MostPixels)
            {
                throw new PictureException($"{path}: {info.Width} x {info.Height} pixels are more than {MostPixels}; make it smaller");
            }

            bool isGray = info.ColorComponents is ColorComponents.Grey or ColorComponents.GreyAlpha;
            ImageResult decoded = ImageResult.FromMemory(bytes, ColorComponents.RedGreenBlueAlpha);
            return Decoded(decoded, isGray ? 1 : 3);
        }
        catch (Exception problem) when (problem is InvalidOperationException or IndexOutOfRangeException or ArgumentException or OverflowException or NullReferenceException or EndOfStreamException)
        {
            throw new PictureException($"{path}: the picture is damaged or cut off", problem);
        }
    }

    /// <summary>Writes a PNG file.</summary>
    /// <exception cref="PictureException">The file cannot be written.</exception>
    public static void WritePng(string path, Picture picture)
    {
        int pixels = picture.Height * picture.Width;
        byte[] bytes = new byte[picture.Channels * pixels];
        for (int channel = 0; channel < picture.Channels; channel++)
        {
            for (int pixel = 0; pixel < pixels; pixel++)
            {
                bytes[(pixel * picture.Channels) + channel] = ToByte(picture.Values[(channel * pixels) + pixel]);
            }
        }

        try
        {
            PngFile.Write(path, bytes, picture.Width, picture.Channels);
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            throw new PictureException($"{path}: cannot be written: {problem.Message}", problem);
        }
    }

    private static Picture Decoded(ImageResult decoded, int channels)
    {
        int pixels = decoded.Width * decoded.Height;
        double[] values = new double[channels * pixels];
        for (int pixel = 0; pixel < pixels; pixel++)
        {
            double opacity = decoded.Data[(4 * pixel) + 3] / 255.0;
            for (int channel = 0; channel < channels; channel++)
            {
                values[(channel * pixels) + pixel] = opacity * decoded.Data[(4 * pixel) + channel] / 255.0;
            }
        }

        return new Picture(channels, decoded.Height, decoded.Width, values);
    }

    // NaN is black.
    private static byte ToByte(double value) => (byte)Math.Round(255 * Math.Clamp(double.IsNaN(value) ? 0 : value, 0, 1));
}
