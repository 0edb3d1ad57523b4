using Inversion.Verify;

namespace Inversion.Sweeps;

/// <summary>When a cell needs no more trials. Looked at after every <see cref="Block"/> trials, in the trials' order, so that what is stopped where
/// depends neither on threads nor on interruptions.</summary>
/// <param name="Width">Stop when the rate's confidence sequence is no wider; null for no such limit.</param>
/// <param name="Threshold">Stop when the confidence sequence lies on one side of this rate; null for none.</param>
/// <param name="Confidence">The confidence of the sequence, over all times together.</param>
public sealed record StopRule(double? Width, double? Threshold, double Confidence)
{
    /// <summary>Trials between two looks.</summary>
    public const int Block = 32;

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

    /// <summary>Limits of the success rate, for which undecided trials count as failures in the lower one and as successes in the upper one. Each gets half of the error.</summary>
    /// <returns>Clopper and Pearson's limits for a rule that never stops; else those of a confidence sequence, which hold whenever one stops. 0 and 1 without trials.</returns>
    public (double Lower, double Upper) Limits(int successes, int undecided, int trials)
    {
        double each = 1 - ((1 - Confidence) / 2);
        if (trials == 0)
        {
            return (0, 1);
        }

        if (!IsActive)
        {
            return (Statistics.rateLower(successes, trials, each), Statistics.rateUpper(successes + undecided, trials, each));
        }

        (double lower, _) = ConfidenceSequence.rate(successes, trials, each);
        (_, double upper) = ConfidenceSequence.rate(successes + undecided, trials, each);
        return (lower, upper);
    }
}
