using System.Diagnostics;
using System.Globalization;
using Inversion.Cli.Commands;
using Inversion.Tests.Cli;
using Xunit;

namespace Inversion.Tests.Docs;

/// <summary>
/// Every call of the program that a page names and no transcript runs (<see cref="TutorialTests"/>, <see cref="FromPyTorchTests"/>) is started as it is written.
/// Many take minutes to hours: one that is still at work after some seconds is asked to stop, and must then end as a cancelled command does.
/// INVERSION_STUDY_CALLS=SECONDS gives them longer (CONTRIBUTING.md).
/// </summary>
/// <param name="scene">The folder that they are started in.</param>
public sealed class ExecutedCallTests(CallScene scene) : IClassFixture<CallScene>
{
    private const int Cancelled = 130;
    private const int TerminationSignal = 15;

    // The others are short, and are not stopped.
    private static readonly string[] Long = ["audit", "sweep", "invert", "landscape", "certify", "check-certificate", "shrink", "reproduce"];
    private static readonly string[] Transcripts = ["docs/tutorial.md", "docs/commands.md", "docs/from-pytorch.md"];

    // Of processor time, so that a busy machine does not stop a program that has hardly begun.
    private static readonly TimeSpan Taken = TimeSpan.FromSeconds(
        double.TryParse(Environment.GetEnvironmentVariable("INVERSION_STUDY_CALLS"), CultureInfo.InvariantCulture, out double seconds) ? seconds : 1.5);

    public static TheoryData<string> Calls
    {
        get
        {
            HashSet<string> transcribed = [.. Transcripts.Select(Page.Read).SelectMany(page => page.Blocks.Where(block => block.Language == "sh").SelectMany(block => Page.CommandLines(block.Lines)))];
            return [.. Page.All().SelectMany(page => page.Calls().Concat(page.PipelineCalls())).Distinct().Where(call => !transcribed.Contains("inversion " + call) && !IsName(call))];
        }
    }

    [Theory]
    [MemberData(nameof(Calls))]
    public async Task TheCall_DoesWhatItSaysOrIsCancelled(string call)
    {
        using Process process = CommandLine.Start(scene.Folder, scene.Started(call));
        Task<string> output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        Task<string> error = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        bool isStopped = false;
        while (!process.WaitForExit(50))
        {
            if (!isStopped && Long.Contains(call.Split(' ')[0]) && process.TotalProcessorTime > Taken)
            {
                Assert.SkipWhen(OperatingSystem.IsWindows(), "signals are sent with kill");
                using Process kill = Process.Start("kill", ["-s", TerminationSignal.ToString(CultureInfo.InvariantCulture), process.Id.ToString(CultureInfo.InvariantCulture)]);
                isStopped = true;
            }
        }

        string told = await error + await output;
        Assert.True(process.ExitCode is 0 or 1 or 2 || (isStopped && process.ExitCode == Cancelled), $"inversion {call}: exit code {process.ExitCode}: {told}");
        Assert.DoesNotContain("this is a bug", told, StringComparison.Ordinal);
    }

    [Fact]
    public void TheCallsOfThePages_AreMany() => Assert.True(Calls.Count >= 50, $"{Calls.Count} calls");

    // A command that is only named; the audit of the default ensemble is a call.
    private static bool IsName(string call) => call != "audit" && (call == "reproduce" || InversionCommand.Create().Subcommands.Any(command => command.Name == call));
}
