using Inversion.Verify;

namespace Inversion.Sweeps;

/// <summary>Whether a cell's success rate is another one than the plan's threshold.</summary>
/// <param name="PValue">Against the rate being the threshold; at most α exactly where the cell's limits, had they the confidence 1 − α, left the threshold out.
/// NaN without trials.</param>
/// <param name="Adjusted">Adjusted after Holm for all cells of the plan: calling the rates of all cells with at most α different from the threshold is wrong anywhere
/// with probability at most α.</param>
/// <remarks>Under a rule that stops cells the p-values hold whenever it stops. A p-value says nothing for a rate being the threshold.</remarks>
public sealed record RateComparison(double PValue, double Adjusted)
{
    /// <summary>The comparisons of all cells; empty where the plan has no threshold.</summary>
    public static IReadOnlyList<RateComparison> Of(SweepPlan plan, IReadOnlyList<CellSummary> cells)
    {
        if (plan.Threshold is not { } threshold)
        {
            return [];
        }

        double[] values = [.. cells.Select(cell => plan.Stop.IsActive
            ? RateTest.sequential(cell.Successes, cell.Undecided, cell.Trials, threshold)
            : RateTest.fixedSize(cell.Successes, cell.Undecided, cell.Trials, threshold))];
        return [.. values.Zip(Holm.adjusted(values), (value, adjusted) => new RateComparison(value, adjusted))];
    }
}
