namespace Inversion.Sweeps;

/// <summary>Joins the parts of a sweep.</summary>
public static class TrialMerge
{
    private const int Batch = 10_000;

    /// <summary>Adds the trials of parts to a store, those it holds already once.</summary>
    /// <param name="plan">The plan of the whole sweep, as the store has it.</param>
    /// <param name="store">Open for writing.</param>
    /// <param name="parts">Files of trials.</param>
    /// <returns>How many trials each cell still lacks, cells that lack none left out; under a rule, how many it lacks before the rule looks next.</returns>
    /// <exception cref="SweepException">A part is of another plan or version, or two files give different outcomes of one trial.</exception>
    public static IReadOnlyDictionary<int, int> Into(SweepPlan plan, TrialStore store, IReadOnlyList<string> parts)
    {
        foreach (string path in parts)
        {
            using TrialStore part = TrialStore.Read(path);
            if (part.Plan != store.Plan)
            {
                throw new SweepException($"{path}: is a part of another plan; nothing of it was merged");
            }

            if (part.Version != store.Version)
            {
                throw new SweepException($"{path}: was made by version {part.Version}, the others by {store.Version}, whose bits may differ; nothing of it was merged");
            }

            foreach (TrialOutcome[] batch in part.Outcomes().Chunk(Batch))
            {
                store.Add(batch);
            }

            // What was there before must be the same: each trial is drawn from its own address.
            using IEnumerator<TrialOutcome> known = store.Outcomes().GetEnumerator();
            foreach (TrialOutcome outcome in part.Outcomes())
            {
                while (known.MoveNext() && (known.Current.Cell, known.Current.Trial) != (outcome.Cell, outcome.Trial))
                {
                }

                if (known.Current != outcome)
                {
                    throw new SweepException(
                        $"{path}: trial {outcome.Trial} of cell {outcome.Cell} came out otherwise than in a file that was merged before; they are not of one program on like machines");
                }
            }
        }

        CellProgress[] cells = [.. Enumerable.Range(0, plan.Cells.Length).Select(cell => new CellProgress(plan, cell, Shard.Whole))];
        foreach (TrialOutcome outcome in store.Outcomes())
        {
            cells[outcome.Cell].Note(outcome);
        }

        return Enumerable.Range(0, cells.Length).Where(cell => !cells[cell].IsOver).ToDictionary(cell => cell, cell => cells[cell].Wanted - cells[cell].Done);
    }
}
