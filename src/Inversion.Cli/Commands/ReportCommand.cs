using System.CommandLine;
using Inversion.Cli.Options;
using Inversion.Cli.Output;
using Inversion.Measurements;
using Inversion.Networks;
using Inversion.Networks.Formats;
using Inversion.Sweeps;
using Inversion.Verify;

namespace Inversion.Cli.Commands;

/// <summary>report: renders a run folder as a page, as Markdown and as JUnit's XML.</summary>
internal static class ReportCommand
{
    private static readonly Argument<string> Folder = new("DIR") { Description = "A folder of audit, sweep, weights, landscape or certify" };
    private static readonly Option<string?> Against = CommonOptions.One("--against", "DIR", "An earlier run: the report opens with what changed its verdict and what moved");

    public static Command Create()
    {
        Command command = new("report", """
            Renders a run folder: report.html (one file, no network access), report.md (for a pull request or a job's summary), junit.xml.
            These commands do it themselves; use it to compare two runs, or to render a folder of an earlier version.

            Example: inversion report runs/audit-2 --against runs/audit-1
            """);
        command.Add(Folder);
        command.Add(Against);
        command.Add(CommonOptions.Out);
        command.SetAction(Run);
        return command;
    }

    // The networks are drawn or read again from the plan. Without them, as where a file is gone, the page has no figures and is otherwise the same.
    private static Func<string, Subject?> Networks(DirectoryInfo folder)
    {
        string plan = Path.Combine(folder.FullName, "plan.json");
        if (IsSweep(folder) || !File.Exists(plan))
        {
            return _ => null;
        }

        try
        {
            IReadOnlyDictionary<string, (Subject Subject, NetworkSource Source)> subjects =
                AuditCommand.Prepare(new Arguments(AuditCommand.Create().Parse(["--plan", plan]))).Subjects;
            return name => RunFolder.Named(subjects, name);
        }
        catch (Exception problem) when (problem is InputException or UsageException or NetworkException or NetworkFileException or MeasurementException)
        {
            Console.Error.WriteLine($"no figures, the networks are not at hand: {problem.Message}");
            return _ => null;
        }
    }

    // A sweep's networks are as many as its trials; its figures need none.
    private static bool IsSweep(DirectoryInfo folder)
    {
        string trials = Path.Combine(folder.FullName, "trials.sqlite");
        return File.Exists(trials) && !AuditStore.IsAudit(trials);
    }

    private static int Run(ParseResult parsed)
    {
        DirectoryInfo folder = new(parsed.GetRequiredValue(Folder));
        DirectoryInfo target = parsed.GetValue(CommonOptions.Out) is null ? folder : new Arguments(parsed).OutputFolder();
        IEnumerable<string> files = Report.Report.files;
        try
        {
            if (folder.Exists && parsed.GetValue(Against) is null && ReportFiles.WritePage(folder, target))
            {
                files = files.Where(file => file != "junit.xml");
            }
            else
            {
                ReportFiles.Write(folder, target, parsed.GetValue(Against), Networks(folder));
            }
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            throw new InputException($"{target.FullName}: {problem.Message.Split('\n')[0]}");
        }

        foreach (string file in files)
        {
            Console.Out.WriteLine(Path.Combine(Path.GetRelativePath(".", target.FullName), file));
        }

        return ExitCode.Success;
    }
}
