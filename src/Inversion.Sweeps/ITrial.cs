using Inversion.Randomness;

namespace Inversion.Sweeps;

/// <summary>A question that can be put to chance again and again.</summary>
public interface ITrial
{
    /// <summary>Draws everything from <paramref name="key"/> and answers once.</summary>
    /// <param name="key">The trial's own address: the same key, the same bits.</param>
    /// <param name="cancellation">Looked at now and then.</param>
    /// <returns>How it came out, what was measured, what it took.</returns>
    /// <exception cref="OperationCanceledException">It was cancelled: there is no outcome.</exception>
    (TrialResult Result, double Value, double Work) Run(RandomKey key, CancellationToken cancellation);
}
