namespace Inversion.Risk;

/// <summary>
/// Work spent, in gradient evaluations: a value with gradient counts 1, a forward pass or a Jacobian–vector product ⅓, a backward pass ⅔.
/// Kept in whole thirds, so that sums are exact.
/// </summary>
/// <threadsafety>One thread at a time.</threadsafety>
public sealed class EvaluationCount
{
    /// <summary>Work in thirds of a gradient evaluation.</summary>
    public long Thirds { get; private set; }

    /// <summary>Work in gradient evaluations.</summary>
    public double Gradients => Thirds / 3.0;

    internal void AddForward(int count) => Thirds += count;

    internal void AddTangent(int count) => Thirds += count;

    internal void AddBackward(int count) => Thirds += 2L * count;

    internal void AddGradient(int count) => Thirds += 3L * count;
}
