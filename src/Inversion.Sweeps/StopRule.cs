using Inversion.Verify;

namespace Inversion.Sweeps;

/// <summary>When a cell needs no more trials. Looked at after every <see cref="Block"/> trials, in the trials' order, so that what is stopped where
/// depends neither on threads nor on interruptions.</summary>
/// <param name="Width">Stop when the rate's confidence sequence is no wider; null for no such limit.</param>
/// <param name="Threshold">Stop when the confidence sequence lies on one side of this rate; null for none.</param>
/// <param name="Confidence">The confidence of the limits: over all times together, and of all <see cref="Cells"/> together.</param>
public sealed record StopRule(double? Width, double? Threshold, double Confidence)
{
    /// <summary>Trials between two looks.</summary>
    public const int Block = 32;

    /// <summary>How many cells' limits hold together with the confidence (simultaneous limits); 1 where each cell has it alone (pointwise limits).</summary>
    public int Cells { get; init; } = 1;

    /// <summary>The confidence of one cell's limits: the error is split evenly over the cells, as Bonferroni's inequality allows whatever hangs together.</summary>
    public double CellConfidence => 1 - ((1 - Confidence) / Cells);

    /// <summary>All trials are done.</summary>
    public static StopRule None { get; } = new(null, null, 0.95);

    /// <summary>False when it never stops a cell.</summary>
    public bool IsActive => Width is not null || Threshold is not null;

    /// <summary>True when these counts settle the question.</summary>
    public bool IsSettled(int successes, int undecided, int trials)
    {
        if (!IsActive)
        {
            return false;
        }

        (double lower, double upper) = Limits(successes, undecided, trials);
        return (Width is { } width && upper - lower <= width) || (Threshold is { } threshold && (lower > threshold || upper < threshold));
    }

    /// <summary>After about how many trials the rule would stop a cell whose trials came out in just these shares. At least one trial.</summary>
    /// <param name="successes">Successes among the trials.</param>
    /// <param name="undecided">Undecided trials.</param>
    /// <param name="trials">All trials.</param>
    /// <param name="most">The most that the cell may get; the answer for a rule that never stops.</param>
    public int Expected(int successes, int undecided, int trials, int most)
    {
        bool IsOver(int number)
        {
            int good = (int)Math.Round((double)number * successes / trials);
            return number >= most || IsSettled(good, Math.Min(number - good, (int)Math.Round((double)number * undecided / trials)), number);
        }

        // Limits narrow with the trials: doubled until it would be over, then halved between.
        long over = Block;
        while (over < most && !IsOver((int)over))
        {
            over *= 2;
        }

        long open = over == Block ? 0 : over / 2;
        while (over - open > Block)
        {
            long middle = (open + over) / 2 / Block * Block;
            (open, over) = middle >= most || IsOver((int)middle) ? (open, middle) : (middle, over);
        }

        return (int)Math.Min(over, most);
    }

    /// <summary>Limits of the success rate, for which undecided trials count as failures in the lower one and as successes in the upper one.</summary>
    /// <returns>Clopper and Pearson's limits for a rule that never stops, each with half of the error; else those of a confidence sequence, which hold whenever one
    /// stops. 0 and 1 without trials.</returns>
    public (double Lower, double Upper) Limits(int successes, int undecided, int trials)
    {
        if (trials == 0)
        {
            return (0, 1);
        }

        if (!IsActive)
        {
            double each = 1 - ((1 - Confidence) / Cells / 2);
            return (Statistics.rateLower(successes, trials, each), Statistics.rateUpper(successes + undecided, trials, each));
        }

        // Both ends rise with the successes, so that these limits hold those of whatever the undecided trials would have been: the error is spent once.
        (double lower, _) = ConfidenceSequence.rate(successes, trials, CellConfidence);
        (_, double upper) = ConfidenceSequence.rate(successes + undecided, trials, CellConfidence);
        return (lower, upper);
    }
}
