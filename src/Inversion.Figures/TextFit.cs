using SkiaSharp;

namespace Inversion.Figures;

/// <summary>Makes words fit into a width.</summary>
internal static class TextFit
{
    private const float Smallest = 12;

    /// <summary>A font of this size, to be disposed of.</summary>
    public static SKFont Font(float size) => new(EmbeddedFont.Typeface.Value, size);

    /// <summary>How wide the words are at a size.</summary>
    public static float Width(string text, float size)
    {
        using SKFont font = Font(size);
        return font.MeasureText(text);
    }

    /// <summary>The words at the largest size, up to <paramref name="size"/>, at which they fit; below 12 pixels in several lines.</summary>
    public static (string Text, float Size) Shrunk(string text, float size, float width)
    {
        for (float tried = size; tried >= Smallest; tried--)
        {
            if (Width(text, tried) <= width)
            {
                return (text, tried);
            }
        }

        return (string.Join('\n', Lines(text, Smallest, width)), Smallest);
    }

    /// <summary>The words in lines that are no wider, broken at spaces and behind commas, and within a word where it alone is wider.</summary>
    public static IReadOnlyList<string> Lines(string text, float size, float width)
    {
        List<string> lines = [];
        string line = string.Empty;
        foreach (string piece in Pieces(text, size, width))
        {
            if (line.Length > 0 && Width((line + piece).TrimEnd(), size) > width)
            {
                lines.Add(line.TrimEnd());
                line = string.Empty;
            }

            line += piece;
        }

        lines.Add(line.TrimEnd());
        return lines;
    }

    private static IEnumerable<string> Pieces(string text, float size, float width)
    {
        int from = 0;
        for (int i = 1; i <= text.Length; i++)
        {
            bool isEnd = i == text.Length || text[i - 1] is ' ' or ',' or ';';
            bool isFull = i - from > 1 && Width(text[from..i].TrimEnd(), size) > width;
            if (isFull)
            {
                yield return text[from..(i - 1)];
                from = i - 1;
            }

            if (isEnd)
            {
                yield return text[from..i];
                from = i;
            }
        }
    }
}
