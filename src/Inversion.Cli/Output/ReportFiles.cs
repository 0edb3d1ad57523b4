using Inversion.Report;
using Inversion.Verify;
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
        FSharpList<Expectation> expected = JUnit.expectations(run.Plan);
        return run.Findings.Where(entry => entry.WitnessFile is not null && JUnit.failure(expected, entry) is not null)
            .Select(entry => $"replay it with: inversion replay {Name(folder)}/{entry.WitnessFile!.Value}");
    }

    /// <summary>Renders a run folder into itself.</summary>
    /// <param name="folder">A folder that holds summary.json.</param>
    /// <param name="subjectOf">The networks by name, for the figures; null where one is not at hand.</param>
    public static void Write(DirectoryInfo folder, Func<string, Subject?> subjectOf) => Write(folder, folder, null, subjectOf);

    /// <summary>Renders a run folder.</summary>
    /// <param name="folder">A folder that holds summary.json.</param>
    /// <param name="target">An existing folder for the files.</param>
    /// <param name="against">An earlier run's folder, or null.</param>
    /// <param name="subjectOf">The networks by name, for the figures; null where one is not at hand.</param>
    public static void Write(DirectoryInfo folder, DirectoryInfo target, string? against, Func<string, Subject?> subjectOf)
    {
        Run run = RunModule.read(folder.FullName);
        FSharpOption<Tuple<string, Run>>? before = against is null ? null : FSharpOption<Tuple<string, Run>>.Some(Tuple.Create(against, RunModule.read(against)));
        FSharpFunc<string, FSharpOption<Subject>?> subjects = FuncConvert.FromFunc<string, FSharpOption<Subject>?>(
            name => subjectOf(name) is { } subject ? FSharpOption<Subject>.Some(subject) : null);
        Report.Report.write(target.FullName, Name(folder), FuncConvert.FromFunc<string, FSharpList<Picture>>(claim => Report.Report.pictures(subjects, run, claim)), before, run);
    }

    /// <summary>Renders a folder of weights, landscape or certify into <paramref name="target"/>. False for another folder.</summary>
    public static bool WritePage(DirectoryInfo folder, DirectoryInfo target) => Report.Report.writeFolderPage(folder.FullName, target.FullName, Name(folder));

    // As a person types it, on any system.
    private static string Name(DirectoryInfo folder)
    {
        string name = Path.GetRelativePath(".", folder.FullName).Replace('\\', '/');
        return name.Any(char.IsWhiteSpace) ? $"\"{name}\"" : name;
    }
}
