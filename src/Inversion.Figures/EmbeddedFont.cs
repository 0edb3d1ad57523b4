using ScottPlot;
using SkiaSharp;

namespace Inversion.Figures;

/// <summary>The one font of all figures, from the assembly: text is drawn, and alike, on machines with no font installed.</summary>
internal sealed class EmbeddedFont : IFontResolver
{
    /// <summary>The family.</summary>
    public const string Name = "DejaVu Sans";

    // Which families a viewer without the font may take for it: Verdana has nearly its widths.
    public const string Families = "DejaVu Sans, Verdana, sans-serif";

    private static readonly Lazy<bool> Registration = new(() =>
    {
        Fonts.FontResolvers.Insert(0, new EmbeddedFont());
        Fonts.Default = Name;
        return true;
    });

    /// <summary>The typeface, for words that ScottPlot does not draw.</summary>
    public static readonly Lazy<SKTypeface> Typeface = new(Read);

    /// <summary>Makes ScottPlot ask here before it asks the system.</summary>
    public static void Register() => _ = Registration.Value;

    /// <inheritdoc/>
    public SKTypeface? CreateTypeface(string fontName, FontWeight weight, FontSlant slant, FontSpacing spacing) => Read();

    /// <inheritdoc/>
    public SKTypeface? CreateTypeface(string fontName, bool bold, bool italic) => Read();

    private static SKTypeface Read()
    {
        using SKData data = SKData.CreateCopy(Resource.Bytes("DejaVuSans.ttf"));
        return SKTypeface.FromData(data) ?? throw new InvalidOperationException("the font could not be read");
    }
}
