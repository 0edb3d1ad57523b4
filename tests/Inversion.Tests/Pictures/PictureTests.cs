using Inversion.Networks;
using Inversion.Pictures;
using Inversion.Randomness;
using Inversion.Tests.Cli;
using Xunit;

namespace Inversion.Tests.Pictures;

public sealed class PictureTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void APictureOfBytes_ComesBackAsItWasWritten(int channels)
    {
        double[] values = [.. Enumerable.Range(0, channels * 5 * 7).Select(i => i * 37 % 256 / 255.0)];
        PictureFile.WritePng(folder.File("p.png"), new Picture(channels, 5, 7, values));
        Picture read = PictureFile.Read(folder.File("p.png"));
        Assert.Equal((channels, 5, 7), (read.Channels, read.Height, read.Width));
        Assert.Equal(values, read.Values);
    }

    [Fact]
    public void ValuesOutsideTheRange_AreTheNearerEnd_AndNaNIsBlack()
    {
        PictureFile.WritePng(folder.File("p.png"), new Picture(1, 1, 4, [-3, 1.7, double.NaN, 0.5]));
        Assert.Equal([0, 1, 0, 128 / 255.0], PictureFile.Read(folder.File("p.png")).Values);
    }

    [Fact]
    public void Resizing_KeepsMeans_AndCutsToTheMiddle()
    {
        // 2 x 4 to 1 x 1: the middle 2 x 2.
        Picture wide = new(1, 2, 4, [9, 1, 2, 9, 9, 3, 4, 9]);
        Assert.Equal([2.5], PictureFit.To(wide, 1, 1, 1).Values);

        // The same size changes nothing, a larger one repeats.
        Assert.Equal(wide.Values, PictureFit.To(wide, 1, 2, 4).Values);
        Assert.Equal([1, 1, 2, 2, 1, 1, 2, 2], PictureFit.To(new Picture(1, 1, 2, [1, 2]), 1, 2, 4).Values);

        // 3 to 2 columns: each covers one and a half.
        Assert.Equal([4 / 3.0, 8 / 3.0], PictureFit.To(new Picture(1, 3, 3, [1, 2, 3, 1, 2, 3, 1, 2, 3]), 1, 2, 2).Values[..2], (a, b) => Math.Abs(a - b) < 1e-15);
    }

    [Fact]
    public void ATrainedRange_IsThatOfTheFile_AndItsPicturesArePadded()
    {
        GenerativeNetwork network = new NetworkBuilder { Input = Shape.Parse("2x1x1"), Layers = "1k4", LastActivation = "tanh" }.Draw(new RandomKey(1));
        Dictionary<string, string> Said(string text) => new() { ["inversion.training"] = text };
        PixelRange range = PixelRange.Of(network, Said("""{"settings":{"range":0.9,"pads":true}}"""));
        Assert.Equal((-0.9, 0.9), (range.Black, range.White));

        // 2 x 1 white pixels in the middle of 4 x 4.
        double[] output = range.ToOutput(network, new Picture(1, 2, 1, [1, 1]));
        Assert.Equal([5, 9], Enumerable.Range(0, 16).Where(i => output[i] == 0.9));
        Assert.Equal(14, output.Count(value => value == -0.9));
        Assert.Equal(PixelRange.Of(network), PixelRange.Of(network, Said("{}")));
        Assert.Throws<PictureException>(() => PixelRange.Of(network, Said("{")));
        Picture large = new(1, 5, 1, [0, 1, 0, 1, 0]);
        Assert.Same(large, PictureFit.Padded(large, 4, 4));
    }

    [Fact]
    public void Gray_IsWeighed_AndColorsOfGray_AreEqual()
    {
        Assert.Equal(0.299 + (0.587 * 0.5), PictureFit.Channels(new Picture(3, 1, 1, [1, 0.5, 0]), 1).Values[0], 1e-15);
        Assert.Equal([0.25, 0.25, 0.25], PictureFit.Channels(new Picture(1, 1, 1, [0.25]), 3).Values);
    }

    [Fact]
    public void ASheet_PutsEachPictureInItsPlace()
    {
        Picture dark = new(1, 1, 2, [0, 0.1]);
        Picture light = new(1, 1, 2, [1, 0.9]);
        Picture sheet = PictureSheet.Of([[dark, light], [null, dark]], factor: 2, gap: 1);
        Assert.Equal((7, 11), (sheet.Height, sheet.Width));
        Assert.Equal(0.1, sheet[0, 2, 4]);
        Assert.Equal(1, sheet[0, 1, 6]);
        Assert.Equal(0.5, sheet[0, 0, 0]);
        Assert.Equal(0.5, sheet[0, 4, 2]);
        Assert.Equal(0.1, sheet[0, 5, 9]);
        Assert.Throws<PictureException>(() => PictureSheet.Of([[dark, new Picture(1, 2, 2, new double[4])]]));
        Assert.Throws<PictureException>(() => PictureSheet.Of([[null]]));
    }

    [Fact]
    public void WhatIsNoPicture_IsRefusedInOneLine()
    {
        string Refused(string file) => Assert.Throws<PictureException>(() => PictureFile.Read(file)).Message;
        Assert.Contains("no such file", Refused(folder.File("none.png")), StringComparison.Ordinal);
        File.WriteAllText(folder.File("text.png"), "no picture");
        Assert.Contains("not a picture", Refused(folder.File("text.png")), StringComparison.Ordinal);
        File.WriteAllBytes(folder.File("empty.png"), []);
        Assert.Contains("not a picture", Refused(folder.File("empty.png")), StringComparison.Ordinal);

        PictureFile.WritePng(folder.File("p.png"), new Picture(1, 40, 40, [.. Enumerable.Range(0, 1600).Select(i => i * i % 251 / 255.0)]));
        byte[] whole = File.ReadAllBytes(folder.File("p.png"));
        foreach (int length in (int[])[20, 40, whole.Length / 2])
        {
            File.WriteAllBytes(folder.File("cut.png"), whole[..length]);
            Assert.DoesNotContain('\n', Refused(folder.File("cut.png")));
        }

        // The header claims more pixels than anybody has memory for.
        byte[] huge = (byte[])whole.Clone();
        huge.AsSpan(16, 8).Fill(0x7f);
        File.WriteAllBytes(folder.File("huge.png"), huge);
        Assert.DoesNotContain('\n', Refused(folder.File("huge.png")));
    }

    [Theory]
    [InlineData("tanh", -1, 1)]
    [InlineData("sigmoid", 0, 1)]
    [InlineData("relu", 0, 1)]
    public void Outputs_AreBlackAndWhite_AsTheLastActivationHasThem(string last, double black, double white)
    {
        GenerativeNetwork network = new NetworkBuilder { Input = Shape.Parse("2x1x1"), Layers = "1k4", LastActivation = last }.Draw(new RandomKey(1));
        PixelRange range = PixelRange.Of(network);
        Assert.Equal((black, white), (range.Black, range.White));
        Picture picture = new(1, 4, 4, [.. Enumerable.Range(0, 16).Select(i => i / 15.0)]);
        Assert.Equal(picture.Values, range.ToPicture(network, range.ToOutput(network, picture)).Values, (a, b) => Math.Abs(a - b) < 1e-15);
        GenerativeNetwork flat = new NetworkBuilder { Input = Shape.Parse("2"), Layers = "dense4" }.Draw(new RandomKey(1));
        Assert.Throws<PictureException>(() => range.ToPicture(flat, new double[4]));
    }
}
