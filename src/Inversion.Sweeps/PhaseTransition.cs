using System.Globalization;
using Inversion.Verify;
using Microsoft.FSharp.Core;

namespace Inversion.Sweeps;

/// <summary>Where the success rate rises with the share that is observed, for cells that differ in their rate alone.</summary>
/// <param name="Parameters">What these cells have in common, without the rate.</param>
/// <param name="Cells">How many cells with trials there are.</param>
/// <param name="Fit">The logistic curve against the observed share; null without trials.</param>
public sealed record PhaseTransition(IReadOnlyList<KeyValuePair<string, string>> Parameters, int Cells, LogisticFit? Fit)
{
    /// <summary>The parameter that the curve is over.</summary>
    public const string Rate = "rate";

    /// <summary>The curves of a plan with several rates, by r50; those without one last. Empty for other plans.</summary>
    /// <remarks>
    /// x is the share of outputs that is observed, which a mask of whole positions rounds. Undecided trials count as failures. Intervals
    /// hold each at the plan's confidence; where that is above 0.999 the limit of many trials is used.
    /// </remarks>
    public static IReadOnlyList<PhaseTransition> Of(SweepPlan plan, IReadOnlyList<CellSummary> cells)
    {
        List<PhaseTransition> found = [];
        foreach (IReadOnlyList<CellSummary> group in Groups(plan, cells))
        {
            CellCounts[] counts = [.. group.Select(cell => new CellCounts(cell.Cell, plan.Cells[cell.Cell].Observed, cell.Successes, cell.Undecided, cell.Trials))];
            FSharpOption<LogisticFit>? fit = PhaseTransitionClaim.curve(plan.Seed.Child("transition").Child(Common(plan, group[0])), plan.Stop.Confidence, counts);
            found.Add(new PhaseTransition(
                [.. plan.Cells[group[0].Cell].Parameters.Where(pair => pair.Key != Rate)], counts.Count(cell => cell.Trials > 0), fit?.Value));
        }

        return [.. found.OrderBy(transition => transition.Fit?.R50.Value?.Value ?? double.PositiveInfinity)];
    }

    /// <summary>Cells that differ in their rate alone, at least two of them.</summary>
    internal static IEnumerable<IReadOnlyList<CellSummary>> Groups(SweepPlan plan, IReadOnlyList<CellSummary> cells) =>
        from cell in cells
        where Value(plan, cell) is not null
        group cell by Common(plan, cell) into curve
        where curve.Select(cell => Value(plan, cell)).Distinct().Count() > 1
        select (IReadOnlyList<CellSummary>)[.. curve];

    /// <summary>A value with its interval, in words that say what is not known.</summary>
    public static string Told(Estimate estimate) => Told(estimate.Value?.Value, estimate.Lower?.Value, estimate.Upper?.Value);

    /// <summary>A value with its interval, in words that say what is not known (null).</summary>
    public static string Told(double? value, double? lower, double? upper)
    {
        string Number(double value) => value.ToString("G4", CultureInfo.InvariantCulture);
        string interval = (lower, upper) switch
        {
            (null, null) => "not known",
            (null, { } most) => $"at most {Number(most)}",
            ({ } least, null) => $"at least {Number(least)}",
            ({ } least, { } most) => $"{Number(least)} to {Number(most)}",
        };
        return value is { } known ? $"{Number(known)} ({interval})" : interval;
    }

    private static string? Value(SweepPlan plan, CellSummary cell) => plan.Cells[cell.Cell].Parameters.FirstOrDefault(pair => pair.Key == Rate).Value;

    private static string Common(SweepPlan plan, CellSummary cell) =>
        string.Join(", ", plan.Cells[cell.Cell].Parameters.Where(pair => pair.Key != Rate).Select(pair => $"{pair.Key}={pair.Value}"));
}
