using System.Collections;

namespace Inversion.Sweeps;

/// <summary>Which trials of a cell are handed out and which are done; under a rule, block after block.</summary>
/// <remarks>Not safe for several threads.</remarks>
internal sealed class CellProgress
{
    private readonly SweepPlan plan;
    private readonly BitArray done;
    private readonly BitArray succeeded;
    private readonly BitArray undecided;
    private readonly int cell;
    private readonly Shard shard;
    private int next;
    private int end;
    private int wanted;

    public CellProgress(SweepPlan plan, int cell, Shard shard)
    {
        this.plan = plan;
        this.cell = cell;
        this.shard = shard;
        done = new BitArray(plan.Trials);
        succeeded = new BitArray(plan.Stop.IsActive ? plan.Trials : 0);
        undecided = new BitArray(plan.Stop.IsActive ? plan.Trials : 0);
        Extend(plan.Stop.IsActive ? Math.Min(StopRule.Block, plan.Trials) : plan.Trials);
    }

    /// <summary>Trials done.</summary>
    public int Done { get; private set; }

    /// <summary>Successes among them.</summary>
    public int Successes { get; private set; }

    /// <summary>Undecided ones among them.</summary>
    public int Undecided { get; private set; }

    /// <summary>Trials that may still be asked for, those that are done included.</summary>
    public int Most { get; private set; }

    /// <summary>Trials that must be done before the rule looks again, or all.</summary>
    public int Wanted => wanted;

    /// <summary>Nothing is left to hand out, now or later.</summary>
    public bool IsOver { get; private set; }

    /// <summary>A trial to do, or null when there is none now.</summary>
    public int? Take()
    {
        while (next < end)
        {
            int trial = next++;
            if (shard.Has(cell, trial, plan.Stop.IsActive) && !done[trial])
            {
                return trial;
            }
        }

        return null;
    }

    /// <summary>Notes an outcome, new or from an earlier run. Trials behind the end of a settled cell are passed over.</summary>
    public void Note(TrialOutcome outcome)
    {
        if (done[outcome.Trial])
        {
            return;
        }

        done[outcome.Trial] = true;
        Done++;
        Successes += outcome.Result == TrialResult.Success ? 1 : 0;
        Undecided += outcome.Result == TrialResult.Undecided ? 1 : 0;
        if (plan.Stop.IsActive)
        {
            succeeded[outcome.Trial] = outcome.Result == TrialResult.Success;
            undecided[outcome.Trial] = outcome.Result == TrialResult.Undecided;
        }

        Settle();
    }

    // The end moves on while all trials before it are done and the question is open.
    private void Settle()
    {
        while (!IsOver && Done >= wanted && AllDone())
        {
            bool isSettled = end == plan.Trials || plan.Stop.IsSettled(Count(succeeded), Count(undecided), end);
            if (isSettled)
            {
                IsOver = true;
                Most = Done;
                return;
            }

            Extend(Math.Min(end + StopRule.Block, plan.Trials));
        }
    }

    private bool AllDone()
    {
        for (int trial = 0; trial < end; trial++)
        {
            if (!done[trial] && shard.Has(cell, trial, plan.Stop.IsActive))
            {
                return false;
            }
        }

        return true;
    }

    private int Count(BitArray bits)
    {
        int count = 0;
        for (int trial = 0; trial < end; trial++)
        {
            count += bits[trial] ? 1 : 0;
        }

        return count;
    }

    private void Extend(int until)
    {
        end = until;
        wanted = Owned(end);
        Most = Owned(plan.Trials);
        Settle();
    }

    private int Owned(int until)
    {
        int owned = 0;
        for (int trial = 0; trial < until; trial++)
        {
            owned += shard.Has(cell, trial, plan.Stop.IsActive) ? 1 : 0;
        }

        return owned;
    }
}
