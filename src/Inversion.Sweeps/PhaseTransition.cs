using System.Globalization;
using Inversion.Randomness;
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

    // Enough for a quantile at 0.999; each draw is a fit of its own.
    private const int Draws = 999;

    /// <summary>The curves of a plan with several rates, by r50; those without one last. Empty for other plans.</summary>
    /// <remarks>
    /// x is the share of outputs that is observed, which a mask of whole positions rounds. Undecided trials count as failures. Intervals
    /// hold each at the plan's confidence; where that is above 0.999 the limit of many trials is used.
    /// </remarks>
    public static IReadOnlyList<PhaseTransition> Of(SweepPlan plan, IReadOnlyList<CellSummary> cells)
    {
        List<PhaseTransition> found = [];
        foreach (IGrouping<string, CellSummary> group in cells.Where(cell => Value(plan, cell) is not null).GroupBy(cell => Common(plan, cell)))
        {
            if (group.Select(cell => Value(plan, cell)).Distinct().Count() < 2)
            {
                continue;
            }

            Tally[] tallies = [.. group.Select(cell => new Tally(plan.Cells[cell.Cell].Observed, cell.Successes, cell.Trials))];
            RandomKey key = plan.Seed.Child("transition").Child(group.Key);
            double confidence = plan.Stop.Confidence;
            FSharpOption<LogisticFit>? fit = confidence <= (double)Draws / (Draws + 1)
                ? LogisticFitModule.calibrated(key, Draws, confidence, tallies)
                : LogisticFitModule.fit(confidence, tallies);
            found.Add(new PhaseTransition(
                [.. plan.Cells[group.First().Cell].Parameters.Where(pair => pair.Key != Rate)], tallies.Count(tally => tally.Trials > 0), fit?.Value));
        }

        return [.. found.OrderBy(transition => transition.Fit?.R50.Value?.Value ?? double.PositiveInfinity)];
    }

    /// <summary>A value with its interval, in words that say what is not known.</summary>
    public static string Told(Estimate estimate)
    {
        string Number(double value) => value.ToString("G4", CultureInfo.InvariantCulture);
        (double? value, double? lower, double? upper) = (estimate.Value?.Value, estimate.Lower?.Value, estimate.Upper?.Value);
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
