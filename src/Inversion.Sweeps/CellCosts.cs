namespace Inversion.Sweeps;

/// <summary>What the cells of a plan will cost, told from trials that a run has measured: a pilot, or an earlier part of the same sweep.</summary>
public static class CellCosts
{
    /// <summary>Seconds of one thread that each cell will take: those of a measured trial, times the trials after which the plan's rule stops a cell of the measured shares.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="measured">The run's trials. Its cells are found by their names; it may have others too.</param>
    /// <param name="name">What to call the run in errors.</param>
    /// <returns>The costs, in the order of the plan's cells. A cell without measured trials costs the mean of the others.</returns>
    /// <exception cref="SweepException">A cell of the plan is no cell of the run, or nothing was measured.</exception>
    public static double[] Of(SweepPlan plan, TrialStore measured, string name)
    {
        string[] names = measured.Names();
        double[] seconds = measured.Seconds();
        int[,] counts = new int[names.Length, 3];
        foreach (TrialOutcome outcome in measured.Outcomes())
        {
            counts[outcome.Cell, (int)outcome.Result]++;
        }

        Dictionary<string, int> numbers = names.Select((cell, number) => (cell, number)).ToDictionary(pair => pair.cell, pair => pair.number);
        double[] costs = [.. plan.Cells.Select(cell => numbers.TryGetValue(cell.Name, out int number)
            ? Cost(plan, counts[number, (int)TrialResult.Success], counts[number, (int)TrialResult.Failure], counts[number, (int)TrialResult.Undecided], seconds[number])
            : throw new SweepException($"{name}: its costs are of another grid, without the cell {cell.Name}"))];
        double[] known = [.. costs.Where(double.IsFinite)];
        return known.Length > 0
            ? Array.ConvertAll(costs, cost => double.IsFinite(cost) ? cost : known.Average())
            : throw new SweepException($"{name}: has no trials whose time was measured");
    }

    private static double Cost(SweepPlan plan, int successes, int failures, int undecided, double seconds)
    {
        int trials = successes + failures + undecided;
        return trials == 0 || !(seconds > 0) ? double.NaN : seconds / trials * plan.Stop.Expected(successes, undecided, trials, plan.Trials);
    }
}
