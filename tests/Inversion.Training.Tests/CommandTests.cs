using System.CommandLine;
using Inversion.Networks.Formats;
using Inversion.Training.Commands;
using Xunit;

namespace Inversion.Training.Tests;

/// <summary>The command line.</summary>
public sealed class CommandTests
{
    [Fact]
    public void Train_WritesAModelThatTheCoreReads()
    {
        using TestFolder folder = new();
        string images = folder.Write("images", Subjects.Idx([6, 7, 5], Subjects.Bytes("command", 6 * 35)));

        int exit = Run("--data", images, "--out", folder.File("run"), "--widths", "4", "--latent", "2", "--batch", "3", "--epochs", "1");

        Assert.Equal(0, exit);
        Assert.Equal(2, NetworkFile.Read(folder.File("run/model.safetensors")).LatentDimension);
        Assert.All((string[])["checkpoint.safetensors", "losses.csv", "losses.svg", "samples.png"], name => Assert.True(File.Exists(folder.File("run/" + name)), name));
    }

    [Theory]
    [InlineData("--method gan", "--method gan: the methods are dcgan, wgan-gp, vae", 64)]
    [InlineData("--widths 4,x", "--widths 4,x: write", 64)]
    [InlineData("--widths 0", "--widths 0: write", 64)]
    [InlineData("--epochs 0", "--epochs 0: must be at least 1", 64)]
    [InlineData("--batch 7", "--batch 7: must be from 2 to the number of pictures, 6", 64)]
    [InlineData("--batch 1", "--batch 1: must be from 2", 64)]
    [InlineData("--rate NaN", "--rate NaN: must be from 0 to 1", 64)]
    [InlineData("--range 0", "--range must be positive", 64)]
    [InlineData("--seed xyz", "--seed xyz: write", 64)]
    [InlineData("--colour", "IDX pictures are grey", 64)]
    [InlineData("--labels nowhere", "nowhere: cannot be read", 65)]
    public void WhatCannotBeDone_IsToldInOneLine(string options, string told, int exit)
    {
        using TestFolder folder = new();
        string images = folder.Write("images", Subjects.Idx([6, 7, 5], Subjects.Bytes("command", 6 * 35)));

        TrainingException problem = Assert.Throws<TrainingException>(() =>
            Run(["--data", images, "--out", folder.File("run"), "--latent", "2", .. (string[])(options.Contains("widths", StringComparison.Ordinal) ? [] : ["--widths", "4"]), .. options.Split(' ')]));

        Assert.Contains(told, problem.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', problem.Message);
        Assert.Equal(exit, problem.ExitCode);
    }

    [Fact]
    public void AFolderWithoutPictures_AndAFileOfAnotherKind_AreRefused()
    {
        using TestFolder folder = new();
        string text = folder.Write("text.txt", "abcdef"u8.ToArray());

        Assert.Contains("no .png", Assert.Throws<TrainingException>(() => Run("--data", folder.Path, "--out", folder.File("run"))).Message, StringComparison.Ordinal);
        Assert.Contains("neither", Assert.Throws<TrainingException>(() => Run("--data", text, "--out", folder.File("run"))).Message, StringComparison.Ordinal);
        Assert.Contains("no such", Assert.Throws<TrainingException>(() => Run("--data", folder.File("x"), "--out", folder.File("run"))).Message, StringComparison.Ordinal);
    }

    private static int Run(params string[] options) =>
        TrainCommand.Create().Parse(options).Invoke(new InvocationConfiguration { EnableDefaultExceptionHandler = false });
}
