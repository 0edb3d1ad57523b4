using PngFile = Inversion.Pictures.PngFile;

namespace Inversion.Training.Output;

/// <summary>Pictures side by side in one PNG file, a dark line between.</summary>
internal static class PictureGrid
{
    private const int Gap = 1;
    private const byte GapShade = 64;

    /// <summary>Writes count pictures, row by row.</summary>
    /// <param name="path">The file; its folder exists.</param>
    /// <param name="pictures">count × channels × size × size, −range black, range white; beyond that it is clipped, and NaN is black.</param>
    /// <param name="channels">1 or 3.</param>
    /// <param name="size">Height and width of one picture.</param>
    /// <param name="columns">Pictures in a row.</param>
    /// <param name="range">What white is.</param>
    public static void Write(string path, ReadOnlySpan<float> pictures, int channels, int size, int columns, double range)
    {
        int area = size * size;
        int count = pictures.Length / (channels * area);
        int rows = (count + columns - 1) / columns;
        int width = (columns * (size + Gap)) + Gap;
        int height = (rows * (size + Gap)) + Gap;
        byte[] pixels = new byte[width * height * channels];
        Array.Fill(pixels, GapShade);
        for (int i = 0; i < count; i++)
        {
            int top = Gap + (i / columns * (size + Gap));
            int left = Gap + (i % columns * (size + Gap));
            for (int entry = 0; entry < channels * area; entry++)
            {
                int channel = entry / area;
                int row = top + (entry % area / size);
                int column = left + (entry % size);
                pixels[(((row * width) + column) * channels) + channel] = Shade(pictures[(i * channels * area) + entry], range);
            }
        }

        PngFile.Write(path, pixels, width, channels);
    }

    private static byte Shade(float value, double range)
    {
        double shade = ((value / range) + 1) * 127.5;
        return shade >= 255 ? (byte)255 : shade > 0 ? (byte)Math.Round(shade) : (byte)0;
    }
}
