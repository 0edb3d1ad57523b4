using System.Text.Json.Nodes;
using Inversion.Cli.Options;
using Inversion.Sweeps;
using Inversion.Verify;
using Microsoft.FSharp.Collections;
using Microsoft.FSharp.Core;

namespace Inversion.Cli.Output;

/// <summary>What the run folder of a sweep holds beside its trials: plan.json, summary.json, witnesses/*.json, manifest.json, and the report.</summary>
/// <param name="Summary">summary.json.</param>
/// <param name="Findings">The findings; none before the sweep is complete.</param>
/// <param name="Exit">The exit code.</param>
/// <param name="Complaints">Expectations that did not hold, a line each.</param>
internal sealed record SweepResult(JsonObject Summary, IReadOnlyList<Finding> Findings, int Exit, IReadOnlyList<string> Complaints)
{
    /// <summary>Judges the cells and writes the files.</summary>
    /// <param name="folder">The run folder.</param>
    /// <param name="resolved">plan.json.</param>
    /// <param name="plan">The plan.</param>
    /// <param name="cells">What the trials say.</param>
    /// <param name="isComplete">False while trials are missing.</param>
    /// <param name="isWhole">False for a part of a sweep. Nothing is judged before the whole is complete.</param>
    /// <param name="expectations">The gate.</param>
    /// <param name="exit">The exit code if the gate holds.</param>
    /// <param name="cancellation">Ends the judging with an exception.</param>
    public static SweepResult Write(
        string folder, JsonObject resolved, SweepPlan plan, IReadOnlyList<CellSummary> cells, bool isComplete, bool isWhole, IReadOnlyList<Expectation> expectations, int exit,
        CancellationToken cancellation)
    {
        IReadOnlyList<(Finding Finding, Subject? Subject, int? Cell)> judged = isComplete && isWhole ? SweepFindings.Of(plan, cells, cancellation) : [];
        Finding[] findings = [.. judged.Select(entry => entry.Finding)];
        GateOutcome outcome = Gate.judge(ListModule.OfSeq(expectations), ListModule.OfSeq(findings));
        if (exit == ExitCode.Success)
        {
            exit = outcome.IsFailed ? ExitCode.ExpectationFailed : outcome.IsUndecided ? ExitCode.Undecided : exit;
        }

        string witnesses = Path.Combine(folder, "witnesses");
        if (Directory.Exists(witnesses))
        {
            Array.ForEach(Directory.GetFiles(witnesses, "*.json"), File.Delete);
        }

        JsonArray list = [.. judged.Select((entry, index) => (JsonNode)Json.ofFinding(Keep(folder, plan, index + 1, entry), entry.Finding))];
        JsonObject summary = SweepSummary.Of(resolved, plan, cells, list, isComplete, exit);
        JsonText.Write(Path.Combine(folder, "plan.json"), resolved);
        JsonText.Write(Path.Combine(folder, "summary.json"), summary);
        IEnumerable<SweepCell> networks = plan.Cells.DistinctBy(cell => cell.Parameters.FirstOrDefault(pair => pair.Key == "network").Value);
        RunFolder.WriteManifest(new DirectoryInfo(folder), networks.Select(SweepGrid.SourceOf));
        ReportFiles.Write(new DirectoryInfo(folder), _ => null);
        return new SweepResult(summary, findings, exit, outcome switch
        {
            GateOutcome.Failed failed => [.. failed.Item, .. ReportFiles.ReplayCommands(new DirectoryInfo(folder))],
            GateOutcome.Undecided undecided => [.. undecided.Item],
            _ => [],
        });
    }

    private static FSharpOption<string>? Keep(string folder, SweepPlan plan, int number, (Finding Finding, Subject? Subject, int? Cell) entry)
    {
        if (entry.Finding.Verdict is not Verdict.Refuted refuted)
        {
            return null;
        }

        Directory.CreateDirectory(Path.Combine(folder, "witnesses"));
        string file = $"witnesses/{number:d3}-{entry.Finding.Claim}.json";
        WitnessFile.Write(
            Path.Combine(folder, file),
            refuted.Witness,
            entry.Subject is null ? null : SubjectRecord.Write(entry.Subject, SweepGrid.SourceOf(plan.Cells[entry.Cell!.Value])));
        return FSharpOption<string>.Some(file);
    }
}
