using System.CommandLine;
using System.Text.Json.Nodes;
using Inversion.Cli.Options;
using Inversion.Cli.Output;
using Inversion.Sweeps;

namespace Inversion.Cli.Commands;

/// <summary>merge: joins the parts of a sweep that was run in shards.</summary>
internal static class MergeCommand
{
    private static readonly Argument<string[]> Folders = new("DIR") { Description = "Run folders of the parts", Arity = ArgumentArity.OneOrMore };

    public static Command Create()
    {
        Command command = new("merge", """
            Joins the parts of one sweep into a run folder, as if it had been run whole. Merging a part twice changes nothing. Exit 0 if the sweep is
            complete, 2 if trials are missing.

            Example: inversion merge runs/part-1 runs/part-2 --out runs/whole
            """);
        command.Add(Folders);
        command.Add(CommonOptions.Out);
        command.Add(CommonOptions.Json);
        command.SetAction(Run);
        return command;
    }

    private static int Run(ParseResult parsed)
    {
        string[] folders = parsed.GetRequiredValue(Folders);
        string first = Array.Find(folders, Directory.Exists) ?? folders[0];
        (SweepPlan plan, JsonObject resolved, IReadOnlyList<Verify.Expectation> expectations) = SweepCommand.PlanOf(first);
        DirectoryInfo folder = new Arguments(parsed).OutputFolder();
        using TrialStore store = TrialStore.Open(folder.FullName, plan, VersionOf(first));
        IReadOnlyDictionary<int, int> lacking = TrialMerge.Into(plan, store, [.. folders.Select(part => Path.Combine(part, "trials.sqlite"))]);
        long missing = lacking.Values.Sum(count => (long)count);
        IReadOnlyList<CellSummary> cells = CellSummary.Of(plan, store);
        int exit = missing == 0 ? ExitCode.Success : ExitCode.Undecided;
        using Interruption interruption = new();
        SweepResult result = SweepResult.Write(folder.FullName, resolved, plan, cells, missing == 0, true, expectations, exit, interruption.Token);
        if (parsed.GetValue(CommonOptions.Json))
        {
            Console.Out.Write(JsonText.Indented(result.Summary));
        }
        else
        {
            SweepTable.Print(plan, cells, result.Findings);
            string name = Path.GetRelativePath(".", folder.FullName);
            Console.Out.WriteLine(missing == 0 ? $"complete: {name}" : $"{missing} trials are missing, of {lacking.Count} {(lacking.Count == 1 ? "cell" : "cells")}{SweepPart.Absent(folders)}: merge their parts, or do them with: inversion sweep --resume {name}");
        }

        foreach (string complaint in result.Complaints)
        {
            Console.Error.WriteLine(complaint);
        }

        return result.Exit;
    }

    private static string VersionOf(string part)
    {
        using TrialStore store = TrialStore.Read(Path.Combine(part, "trials.sqlite"));
        return store.Version;
    }
}
