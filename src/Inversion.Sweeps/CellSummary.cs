using Inversion.Verify;

namespace Inversion.Sweeps;

/// <summary>What the trials of a cell say.</summary>
/// <param name="Cell">Number of the cell.</param>
/// <param name="Successes">Trials that came out well.</param>
/// <param name="Failures">Trials that did not.</param>
/// <param name="Undecided">Trials that came out neither way; they are in no rate, and the limits allow for both.</param>
/// <param name="Lower">Lower limit of the success rate.</param>
/// <param name="Upper">Upper limit.</param>
/// <param name="Median">Median of the measured values; NaN without any.</param>
/// <param name="Work">Work of all trials.</param>
/// <param name="Seconds">Time of all trials, in seconds of one thread; a run that was killed lacks its last moments.</param>
public sealed record CellSummary(int Cell, int Successes, int Failures, int Undecided, double Lower, double Upper, double Median, double Work, double Seconds)
{
    /// <summary>The first trial of each outcome, in the order of <see cref="TrialResult"/>; null without any.</summary>
    public required IReadOnlyList<int?> First { get; init; }

    /// <summary>The trial with the least value, the first of several; null without any.</summary>
    public required int? Least { get; init; }

    /// <summary>The trial with the greatest value.</summary>
    public required int? Greatest { get; init; }

    /// <summary>Trials done.</summary>
    public int Trials => Successes + Failures + Undecided;

    /// <summary>Successes among the trials; NaN without any.</summary>
    public double Rate => Trials == 0 ? double.NaN : (double)Successes / Trials;

    /// <summary>The trial that speaks for a cell that judges a claim: the first that refutes it, else the first that is undecided, else the one with the worst value.</summary>
    /// <param name="claim">The claim's id.</param>
    /// <returns>Null without trials.</returns>
    public int? Worst(string claim) => First[(int)TrialResult.Failure] ?? First[(int)TrialResult.Undecided]
        ?? (Catalogue.isLargerWorse(claim) ? Greatest : Least) ?? First[(int)TrialResult.Success];

    /// <summary>The summaries of all cells, with the limits of the plan's rule.</summary>
    public static IReadOnlyList<CellSummary> Of(SweepPlan plan, TrialStore store)
    {
        double[] seconds = store.Seconds();
        List<CellSummary> cells = [];
        using IEnumerator<TrialOutcome> outcomes = store.Outcomes().GetEnumerator();
        bool isMore = outcomes.MoveNext();
        for (int cell = 0; cell < plan.Cells.Length; cell++)
        {
            int[] counts = new int[3];
            double work = 0;
            List<double> values = [];
            int?[] first = new int?[3];
            (double Value, int? Trial) least = (double.PositiveInfinity, null);
            (double Value, int? Trial) greatest = (double.NegativeInfinity, null);
            while (isMore && outcomes.Current.Cell == cell)
            {
                counts[(int)outcomes.Current.Result]++;
                first[(int)outcomes.Current.Result] ??= outcomes.Current.Trial;
                work += outcomes.Current.Work;
                if (!double.IsNaN(outcomes.Current.Value))
                {
                    values.Add(outcomes.Current.Value);
                    least = outcomes.Current.Value < least.Value ? (outcomes.Current.Value, outcomes.Current.Trial) : least;
                    greatest = outcomes.Current.Value > greatest.Value ? (outcomes.Current.Value, outcomes.Current.Trial) : greatest;
                }

                isMore = outcomes.MoveNext();
            }

            (double lower, double upper) = plan.Stop.Limits(counts[(int)TrialResult.Success], counts[(int)TrialResult.Undecided], counts.Sum());
            values.Sort();
            double median = values.Count == 0 ? double.NaN : 0.5 * (values[(values.Count - 1) / 2] + values[values.Count / 2]);
            cells.Add(new CellSummary(
                cell, counts[(int)TrialResult.Success], counts[(int)TrialResult.Failure], counts[(int)TrialResult.Undecided], lower, upper, median, work, seconds[cell])
            {
                First = first,
                Least = least.Trial,
                Greatest = greatest.Trial,
            });
        }

        return cells;
    }
}
