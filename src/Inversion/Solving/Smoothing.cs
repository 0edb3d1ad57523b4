using Inversion.Numerics;

namespace Inversion.Solving;

/// <summary>
/// Starts found by Gauss–Newton steps on means of G over codes scattered around the current one, ever closer: kinks and side valleys that
/// are narrower than the scatter are not seen.
/// </summary>
/// <remarks>
/// <para>
/// With ξ_1 … ξ_K normal, in pairs ±ξ, and s the scatter of a step, B = mean of A DG(z + s ξ_k), r = mean of A G(z + s ξ_k) − y, and σ² the mean
/// over measurements and k of the variance about r, the step is −(BᵀB + σ²/s² I)⁻¹ Bᵀ r: the posterior mean of a code with prior
/// N(z, s² I) under the linear model r + B (z' − z) with noise σ². B estimates the derivative of the mean (Stein's lemma), so the steps descend on J
/// of a smoothed G. A step costs K (n0 + 1)/3 gradient evaluations.
/// </para>
/// <para>
/// Source of the idea: graduated optimization by convolution with a Gaussian, e.g. Mobahi, Fisher, "On the link between Gaussian homotopy
/// continuation and convex envelopes", EMMCVPR 2015; the steps and their damping are ours. docs/experiments.md has what they change.
/// </para>
/// </remarks>
/// <threadsafety>Immutable.</threadsafety>
public sealed record Smoothing
{
    private readonly int samples = 6;
    private readonly int steps = 10;
    private readonly double first = 1;
    private readonly double again = 0.5;
    private readonly double last = 0.1;

    /// <summary>K, the codes of a step; even, since they come in pairs.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is less than 2 or odd.</exception>
    public int Samples
    {
        get => samples;
        init => samples = int.IsEvenInteger(Guard.AtLeast(value, 2, nameof(Samples))) ? value : throw new ArgumentOutOfRangeException(nameof(Samples), value, "must be even");
    }

    /// <summary>Number of steps before each descent.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is less than 1.</exception>
    public int Steps
    {
        get => steps;
        init => steps = Guard.AtLeast(value, 1, nameof(Steps));
    }

    /// <summary>Scatter of the first step, in units of <see cref="InvertOptions.PriorScale"/>; it falls by the same factor from step to step.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is not positive and finite.</exception>
    public double FirstScatter
    {
        get => first;
        init => first = Guard.Positive(value, nameof(FirstScatter));
    }

    /// <summary>The same for every second start, which begins at the best code found so far instead of at 0.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is not positive and finite.</exception>
    public double AgainScatter
    {
        get => again;
        init => again = Guard.Positive(value, nameof(AgainScatter));
    }

    /// <summary>Scatter of the last step, in the same units.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is not positive and finite.</exception>
    public double LastScatter
    {
        get => last;
        init => last = Guard.Positive(value, nameof(LastScatter));
    }

    /// <summary>Scatter of a step counted from 0.</summary>
    internal double ScatterOf(int step) => steps == 1 ? first : first * Math.Pow(last / first, (double)step / (steps - 1));
}
