using System.Globalization;
using System.Xml.Linq;
using Inversion.Figures;
using Xunit;

namespace Inversion.Tests.Figures;

/// <summary>Titles, legends and labels of figures: whole, inside the picture, and clear of the data.</summary>
public sealed class FigureWordsTests
{
    private const string Long = "Where descents end: 16x4x4:32k4s2p1,1k4s2p1, random:0.5+blocks:0.25 at a share of one half of each of its blocks";

    [Theory]
    [InlineData("gap")]
    [InlineData("square")]
    [InlineData("scatter")]
    [InlineData("lines")]
    [InlineData("heat-map")]
    public void ALegend_StandsOnce_BelowThePlot(string kind)
    {
        Figure figure = SampleFigures.Of(kind);
        string[] names = figure switch
        {
            LinePlot lines => [.. lines.Series.Select(series => series.Name)],
            ScatterPlot points => [points.Points.Name, .. points.Outlines.Select(line => line.Name), .. points.Marks.Select(mark => mark.Name), .. points.Curve is { } curve ? [curve.Name] : Array.Empty<string>()],
            HeatMap map => [.. map.Marks.Select(mark => mark.Name)],
            _ => [],
        };
        (string Text, double Y)[] words = Words(FigureFile.Svg(figure));
        double label = words.Where(word => word.Text == figure.XLabel).Max(word => word.Y);
        Assert.All(names, name =>
        {
            (_, double y) = Assert.Single(words, word => word.Text == name);
            Assert.InRange(y, label, figure.Height);
        });
    }

    [Fact]
    public void ALongTitle_IsWholeAndInsideThePicture()
    {
        foreach (int width in (int[])[400, 640])
        {
            (string text, float size) = TextFit.Shrunk(Long, 16, width);
            Assert.Equal(Long.Replace(" ", string.Empty, StringComparison.Ordinal), text.Replace("\n", string.Empty, StringComparison.Ordinal).Replace(" ", string.Empty, StringComparison.Ordinal));
            Assert.All(text.Split('\n'), line => Assert.True(TextFit.Width(line, size) <= width, line));
        }

        Assert.Equal(("short", 16), TextFit.Shrunk("short", 16, 640));
        Assert.All(TextFit.Lines(new string('x', 300), 13, 200), line => Assert.True(TextFit.Width(line, 13) <= 200));
    }

    [Fact]
    public void ALongLegend_TakesLines()
    {
        LinePlot plot = (LinePlot)SampleFigures.Of("lines") with { Series = [new LineSeries(Long + Long, [0, 1], [0, 1]), new LineSeries("short", [0, 1], [1, 0])] };
        (string Text, double Y)[] words = Words(FigureFile.Svg(plot));
        double label = words.Where(word => word.Text == plot.XLabel).Max(word => word.Y);
        Assert.Contains(words, word => word.Text == "short" && word.Y > label);
        Assert.True(words.Where(word => word.Y > label).Select(word => word.Y).Distinct().Count() >= 3);
        Assert.All(words.Where(word => word.Y > label), word => Assert.True(TextFit.Width(word.Text, 13) < plot.Width));
    }

    [Fact]
    public void SeriesOfAPicture_DifferInColorAndInMarker()
    {
        Assert.Equal(8, LinePlot.MostDistinct);
        Assert.Equal(8, Enumerable.Range(0, 8).Select(OkabeIto.At).Distinct().Count());
        Assert.Equal(8, Enumerable.Range(0, 8).Select(OkabeIto.Shape).Distinct().Count());
    }

    [Fact]
    public void AHeatMap_TellsWhereItsLinesAre()
    {
        // From 0 to 1 in steps of k²/169.
        HeatMap map = SampleFigures.Bowl([0, 1, 2]) with { Values = new double[,] { { 0, 0.5, 1 }, { 0, 0.5, 1 }, { 0, 0.5, 1 } } };
        Assert.Contains(Words(FigureFile.Svg(map)), word => word.Text == "white lines at 0.00592 · k², k = 1 … 12");
        map = map with { Values = new double[,] { { 2000, 2000, 2000 }, { 2000, 2000, 2000 }, { 2000, 2000, 340_000 } } };
        Assert.Contains(Words(FigureFile.Svg(map)), word => word.Text == "white lines at 2000 + 2000 · k², k = 1 … 12");
        Assert.DoesNotContain(Words(FigureFile.Svg(map with { Values = new double[3, 3] })), word => word.Text.StartsWith("white lines", StringComparison.Ordinal));
    }

    [Fact]
    public void ALabel_StandsInTheMiddleOfItsRow()
    {
        LabelColumn column = LabelColumn.Of(["truth", "|error| × 5·10¹¹\nblack: 0"], 60, 2);
        Assert.Equal((2 * 62) + 2, column.Height);
        Assert.Equal(column.Width * column.Height, column.Values.Length);
        int[] dark = [.. Enumerable.Range(0, column.Height).Where(row => column.Values.Skip(row * column.Width).Take(column.Width).Any(value => value < 0.5))];
        Assert.InRange(dark.Where(row => row < 62).Average(), 28, 36);
        Assert.InRange(dark.Where(row => row >= 64).Average(), 90, 98);
        Assert.Throws<ArgumentException>(() => LabelColumn.Of([], 60, 2));
    }

    private static (string Text, double Y)[] Words(string svg) =>
    [
        .. XDocument.Parse(svg).Descendants().Where(element => element.Name.LocalName == "text").Select(element =>
            (element.Value.Trim(), element.Attribute("y") is { } y ? double.Parse(y.Value.Split(',')[0], CultureInfo.InvariantCulture) : 0)),
    ];
}
