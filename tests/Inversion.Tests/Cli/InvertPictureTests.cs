using System.Buffers.Binary;
using System.Text;
using System.Text.Json.Nodes;
using Inversion.Pictures;
using Xunit;

namespace Inversion.Tests.Cli;

/// <summary>invert on pictures.</summary>
public sealed class InvertPictureTests : IDisposable
{
    private static readonly string[] Network = ["--input", "3x1x1", "--layers", "16k4,1k4s4", "--last-activation", "tanh"];

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void APictureOfTheRange_IsFoundAndCompleted()
    {
        JsonNode output = JsonNode.Parse(CommandLine.Run(folder.Path, ["evaluate", .. Network, "--z", "[0.9,-0.4,1.1]"]).Output)!["output"]!;
        double[] signal = [.. output.AsArray().Select(value => value!.GetValue<double>())];
        PictureFile.WritePng(folder.File("p.png"), new Picture(1, 16, 16, Array.ConvertAll(signal, value => (value + 1) / 2)));
        CommandLine.Outcome outcome = CommandLine.Run(folder.Path, ["invert", .. Network, "--mask", "top", "--image", "p.png", "--grid", "--out", "run"]);
        Assert.True(outcome.Exit == 0, outcome.Error);

        // 8 bits a pixel move the picture off the range, by at most 1/255 a pixel of 2.
        JsonNode code = JsonNode.Parse(File.ReadAllText(folder.File("run", "invert.json")))!["codes"]![0]!;
        Assert.True(code["psnr"]!.GetValue<double>() > 40);
        Assert.InRange(code["ssim"]!.GetValue<double>(), 0.9, 1);
        Assert.Contains(", SSIM ", outcome.Output, StringComparison.Ordinal);
        Assert.Equal(code["restarts"]!.GetValue<int>(), code["ends"]!.AsArray().Count);
        Picture completed = PictureFile.Read(folder.File("run", "figures", "p-completed.png"));
        Assert.All(signal.Zip(completed.Values), pair => Assert.Equal((pair.First + 1) / 2, pair.Second, 0.05));
        Picture panel = PictureFile.Read(folder.File("run", "figures", "p.png"));
        Assert.True(panel.Width > 3 * panel.Height);
        Assert.True(File.Exists(folder.File("run", "figures", "grid.png")));
    }

    [Fact]
    public void APictureOutsideTheRange_IsSaidToBeSo()
    {
        PictureFile.WritePng(folder.File("board.png"), new Picture(1, 16, 16, [.. Enumerable.Range(0, 256).Select(i => (double)(((i / 16) + i) % 2))]));
        CommandLine.Outcome outcome = CommandLine.Run(folder.Path, ["invert", .. Network, "--image", "board.png", "--budget", "300", "--out", "run"]);
        Assert.True(outcome.Exit == 0, outcome.Error);
        Assert.Contains("likely outside the generator's range", outcome.Output, StringComparison.Ordinal);
        JsonNode summary = JsonNode.Parse(File.ReadAllText(folder.File("run", "invert.json")))!;
        Assert.Equal(8, summary["rangeResiduals"]!.AsArray().Count);
        Assert.Null(summary["successRate"]);
    }

    [Fact]
    public void APaintedMask_ObservesItsWhitePixels()
    {
        PictureFile.WritePng(folder.File("mask.png"), new Picture(1, 16, 16, [.. Enumerable.Range(0, 256).Select(i => i % 16 < 6 ? 1.0 : 0.2)]));
        CommandLine.Outcome outcome = CommandLine.Run(folder.Path, ["invert", .. Network, "--mask", "picture:mask.png", "--codes", "2", "--out", "run", "--json"]);
        Assert.True(outcome.Exit == 0, outcome.Error);
        Assert.Equal(96, JsonNode.Parse(outcome.Output)!["measurements"]!.GetValue<int>());

        PictureFile.WritePng(folder.File("small.png"), new Picture(1, 8, 8, new double[64]));
        outcome = CommandLine.Run(folder.Path, ["invert", .. Network, "--mask", "picture:small.png", "--out", "other"]);
        Assert.Equal(64, outcome.Exit);
        Assert.Contains("8 x 8 pixels", outcome.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Codes_AreWrittenForNumpy()
    {
        Assert.Equal(0, CommandLine.Run(folder.Path, ["invert", .. Network, "--codes", "3", "--out", "run"]).Exit);
        byte[] file = File.ReadAllBytes(folder.File("run", "codes.npy"));
        Assert.Equal("NUMPY", Encoding.ASCII.GetString(file, 1, 5));
        int header = BinaryPrimitives.ReadUInt16LittleEndian(file.AsSpan(8));
        Assert.Equal(0, (10 + header) % 64);
        Assert.Contains("'shape': (3, 3)", Encoding.ASCII.GetString(file, 10, header), StringComparison.Ordinal);
        JsonNode codes = JsonNode.Parse(File.ReadAllText(folder.File("run", "invert.json")))!["codes"]!;
        double[] expected = [.. codes.AsArray().SelectMany(code => code!["latent"]!.AsArray()).Select(value => value!.GetValue<double>())];
        Assert.Equal(expected, Enumerable.Range(0, 9).Select(i => BinaryPrimitives.ReadDoubleLittleEndian(file.AsSpan(10 + header + (8 * i)))));
    }

    [Theory]
    [InlineData("--image none.png", 65, "no such file")]
    [InlineData("--image none.png --codes 2", 64, "exclude each other")]
    [InlineData("--mask picture:none.png", 65, "no such file")]
    public void Faults_AreToldInOneLine(string options, int exit, string told)
    {
        CommandLine.Outcome outcome = CommandLine.Run(folder.Path, ["invert", .. Network, .. options.Split(' ')]);
        Assert.Equal(exit, outcome.Exit);
        Assert.Contains(told, outcome.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void ANetworkWithoutPictures_HasNoGrid()
    {
        CommandLine.Outcome outcome = CommandLine.Run(folder.Path, "invert", "--network", "theorem", "--grid");
        Assert.Equal(64, outcome.Exit);
        Assert.Contains("no picture", outcome.Error, StringComparison.Ordinal);
    }
}
