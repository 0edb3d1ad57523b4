using Inversion.Verify;

namespace Inversion.Sweeps;

/// <summary>What the cells of a finished sweep say of the claims: phase-transition, failure-probability, and every claim over its ensemble.</summary>
public static class SweepFindings
{
    private const string Mask = "mask";

    /// <summary>All findings, and for those of a cell's own claim the network that the witness is about.</summary>
    /// <remarks>
    /// The plan's confidence is split over them. The trial that a finding over an ensemble takes its numbers from is done again from its address, so
    /// that the same trials give the same findings, whoever did them. Cost: one trial for each cell that judges a claim.
    /// </remarks>
    public static IReadOnlyList<(Finding Finding, Subject? Subject, int? Cell)> Of(SweepPlan plan, IReadOnlyList<CellSummary> cells, CancellationToken cancellation)
    {
        List<Func<SweepEvidence, (Finding, Subject?, int?)>> judges = [];
        List<(string Name, CellCounts[] Counts, IReadOnlyList<KeyValuePair<string, string>> Parameters)> curves = Curves(plan, cells);
        foreach ((string name, CellCounts[] counts, _) in curves)
        {
            judges.Add(evidence => (PhaseTransitionClaim.judge(evidence, plan.Seed.Child("transition").Child(name), name, counts), null, null));
        }

        // A mask that is spread at random beside each other one, all else the same.
        foreach (var spread in curves.Where(curve => Value(curve.Parameters, Mask) == "random"))
        {
            foreach (var other in curves.Where(curve => curve.Name != spread.Name && Without(curve.Parameters) == Without(spread.Parameters)))
            {
                string name = $"{spread.Name} against {Mask}={Value(other.Parameters, Mask)}";
                judges.Add(evidence => (PhaseTransitionClaim.compare(evidence, plan.Seed.Child("transition").Child(name), name, spread.Counts, other.Counts), null, null));
            }
        }

        foreach (SizeSeries series in SizeSeries.Of(plan))
        {
            CellCounts[] failures = [.. series.Cells.Select(entry => Failures(cells[entry.Cell], entry.Size))];
            double[] expansion = [.. series.Cells.OrderBy(entry => entry.Size).Select(entry => plan.Cells[entry.Cell].Sizes!.Expansion)];
            judges.Add(evidence => (FailureProbability.judge(
                evidence, plan.Seed.Child("failure").Child(series.Size).Child(series.Name), series.Name, series.Size, series.Behavior, expansion, failures), null, null));
        }

        foreach (CellSummary cell in cells)
        {
            if (plan.Cells[cell.Cell].Trial is ClaimTrial claim && cell.Worst(claim.Claim) is { } trial)
            {
                judges.Add(evidence => Ensemble(plan, cell, claim, trial, evidence, cancellation));
            }
        }

        SweepEvidence each = new(Statistics.split(plan.Stop.Confidence, judges.Count), plan.Stop.IsActive);
        return [.. judges.Select(judge => judge(each))];
    }

    private static (Finding, Subject?, int?) Ensemble(SweepPlan plan, CellSummary cell, ClaimTrial claim, int trial, SweepEvidence evidence, CancellationToken cancellation)
    {
        (Finding worst, Subject subject) = claim.Judge(plan.KeyOf(cell.Cell, trial), $"trial {trial}", cancellation);
        return (EnsembleFinding.judge(evidence, plan.Cells[cell.Cell].Name, Failures(cell, 0), worst), subject, cell.Cell);
    }

    private static List<(string Name, CellCounts[] Counts, IReadOnlyList<KeyValuePair<string, string>> Parameters)> Curves(SweepPlan plan, IReadOnlyList<CellSummary> cells)
    {
        List<(string, CellCounts[], IReadOnlyList<KeyValuePair<string, string>>)> curves = [];
        foreach (IReadOnlyList<CellSummary> group in PhaseTransition.Groups(plan, cells).Where(group => group.All(cell => plan.Cells[cell.Cell].Trial is RecoveryTrial)))
        {
            KeyValuePair<string, string>[] common = [.. plan.Cells[group[0].Cell].Parameters.Where(pair => pair.Key != PhaseTransition.Rate)];
            CellCounts[] counts = [.. group.Select(cell => new CellCounts(cell.Cell, plan.Cells[cell.Cell].Observed, cell.Successes, cell.Undecided, cell.Trials))];
            curves.Add((string.Join(", ", common.Select(pair => $"{pair.Key}={pair.Value}")), counts, common));
        }

        return curves;
    }

    private static CellCounts Failures(CellSummary cell, double size) => new(cell.Cell, size, cell.Failures, cell.Undecided, cell.Trials);

    private static string? Value(IReadOnlyList<KeyValuePair<string, string>> parameters, string key) => parameters.FirstOrDefault(pair => pair.Key == key).Value;

    private static string Without(IReadOnlyList<KeyValuePair<string, string>> parameters) =>
        string.Join(", ", parameters.Where(pair => pair.Key != Mask).Select(pair => $"{pair.Key}={pair.Value}"));
}
