using Inversion.Report;
using Microsoft.FSharp.Collections;
using Microsoft.FSharp.Core;

namespace Inversion.Cli.Output;

/// <summary>What a person or a build server reads of a run folder: report.html, report.md, junit.xml.</summary>
internal static class ReportFiles
{
    /// <summary>The commands that replay the witnesses of findings that break the gate of a run folder.</summary>
    /// <param name="folder">A folder that holds summary.json.</param>
    public static IEnumerable<string> ReplayCommands(DirectoryInfo folder)
    {
        Run run = RunModule.read(folder.FullName);
        FSharpList<Verify.Expectation> expected = JUnit.expectations(run.Plan);
        return run.Findings.Where(entry => entry.WitnessFile is not null && JUnit.failure(expected, entry) is not null)
            .Select(entry => $"replay it with: inversion replay {Name(folder)}/{entry.WitnessFile!.Value}");
    }

    /// <summary>Renders a run folder into itself.</summary>
    /// <param name="folder">A folder that holds summary.json.</param>
    public static void Write(DirectoryInfo folder) => Write(folder, folder, null);

    /// <summary>Renders a run folder.</summary>
    /// <param name="folder">A folder that holds summary.json.</param>
    /// <param name="target">An existing folder for the files.</param>
    /// <param name="against">An earlier run's folder, or null.</param>
    public static void Write(DirectoryInfo folder, DirectoryInfo target, string? against)
    {
        Run run = RunModule.read(folder.FullName);
        FSharpOption<Tuple<string, Run>>? before = against is null ? null : FSharpOption<Tuple<string, Run>>.Some(Tuple.Create(against, RunModule.read(against)));
        Report.Report.write(target.FullName, Name(folder), FuncConvert.FromFunc<string, FSharpList<Picture>>(_ => FSharpList<Picture>.Empty), before, run);
    }

    // As a person types it, on any system.
    private static string Name(DirectoryInfo folder) => Path.GetRelativePath(".", folder.FullName).Replace('\\', '/');
}
