using System.CommandLine;
using System.Globalization;
using Inversion.Cli.Options;
using Inversion.Cli.Output;
using Inversion.Verify;

namespace Inversion.Cli.Commands;

/// <summary>replay: judges witnesses again, by the slow reference implementation alone.</summary>
internal static class ReplayCommand
{
    private static readonly Argument<string> Target = new("PATH") { Description = "A witness file, or a run folder (every witness in it)" };

    private static readonly Option<string?> Finding = CommonOptions.One("--finding", "N", "Search again for the N-th finding of the run's summary.json, and compare every bit");

    public static Command Create()
    {
        Command command = new("replay", """
            Judges a witness again from its own numbers, in interval or exact arithmetic. Exit 0 if every witness still refutes its claim, 1 if one does not.
            With --finding, repeats one finding's whole search from its key: exit 0 if it comes out the same, 1 if not. Of a sweep, judges its trials again.

            Example: inversion replay runs/audit-1/witnesses/004-descent.json
            Example: inversion replay runs/audit-1 --finding 3
            """);
        command.Add(Target);
        command.Add(Finding);
        command.SetAction(Run);
        return command;
    }

    private static int Run(ParseResult parsed)
    {
        string target = parsed.GetRequiredValue(Target);
        if (parsed.GetValue(Finding) is { } finding)
        {
            return FindingReplay.Run(target, finding);
        }

        string[] files = WitnessFile.Find(target);
        if (files.Length == 0)
        {
            Console.Out.WriteLine($"{target}: no witness, nothing was refuted");
            return ExitCode.Success;
        }

        bool all = true;
        foreach (string file in files)
        {
            (Witness witness, Replay replay) = Judge(file);
            all &= replay.Confirmed;
            Console.Out.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{Path.GetFileName(file)}: {(replay.Confirmed ? "refuted, confirmed" : "NOT confirmed")}: measured [{replay.Measured.Lower:R}, {replay.Measured.Upper:R}], claimed {WitnessFile.Side(witness.Side)} {witness.Allowed:R}. {(replay.Confirmed ? witness.Fact : replay.Note)}"));
        }

        return all ? ExitCode.Success : ExitCode.ExpectationFailed;
    }

    private static (Witness Witness, Replay Replay) Judge(string file)
    {
        if (RateWitnessFile.Holds(file))
        {
            return RateWitnessFile.Judge(file);
        }

        WitnessFile read = WitnessFile.Read(file);
        return (read.Witness, read.Judged(() => read.Claim.Replay.Invoke(read.Subject).Invoke(read.Witness)));
    }
}
