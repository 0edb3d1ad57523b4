using FsCheck.Xunit;
using Inversion.Networks;
using Xunit;

namespace Inversion.Tests.Networks;

public sealed class ShapeTests
{
    [Theory]
    [InlineData("10", 10, 0, 1, 1)]
    [InlineData("8x3", 8, 1, 1, 3)]
    [InlineData("2x4x5", 2, 2, 4, 5)]
    public void Parse_OfAShape_ReadsChannelsAndSizes(string text, int channels, int rank, int height, int width)
    {
        Shape shape = Shape.Parse(text);
        Assert.Equal((channels, rank, height, width), (shape.Channels, shape.SpatialRank, shape.Height, shape.Width));
        Assert.Equal(channels * height * width, shape.Length);
        Assert.Equal(text, shape.ToString());
        Assert.Equal(shape, Shape.FromAxes(shape.ToAxes()));
    }

    [Theory]
    [InlineData("")]
    [InlineData("x")]
    [InlineData("8x")]
    [InlineData("8X1")]
    [InlineData("-8x1")]
    [InlineData("8.5")]
    [InlineData(" 8")]
    [InlineData("0x1")]
    [InlineData("1x1x1x1")]
    [InlineData("99999999999")]
    public void Parse_OfWhatIsNoShape_Throws(string text) => Assert.Throws<NetworkException>(() => Shape.Parse(text));

    // The last wraps a 64-bit product to a negative number.
    [Theory]
    [InlineData("2147483647")]
    [InlineData("100000x100000x1000")]
    [InlineData("2147483647x2147483647x4")]
    public void Parse_OfMoreEntriesThanPossible_SaysSo(string text) =>
        Assert.Contains("too many entries", Assert.Throws<NetworkException>(() => Shape.Parse(text)).Message, StringComparison.Ordinal);

    [Property]
    public void Parse_OfAnyText_GivesAShapeOrANetworkException(string? text)
    {
        try
        {
            Assert.True(Shape.Parse(text ?? string.Empty).Length > 0);
        }
        catch (NetworkException problem)
        {
            Assert.NotEmpty(problem.Message);
        }
    }

    [Fact]
    public void TheDefaultShape_IsTakenByNoNetworkAndNoReshape()
    {
        Assert.Throws<NetworkException>(() => new GenerativeNetwork(default, [new ActivationLayer(Activation.Relu)]));
        Assert.Throws<NetworkException>(() => new GenerativeNetwork(Shape.Flat(1), [new ReshapeLayer(default)]));
        Assert.Throws<NetworkException>(() => new NetworkBuilder { Input = default, Layers = "dense3" }.Draw(default));
    }
}
