using System.Text;
using StbImageSharp;

namespace Inversion.Training.Data;

/// <summary>A folder of PNG and JPEG files, with all folders below it (CelebA: img_align_celeba/*.jpg), in the order of their paths.</summary>
internal static class PictureFolder
{
    private static readonly string[] Endings = [".png", ".jpg", ".jpeg"];

    /// <summary>The files, and one record that stands for all of them.</summary>
    /// <param name="path">The folder.</param>
    /// <param name="colour">True for three channels, false for grey.</param>
    /// <param name="limit">Most pictures that are read.</param>
    /// <param name="fit">Makes of each picture what is kept.</param>
    /// <exception cref="TrainingException">There is no picture, or one is damaged.</exception>
    public static (List<T> Pictures, DataFile Source) Read<T>(string path, bool colour, int limit, Func<RawPicture, T> fit)
    {
        string[] files = [.. Directory.EnumerateFiles(path, "*", SearchOption.AllDirectories)
            .Where(file => Endings.Contains(Path.GetExtension(file).ToLowerInvariant()))
            .OrderBy(file => Path.GetRelativePath(path, file), StringComparer.Ordinal)
            .Take(limit)];
        if (files.Length == 0)
        {
            throw new TrainingException($"{path}: no .png, .jpg or .jpeg file is in this folder or below");
        }

        List<T> pictures = new(files.Length);
        StringBuilder list = new();
        foreach (string file in files)
        {
            byte[] bytes = File.ReadAllBytes(file);
            pictures.Add(fit(Decode(file, bytes, colour)));
            list.Append(DataFile.Hash(bytes)).Append("  ").Append(Path.GetRelativePath(path, file).Replace('\\', '/')).Append('\n');
        }

        string name = $"{Path.GetFileName(Path.GetFullPath(path).TrimEnd('/'))}/ ({files.Length} pictures)";
        return (pictures, new DataFile(name, DataFile.Hash(Encoding.UTF8.GetBytes(list.ToString()))));
    }

    private static RawPicture Decode(string file, byte[] bytes, bool colour)
    {
        ImageResult image;
        try
        {
            image = ImageResult.FromMemory(bytes, ColorComponents.RedGreenBlue);
        }
        catch (Exception problem) when (problem is not OutOfMemoryException)
        {
            throw new TrainingException($"{file}: cannot be decoded as a picture ({problem.Message})");
        }

        int positions = image.Width * image.Height;
        byte[] pixels = new byte[colour ? 3 * positions : positions];
        for (int i = 0; i < positions; i++)
        {
            byte red = image.Data[3 * i], green = image.Data[(3 * i) + 1], blue = image.Data[(3 * i) + 2];
            if (colour)
            {
                (pixels[i], pixels[positions + i], pixels[(2 * positions) + i]) = (red, green, blue);
            }
            else
            {
                // Luma of ITU-R BT.601.
                pixels[i] = (byte)Math.Round((0.299 * red) + (0.587 * green) + (0.114 * blue));
            }
        }

        return new RawPicture(colour ? 3 : 1, image.Height, image.Width, pixels);
    }
}
