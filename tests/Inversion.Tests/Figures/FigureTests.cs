using System.Globalization;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using Inversion.Figures;
using Inversion.Pictures;
using Inversion.Tests.Cli;
using Xunit;

namespace Inversion.Tests.Figures;

/// <summary>Every kind of figure, as PNG and SVG.</summary>
public sealed partial class FigureTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public static TheoryData<string> Kinds => [.. SampleFigures.Names];

    public void Dispose() => folder.Dispose();

    [Theory]
    [MemberData(nameof(Kinds))]
    public void TheSameFigure_GivesTheSameBytesInAnyCulture(string kind)
    {
        byte[] png = FigureFile.Png(SampleFigures.Of(kind));
        byte[] webP = FigureFile.WebP(SampleFigures.Of(kind));
        string svg = FigureFile.Svg(SampleFigures.Of(kind));
        CultureInfo before = CultureInfo.CurrentCulture;
        try
        {
            CultureInfo comma = (CultureInfo)CultureInfo.InvariantCulture.Clone();
            comma.NumberFormat.NumberDecimalSeparator = ",";
            CultureInfo.CurrentCulture = comma;
            Assert.Equal(png, FigureFile.Png(SampleFigures.Of(kind)));
            Assert.Equal(webP, FigureFile.WebP(SampleFigures.Of(kind)));
            Assert.Equal(svg, FigureFile.Svg(SampleFigures.Of(kind)));
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }

    // Above the data there is nothing but the title: a full stop leaves some dark pixels there, a line of words many, and no font none.
    [Theory]
    [MemberData(nameof(Kinds))]
    public void Text_IsDrawn(string kind)
    {
        Figure figure = SampleFigures.Of(kind);
        Picture words = Drawn(figure);
        Picture dot = Drawn(figure is FigureSheet sheet ? new FigureSheet([.. sheet.Panels.Select(panel => panel with { Title = "." })], 2) { Title = "." } : figure with { Title = "." });
        Assert.InRange(Dark(words, 20), 150, 3000);
        Assert.InRange(Dark(dot, 20), 1, 40);
        Assert.Equal((figure.Height, figure.Width), (words.Height, words.Width));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Svg_IsXmlThatRefersToNothingOutside(string kind)
    {
        string svg = FigureFile.Svg(SampleFigures.Of(kind));
        XDocument document = XDocument.Parse(svg);
        Assert.Equal("svg", document.Root!.Name.LocalName);
        Assert.Equal(SampleFigures.Of(kind).Title, document.Root.Elements().First().Value);
        Assert.All(References().Matches(svg), match => Assert.True(match.Groups["to"].Value.StartsWith('#') || match.Groups["to"].Value.StartsWith("data:", StringComparison.Ordinal), match.Value[..Math.Min(80, match.Length)]));
        Assert.DoesNotContain("NaN", svg, StringComparison.Ordinal);
        Assert.Contains(document.Descendants(), element => element.Name.LocalName == "text");
    }

    [Fact]
    public void AHeatMap_IsDarkestWhereItIsLeast()
    {
        // Viridis grows lighter: the truth (0, 1) is above the middle.
        Picture picture = Drawn(SampleFigures.Bowl([.. Enumerable.Range(0, 41).Select(i => (i - 20) / 10.0)]) with { Marks = [] });
        double top = Shade(picture, 0.35);
        double bottom = Shade(picture, 0.8);
        Assert.True(top < bottom, $"{top} above, {bottom} below");
    }

    [Fact]
    public void DataThatDoNotFit_AreRefused()
    {
        Assert.Throws<ArgumentException>(() => FigureFile.Png(SampleFigures.Bowl([0, 1, 2]) with { X = [0, 1] }));
        Assert.Throws<ArgumentException>(() => FigureFile.Png(SampleFigures.Bowl([0, 1]) with { Values = new double[,] { { double.NaN, double.NaN }, { double.NaN, double.PositiveInfinity } } }));
        Assert.Throws<ArgumentException>(() => FigureFile.Svg((QuantilePlot)SampleFigures.Of("quantiles") with { Lower = [1] }));
        Assert.Throws<ArgumentException>(() => new FigureSheet([], 2) { Title = "none" });
    }

    [Fact]
    public void FlatAndUnboundedValues_AreDrawn()
    {
        HeatMap bowl = SampleFigures.Bowl([0, 1, 2]);
        Assert.NotEmpty(FigureFile.Png(bowl with { Values = new double[3, 3] }));
        Assert.NotEmpty(FigureFile.Png(bowl with { Values = new double[,] { { 1, 2, 3 }, { 1, double.PositiveInfinity, 2 }, { double.NaN, 0, 1 } } }));
        Assert.NotEmpty(FigureFile.Png((Histogram)SampleFigures.Of("histogram") with { Edges = [0.5, 0.5], Shares = [1], Deviation = 0 }));
    }

    [Fact]
    public void ASurfacePage_HoldsItsScriptAndLoadsNothing()
    {
        HeatMap bowl = SampleFigures.Bowl([0, 1, 2]) with { Title = "</script><b>&" };
        string page = new SurfacePage { Grid = bowl, Note = "a < b" }.Html();
        Assert.InRange(page.Length, 1_000_000, 5_000_000);
        Assert.DoesNotMatch("<(script|link|img|iframe)[^>]*(src|href)=", page);
        Assert.Contains("default-src 'none'", page, StringComparison.Ordinal);
        Assert.Contains("a &lt; b", page, StringComparison.Ordinal);
        Assert.Equal(2, Regex.Count(page, "</script>"));
        Assert.Equal(page, new SurfacePage { Grid = bowl, Note = "a < b" }.Html());
    }

    private Picture Drawn(Figure figure)
    {
        string path = folder.File("figure.png");
        File.WriteAllBytes(path, FigureFile.Png(figure));
        return PictureFile.Read(path);
    }

    private static int Dark(Picture picture, int rows) => picture.Values.Take(rows * picture.Width).Count(value => value < 0.5);

    // Of a place in the middle column, all channels together.
    private static double Shade(Picture picture, double down)
    {
        int at = ((int)(down * picture.Height) * picture.Width) + (picture.Width / 2) - 20;
        return Enumerable.Range(0, picture.Channels).Sum(channel => picture.Values[(channel * picture.Height * picture.Width) + at]);
    }

    [GeneratedRegex("(href|src)=\"(?<to>[^\"]*)\"|url\\((?<to>[^)]*)\\)", RegexOptions.ExplicitCapture)]
    private static partial Regex References();
}
