using FsCheck.Xunit;
using Inversion.Measurements;
using Inversion.Networks;
using Inversion.Randomness;
using Xunit;

namespace Inversion.Tests.Measurements;

public sealed class MaskPatternTests
{
    // Pictures of one channel, row by row: # is observed.
    [Theory]
    [InlineData("top", "1x4x4", "####/####/..../....")]
    [InlineData("bottom", "1x4x4", "..../..../####/####")]
    [InlineData("left", "1x4x4", "##../##../##../##..")]
    [InlineData("right", "1x4x4", "..##/..##/..##/..##")]
    [InlineData("top:0.25", "1x4x4", "####/..../..../....")]
    [InlineData("right:0.75", "1x4x4", ".###/.###/.###/.###")]
    [InlineData("center:0.25", "1x4x4", "..../.##./.##./....")]
    [InlineData("border:0.75", "1x4x4", "####/#..#/#..#/####")]
    [InlineData("top", "1x5x2", "##/##/##/../..")]
    [InlineData("top:0.25+left:0.25", "1x4x4", "####/#.../#.../#...")]
    [InlineData("top+bottom", "1x4x4", "####/####/####/####")]
    [InlineData("center", "1x8x1", "././#/#/#/#/./.")]
    [InlineData("center", "1x1x8", "..####..")]
    [InlineData("border", "1x8", "##....##")]
    [InlineData("center", "1x8", "..####..")]
    [InlineData("top", "1x8", "####....")]
    [InlineData("left:0.25", "1x8", "##......")]
    [InlineData("bottom", "1x8", "....####")]
    [InlineData("right:0.25", "1x8", "......##")]
    [InlineData("top", "8", "####....")]
    [InlineData("right:0.125", "8", ".......#")]
    [InlineData("center:0.5", "8", "..####..")]
    [InlineData("all", "1x2x2", "##/##")]
    [InlineData("top:0", "1x2x2", "../..")]
    [InlineData("border:0", "1x3x3", ".../.../...")]
    [InlineData("border:1", "1x3x3", "###/###/###")]
    [InlineData("center:0", "1x3x3", ".../.../...")]
    [InlineData("center:1", "1x3x3", "###/###/###")]
    [InlineData("center:1", "1x7", "#######")]
    [InlineData("border:1", "7", "#######")]
    [InlineData("random:0", "1x3", "...")]
    [InlineData("random:1", "1x3", "###")]
    public void Parse_OfAPattern_ObservesThePictured(string pattern, string shape, string picture)
    {
        string cells = picture.Replace("/", string.Empty, StringComparison.Ordinal);
        Subsampling mask = MaskPattern.Parse(pattern, Identity(shape), default);
        Assert.Equal(Enumerable.Range(0, cells.Length).Where(i => cells[i] == '#'), mask.Indices);
        Assert.Equal(pattern, mask.Name);
    }

    [Theory]
    [InlineData("top")]
    [InlineData("center:0.3")]
    [InlineData("border:0.3")]
    public void Parse_OfARegion_ObservesTheSamePositionsInEveryChannel(string pattern)
    {
        Subsampling one = MaskPattern.Parse(pattern, Identity("1x6x5"), default);
        Subsampling three = MaskPattern.Parse(pattern, Identity("3x6x5"), default);
        Assert.Equal(Enumerable.Range(0, 3).SelectMany(c => one.Indices.Select(i => (c * 30) + i)), three.Indices);
    }

    [Property]
    public void Parse_OfARandomShare_ObservesThatManyWithTheKeysOwnDraw(ulong key, byte share)
    {
        string pattern = FormattableString.Invariant($"random:{share / 255.0:R}");
        GenerativeNetwork network = Identity("2x5x6");
        Subsampling mask = MaskPattern.Parse(pattern, network, new RandomKey(key));
        Assert.Equal((int)Math.Round(share / 255.0 * 60, MidpointRounding.AwayFromZero), mask.Count);
        Assert.Equal(mask.Indices, MaskPattern.Parse(pattern, network, new RandomKey(key)).Indices);
        Assert.Equal(mask.Count / 60.0, mask.Rate);
    }

    [Fact]
    public void Parse_OfARandomShare_TakesEveryEntryEquallyOften()
    {
        int[] counts = new int[40];
        for (int i = 0; i < 4000; i++)
        {
            foreach (int index in MaskPattern.Parse("random:0.25", Identity("1x40"), new RandomKey(51).Child(i)).Indices)
            {
                counts[index]++;
            }
        }

        // Each count is binomial with mean 1000 and standard deviation 27.4; five of them, 40 times: 2.3e-5 for an honest draw.
        Assert.All(counts, count => Assert.InRange(count, 1000 - 137, 1000 + 137));
    }

    [Theory]
    [InlineData("")]
    [InlineData("Top")]
    [InlineData("tops")]
    [InlineData("top+")]
    [InlineData("all:0.5")]
    [InlineData("random")]
    [InlineData("random:")]
    [InlineData("random:x")]
    [InlineData("random:NaN")]
    [InlineData("random:1.5")]
    [InlineData("random:-0.1")]
    [InlineData("top:0,5")]
    [InlineData("top: ")]
    [InlineData("top:0.5:0.5")]
    [InlineData("rows")]
    [InlineData("rows:")]
    [InlineData("rows:\0")]
    [InlineData("rows:/no/such/file.json")]
    [InlineData("block")]
    [InlineData("block:x")]
    [InlineData("block:-1")]
    [InlineData("block:4")]
    [InlineData("block:0@0")]
    [InlineData("block:0@2")]
    [InlineData("block:0@1@1")]
    [InlineData("gaussian:5")]
    public void Parse_OfATypo_NamesThePartThatIsWrong(string pattern)
    {
        MeasurementException problem = Assert.Throws<MeasurementException>(() => MaskPattern.Parse(pattern, Identity("2x2x2"), default));
        Assert.Contains(pattern.Split('+')[^1], problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Parse_OfAListOfRows_KeepsItsOrder()
    {
        using RowsFile file = new("[5, 0, 3]");
        Assert.Equal([5, 0, 3], MaskPattern.Parse($"rows:{file.Path}", Identity("1x6"), default).Indices);
        Assert.Equal([0, 3, 4, 5], MaskPattern.Parse($"rows:{file.Path}+right:0.34", Identity("1x6"), default).Indices);
    }

    [Theory]
    [InlineData("[]", null)]
    [InlineData("[6]", "entry 0 is 6")]
    [InlineData("[0, -1]", "entry 1 is -1")]
    [InlineData("[1, 2, 1]", "entry 2 names 1 again")]
    [InlineData("[1.5]", "whole numbers")]
    [InlineData("[1e400]", "whole numbers")]
    [InlineData("[99999999999]", "whole numbers")]
    [InlineData("null", "whole numbers")]
    [InlineData("{\"rows\": [1]}", "whole numbers")]
    [InlineData("[1, 2", "whole numbers")]
    [InlineData("", "whole numbers")]
    public void Parse_OfAFileOfRows_AcceptsDistinctIndicesOnly(string content, string? message)
    {
        using RowsFile file = new(content);
        foreach (string pattern in new[] { $"rows:{file.Path}", $"rows:{file.Path}+top:0" })
        {
            if (message is null)
            {
                Assert.Equal(0, MaskPattern.Parse(pattern, Identity("1x6"), default).Count);
                continue;
            }

            MeasurementException problem = Assert.Throws<MeasurementException>(() => MaskPattern.Parse(pattern, Identity("1x6"), default));
            Assert.Contains(message, problem.Message, StringComparison.Ordinal);
            Assert.Contains(file.Path, problem.Message, StringComparison.Ordinal);
            Assert.True(problem.InFile);
        }
    }

    // One identity layer, so that the output has the shape of the code and a layer with weights is there to name.
    private static GenerativeNetwork Identity(string shape)
    {
        Shape input = Shape.Parse(shape);
        double[] eye = [.. Enumerable.Range(0, input.Channels * input.Channels).Select(i => i % (input.Channels + 1) == 0 ? 1.0 : 0)];
        return new GenerativeNetwork(input, [input.SpatialRank == 0
            ? new LinearLayer(input.Channels, input.Channels, eye)
            : new ConvolutionLayer(true, input.Channels, input.Channels, new KernelGeometry(input.SpatialRank == 1 ? [1] : [1, 1]), eye)]);
    }

    private sealed class RowsFile : IDisposable
    {
        public RowsFile(string content)
        {
            Path = System.IO.Path.GetTempFileName();
            File.WriteAllText(Path, content);
        }

        public string Path { get; }

        public void Dispose() => File.Delete(Path);
    }
}
