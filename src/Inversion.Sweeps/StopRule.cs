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

    /// <summary>True when so many successes and failures, in trials without a choice, settle the question.</summary>
    public bool IsSettled(int successes, int failures)
    {
        if (!IsActive)
        {
            return false;
        }

        (double lower, double upper) = ConfidenceSequence.rate(successes, successes + failures, Confidence);
        return (Width is { } width && upper - lower <= width) || (Threshold is { } threshold && (lower > threshold || upper < threshold));
    }
}
