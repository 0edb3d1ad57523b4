using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Inversion.Cli.Options;
using Inversion.Cli.Output;
using Inversion.Sweeps;
using Inversion.Verify;
using Inversion.Verify.Proofs;
using Microsoft.FSharp.Collections;

namespace Inversion.Cli.Commands;

/// <summary>Repeats the search behind one finding of a run folder, from the plan and the finding's key, and compares the bits.</summary>
internal static class FindingReplay
{
    private static readonly string[] NotCompared = ["seconds", "witness", "certificate"];
    private static readonly string[] Identity = ["claim", "network", "layer", "statement"];

    /// <summary>0 if the finding comes out the same but for the time, 1 if not.</summary>
    /// <param name="folder">A run folder.</param>
    /// <param name="number">The finding's number in summary.json, from 1.</param>
    public static int Run(string folder, string number)
    {
        (JsonObject recorded, bool isSweep) = Recorded(folder, number);
        if (isSweep)
        {
            return Compare(number, recorded, OfSweep(folder, recorded));
        }

        AuditCommand.Prepared prepared = AuditCommand.Prepare(new Arguments(AuditCommand.Create().Parse(["--plan", Path.Combine(folder, "plan.json")])));
        AuditPlan plan = prepared.Plan;
        string claim = recorded["claim"]!.GetValue<string>();
        string network = recorded["network"]!.GetValue<string>();

        // The finding's share of the error budget was fixed by the whole audit.
        Settings settings = new(plan.Settings.Epsilon, plan.Settings.Trials, plan.Settings.Starts, plan.Settings.Steps, Json.toFloat(recorded["confidence"]));
        AuditPlan alone = new(ListModule.OfSeq(plan.Groups.Where(group => group.Name == network)), ListModule.OfSeq([claim]), settings, plan.Seed, plan.Threads);
        AuditResult result = Audit.run(alone, null, CancellationToken.None);
        DirectoryInfo scratch = Directory.CreateTempSubdirectory("inversion-");
        FSharpList<Finding> found;
        try
        {
            found = AuditProofs.keep(alone, scratch.FullName, prepared.IsProofLevel, prepared.Budget, _ => { }, CancellationToken.None, result.Findings);
        }
        finally
        {
            scratch.Delete(true);
        }

        JsonObject? again = found.Select(finding => Json.ofFinding(null, finding))
            .FirstOrDefault(finding => JsonNode.DeepEquals(finding["layer"], recorded["layer"]));
        return Compare(number, recorded, again);
    }

    // The trials say it all; those of a claim that speak for a cell are done again from their addresses.
    private static JsonObject? OfSweep(string folder, JsonObject recorded)
    {
        (SweepPlan plan, _, _) = SweepCommand.PlanOf(folder);
        using TrialStore store = TrialStore.Read(Path.Combine(folder, "trials.sqlite"));
        return SweepFindings.Of(plan, CellSummary.Of(plan, store), CancellationToken.None)
            .Select(entry => Json.ofFinding(null, entry.Finding))
            .FirstOrDefault(finding => Identity.All(key => JsonNode.DeepEquals(finding[key], recorded[key])));
    }

    private static int Compare(string number, JsonObject recorded, JsonObject? again)
    {
        string[] different = again is null
            ? ["the finding itself"]
            : [.. recorded.Select(field => field.Key).Where(key => !NotCompared.Contains(key) && again[key]?.ToJsonString() != recorded[key]?.ToJsonString())];
        Console.Out.WriteLine($"finding {number}, {recorded["claim"]!.GetValue<string>()} on {recorded["network"]!.GetValue<string>()}, key {recorded["key"]!.GetValue<string>()}: "
            + (different.Length == 0 ? $"{recorded["verdict"]!.GetValue<string>()}, the same in every bit" : $"NOT the same: {string.Join(", ", different)}"));
        return different.Length == 0 ? ExitCode.Success : ExitCode.ExpectationFailed;
    }

    private static (JsonObject Finding, bool IsSweep) Recorded(string folder, string number)
    {
        string file = Path.Combine(folder, "summary.json");
        JsonArray findings;
        bool isSweep;
        try
        {
            JsonNode summary = JsonNode.Parse(File.ReadAllText(file))!;
            findings = summary["findings"]!.AsArray();
            isSweep = summary["schema"]?.GetValue<string>() == SweepSummary.Schema;
        }
        catch (Exception problem) when (problem is JsonException or NullReferenceException or InvalidOperationException)
        {
            throw new InputException($"{file}: not the summary of an audit or a sweep");
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            throw new InputException($"{file}: {problem.Message}");
        }

        bool read = int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out int index) && index >= 1 && index <= findings.Count;
        if (!read)
        {
            throw new UsageException($"--finding {number}: {file} has findings 1 to {findings.Count}");
        }

        string[] needed = ["claim", "network", "confidence", "key", "verdict"];
        return findings[index - 1] is JsonObject finding && needed.All(finding.ContainsKey)
            ? (finding, isSweep)
            : throw new InputException($"{file}: finding {number} lacks one of {string.Join(", ", needed)}");
    }
}
