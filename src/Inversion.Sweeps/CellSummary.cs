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
    /// <summary>Trials done.</summary>
    public int Trials => Successes + Failures + Undecided;

    /// <summary>Successes among the trials; NaN without any.</summary>
    public double Rate => Trials == 0 ? double.NaN : (double)Successes / Trials;

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
            while (isMore && outcomes.Current.Cell == cell)
            {
                counts[(int)outcomes.Current.Result]++;
                work += outcomes.Current.Work;
                if (!double.IsNaN(outcomes.Current.Value))
                {
                    values.Add(outcomes.Current.Value);
                }

                isMore = outcomes.MoveNext();
            }

            (double lower, double upper) = plan.Stop.Limits(counts[(int)TrialResult.Success], counts[(int)TrialResult.Undecided], counts.Sum());
            values.Sort();
            double median = values.Count == 0 ? double.NaN : 0.5 * (values[(values.Count - 1) / 2] + values[values.Count / 2]);
            cells.Add(new CellSummary(
                cell, counts[(int)TrialResult.Success], counts[(int)TrialResult.Failure], counts[(int)TrialResult.Undecided], lower, upper, median, work, seconds[cell]));
        }

        return cells;
    }
}
