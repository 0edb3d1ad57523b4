using System.Globalization;
using System.Security;
using System.Text;
using System.Text.RegularExpressions;
using ScottPlot;
using SkiaSharp;

namespace Inversion.Figures;

/// <summary>Makes PNG and SVG of figures: the same figure gives the same bytes, in whatever language and time zone; nothing outside the file is referred to.</summary>
/// <threadsafety>Safe for many threads; one figure is drawn at a time.</threadsafety>
public static partial class FigureFile
{
    // ScottPlot keeps typefaces in one table for all plots.
    private static readonly Lock Gate = new();

    /// <summary>The figure as PNG.</summary>
    public static byte[] Png(Figure figure) => Pixels(figure, 1, map => map.Encode(SKEncodedImageFormat.Png, 100));

    /// <summary>
    /// The figure as WebP without loss, twice as wide and high as <see cref="Png"/>: sharp on dense screens and in print, and opened by browsers
    /// in less time than an SVG image of some hundred elements.
    /// </summary>
    public static byte[] WebP(Figure figure) => Pixels(figure, 2, map => map.Encode(new SKWebpEncoderOptions(SKWebpEncoderCompression.Lossless, 75)));

    /// <summary>The figure as SVG: text stays text, its font a list of families beginning with that of the PNG.</summary>
    public static string Svg(Figure figure) => Alone(() =>
    {
        using MemoryStream stream = new();
        using (SKCanvas canvas = SKSvgCanvas.Create(new SKRect(0, 0, figure.Width, figure.Height), stream))
        {
            figure.Paint(canvas, Place(figure));
        }

        string xml = Renumbered(FontFamily().Replace(Encoding.UTF8.GetString(stream.ToArray()), $"font-family=\"{EmbeddedFont.Families}\""));
        int end = xml.IndexOf('>', xml.IndexOf("<svg", StringComparison.Ordinal));
        string rest = xml[(end + 1)..];
        return $"{xml[..end]} viewBox=\"0 0 {figure.Width} {figure.Height}\">\n<title>{SecurityElement.Escape(figure.Title)}</title>{rest}";
    });

    /// <summary>Writes NAME.svg and NAME.png, each at once, and returns their paths.</summary>
    /// <param name="path">Path without ending; its folder exists.</param>
    /// <param name="figure">The figure.</param>
    public static IReadOnlyList<string> Write(string path, Figure figure) =>
        [Put(path + ".svg", Encoding.UTF8.GetBytes(Svg(figure))), Put(path + ".png", Png(figure))];

    /// <summary>Writes a file under a temporary name and renames it, so that no half-written one is left.</summary>
    internal static string Put(string path, byte[] bytes)
    {
        File.WriteAllBytes(path + ".part", bytes);
        File.Move(path + ".part", path, overwrite: true);
        return path;
    }

    private static byte[] Pixels(Figure figure, int scale, Func<SKPixmap, SKData?> encode) => Alone(() =>
    {
        using SKSurface surface = SKSurface.Create(new SKImageInfo(scale * figure.Width, scale * figure.Height));
        surface.Canvas.Clear(SKColors.White);
        surface.Canvas.Scale(scale);
        figure.Paint(surface.Canvas, Place(figure));
        using SKPixmap map = surface.PeekPixels();
        using SKData data = encode(map) ?? throw new InvalidOperationException($"{figure.Title}: the picture could not be encoded");
        return data.ToArray();
    });

    private static PixelRect Place(Figure figure) => new(0, figure.Width, figure.Height, 0);

    // Skia numbers clip paths and images through the life of the process: by their order in the file instead.
    private static string Renumbered(string xml)
    {
        Dictionary<string, string> names = [];
        foreach (Match match in Id().Matches(xml))
        {
            names.TryAdd(match.Groups["id"].Value, $"i{names.Count}");
        }

        return IdUse().Replace(xml, match => names.TryGetValue(match.Groups["id"].Value, out string? name) ? match.Value.Replace(match.Groups["id"].Value, name, StringComparison.Ordinal) : match.Value);
    }

    private static T Alone<T>(Func<T> draw)
    {
        lock (Gate)
        {
            EmbeddedFont.Register();

            // Axes are labeled in the culture of the thread.
            CultureInfo culture = CultureInfo.CurrentCulture;
            try
            {
                CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
                return draw();
            }
            finally
            {
                CultureInfo.CurrentCulture = culture;
            }
        }
    }

    [GeneratedRegex("\\bid=\"(?<id>[^\"]+)\"", RegexOptions.ExplicitCapture)]
    private static partial Regex Id();

    [GeneratedRegex("(\\bid=\"|#)(?<id>[A-Za-z]\\w*_[0-9a-f]+)(?=[\")])", RegexOptions.ExplicitCapture)]
    private static partial Regex IdUse();

    [GeneratedRegex("font-family=\"[^\"]*\"")]
    private static partial Regex FontFamily();
}
