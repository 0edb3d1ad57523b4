using Inversion.Training.Data;
using Inversion.Training.Runs;
using Xunit;

namespace Inversion.Training.Tests;

/// <summary>Bits of runs: repeated, interrupted, diverged.</summary>
public sealed class RunTests
{
    public RunTests() => TorchSetup.Prepare(1);

    // A cancelled token stops a run after each step, so this resumes from every step there is.
    [Theory]
    [MemberData(nameof(Subjects.Methods), MemberType = typeof(Subjects))]
    public void ARunResumedAfterEveryStep_GivesTheBitsOfTheUninterruptedOne(string method, bool conditional)
    {
        using TestFolder folder = new();
        PictureSet pictures = Subjects.Pictures(folder, conditional);
        TrainSettings settings = Subjects.Settings(method, pictures);
        Assert.True(Subjects.Run(folder, "whole", settings, pictures).Train(resume: false, TestContext.Current.CancellationToken));

        TrainingRun run = Subjects.Run(folder, "parts", settings, pictures);
        int parts = 1;
        for (bool ended = run.Train(resume: false, new CancellationToken(canceled: true)); !ended; parts++)
        {
            ended = run.Train(resume: true, new CancellationToken(canceled: true));
        }

        Assert.Equal(6, parts);
        AssertSame(folder, "whole", "parts", "model.safetensors", "checkpoint.safetensors", "losses.csv", "losses.svg", "samples.png");
    }

    [Fact]
    public void TheSameSeed_GivesTheSameBits_AndAnotherDoesNot()
    {
        using TestFolder folder = new();
        PictureSet pictures = Subjects.Pictures(folder, conditional: false);
        TrainSettings settings = Subjects.Settings("dcgan", pictures);
        foreach ((string name, TrainSettings chosen) in ((string, TrainSettings)[])[("a", settings), ("b", settings), ("c", settings with { Seed = "0000000000000008" })])
        {
            Assert.True(Subjects.Run(folder, name, chosen, pictures).Train(resume: false, TestContext.Current.CancellationToken));
        }

        AssertSame(folder, "a", "b", "model.safetensors", "losses.csv");
        Assert.NotEqual(File.ReadAllBytes(folder.File("a/losses.csv")), File.ReadAllBytes(folder.File("c/losses.csv")));
    }

    [Fact]
    public void ACheckpointOfAnotherRun_IsRefusedByTheDifference()
    {
        using TestFolder folder = new();
        PictureSet pictures = Subjects.Pictures(folder, conditional: false);
        TrainSettings settings = Subjects.Settings("vae", pictures);
        Assert.False(Subjects.Run(folder, "run", settings, pictures).Train(resume: false, new CancellationToken(canceled: true)));

        TrainingException problem = Assert.Throws<TrainingException>(() =>
            Subjects.Run(folder, "run", settings with { Variance = 0.2 }, pictures).Train(resume: true, TestContext.Current.CancellationToken));

        Assert.Contains("variance 0.1", problem.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', problem.Message);
    }

    [Theory]
    [InlineData("dcgan")]
    [InlineData("wgan-gp")]
    [InlineData("vae")]
    public void ALossThatIsNotFinite_StopsTheRunByOneLine_AndWritesNoModel(string method)
    {
        using TestFolder folder = new();
        PictureSet pictures = Subjects.Pictures(folder, conditional: false);
        TrainingRun run = Subjects.Run(folder, "run", Subjects.Settings(method, pictures) with { Rate = 1e30, Epochs = 40 }, pictures);

        TrainingException problem = Assert.Throws<TrainingException>(() => run.Train(resume: false, TestContext.Current.CancellationToken));

        Assert.Equal(TrainingException.Diverged, problem.ExitCode);
        Assert.StartsWith("stopped: the loss '", problem.Message, StringComparison.Ordinal);
        Assert.Contains("--rate", problem.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', problem.Message);
        Assert.False(File.Exists(run.Model));
    }

    // A tensor or a number that libtorch still reads must not be collected: another thread collects all the time.
    [Theory]
    [MemberData(nameof(Subjects.Methods), MemberType = typeof(Subjects))]
    public void ARun_SurvivesCollectionsAtAnyMoment(string method, bool conditional)
    {
        using TestFolder folder = new();
        PictureSet pictures = Subjects.Pictures(folder, conditional);
        TrainSettings settings = Subjects.Settings(method, pictures) with { Epochs = 10 };
        using CancellationTokenSource ended = new();
        Thread collector = new(() =>
        {
            while (!ended.IsCancellationRequested)
            {
                GC.Collect(0);
                Thread.Sleep(1);
            }
        });
        collector.Start();
        try
        {
            Assert.True(Subjects.Run(folder, "run", settings, pictures).Train(resume: false, TestContext.Current.CancellationToken));
        }
        finally
        {
            ended.Cancel();
            collector.Join();
        }
    }

    private static void AssertSame(TestFolder folder, string one, string other, params string[] files) =>
        Assert.All(files, file => Assert.Equal(File.ReadAllBytes(folder.File($"{one}/{file}")), File.ReadAllBytes(folder.File($"{other}/{file}"))));
}
