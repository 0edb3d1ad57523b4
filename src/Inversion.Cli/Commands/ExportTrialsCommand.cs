using System.CommandLine;
using Inversion.Cli.Options;
using Inversion.Sweeps;
using Inversion.Verify;

namespace Inversion.Cli.Commands;

/// <summary>export-trials: a sweep's trials and cells, or an audit's trials, as CSV and Parquet.</summary>
internal static class ExportTrialsCommand
{
    private static readonly Argument<string> Folder = new("DIR") { Description = "A run folder of sweep, merge or audit" };
    private static readonly Option<string?> Format = CommonOptions.One("--format", "csv|parquet", "One form alone [both]");

    public static Command Create()
    {
        Command command = new("export-trials", """
            Writes a sweep's trials and cells into its run folder: trials.csv, cells.csv, trials.parquet, cells.parquet. Of an audit: trials.csv, trials.parquet.

            Example: inversion export-trials runs/sweep-1 --format parquet
            """);
        command.Add(Folder);
        command.Add(Format);
        command.SetAction(Run);
        return command;
    }

    private static async Task<int> Run(ParseResult parsed, CancellationToken cancellation)
    {
        string folder = parsed.GetRequiredValue(Folder);
        string? format = parsed.GetValue(Format);
        if (format is not (null or "csv" or "parquet"))
        {
            throw new UsageException($"--format {format}: csv or parquet");
        }

        string trials = Path.Combine(folder, "trials.sqlite");
        try
        {
            await (AuditStore.IsAudit(trials) ? OfAudit() : OfSweep());
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            throw new InputException(problem.Message);
        }

        return ExitCode.Success;

        async Task OfSweep()
        {
            using TrialStore store = TrialStore.Read(trials);
            (SweepPlan plan, _, _) = SweepCommand.PlanOf(folder);
            IReadOnlyList<CellSummary> cells = CellSummary.Of(plan, store);
            if (format is null or "csv")
            {
                await Text("trials.csv", writer => TrialExport.TrialsToCsv(store, writer));
                await Text("cells.csv", writer => TrialExport.CellsToCsv(plan, cells, writer));
            }

            if (format is null or "parquet")
            {
                await Binary("trials.parquet", stream => TrialExport.TrialsToParquet(store, stream));
                await Binary("cells.parquet", stream => TrialExport.CellsToParquet(plan, cells, stream));
            }
        }

        async Task OfAudit()
        {
            IReadOnlyList<(AuditJob Job, Finding Finding)> rows = AuditStore.Read(trials);
            if (format is null or "csv")
            {
                await Text("trials.csv", writer => AuditExport.ToCsv(rows, writer));
            }

            if (format is null or "parquet")
            {
                await Binary("trials.parquet", stream => AuditExport.ToParquet(rows, stream));
            }
        }

        async Task Text(string name, Action<TextWriter> write) => await Binary(name, async stream =>
        {
            StreamWriter writer = new(stream, leaveOpen: true);
            await using (writer)
            {
                write(writer);
            }
        });

        // To a neighbor first, then renamed, so that no half-written file is left.
        async Task Binary(string name, Func<Stream, Task> write)
        {
            string path = Path.Combine(folder, name);
            FileStream stream = File.Create(path + ".part");
            await using (stream)
            {
                await write(stream);
            }

            cancellation.ThrowIfCancellationRequested();
            File.Move(path + ".part", path, overwrite: true);
            Console.Out.WriteLine(Path.GetRelativePath(".", path));
        }
    }
}
