using Inversion.Report;
using Microsoft.FSharp.Collections;
using Microsoft.FSharp.Core;

namespace Inversion.Cli.Output;

/// <summary>What a person or a build server reads of a run folder: report.html, report.md, junit.xml.</summary>
internal static class ReportFiles
{
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
        string name = Path.GetRelativePath(".", folder.FullName).Replace('\\', '/');
        Report.Report.write(target.FullName, name, FuncConvert.FromFunc<string, FSharpList<Picture>>(_ => FSharpList<Picture>.Empty), before, run);
    }
}
