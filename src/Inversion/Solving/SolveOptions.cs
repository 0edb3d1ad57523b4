using Inversion.Numerics;

namespace Inversion.Solving;

/// <summary>What to minimize with, and when to stop. Every tolerance is relative: none depends on the scale of the network or of its codes.</summary>
public sealed record SolveOptions
{
    private readonly double budget = double.PositiveInfinity;
    private readonly int maxIterations = 1000;
    private readonly double? residualTolerance;
    private readonly double gradientTolerance = 1e-10;
    private readonly double stepTolerance;
    private readonly int stagnationWindow;
    private readonly double stagnationFactor = 0.5;

    /// <summary>The algorithm.</summary>
    public SolverMethod Method { get; init; } = new GaussNewton();

    /// <summary>Most steps taken; 0 evaluates the start alone.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is negative.</exception>
    public int MaxIterations
    {
        get => maxIterations;
        init => maxIterations = Guard.AtLeast(value, 0, nameof(MaxIterations));
    }

    /// <summary>Most work in gradient evaluations, as <see cref="Risk.EvaluationCount"/> counts; never exceeded. Infinite by default.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is negative or NaN.</exception>
    public double Budget
    {
        get => budget;
        init => budget = Guard.Within(value, 0, double.PositiveInfinity, nameof(Budget));
    }

    /// <summary>
    /// τ in the test ‖A G(z) − y‖ ≤ τ‖y‖. Null (the default) means the rounding level of G: γ_K = K u/(1 − K u), K the number of
    /// roundings on the longest path through the network, u the unit roundoff; below it the residual says nothing more.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">It is negative, infinite or NaN.</exception>
    public double? ResidualTolerance
    {
        get => residualTolerance;
        init => residualTolerance = value is double given ? Guard.Within(given, 0, double.MaxValue, nameof(ResidualTolerance)) : null;
    }

    /// <summary>τ in the test ‖∇J(z)‖ s ≤ 2τ J(z), s the largest norm of a code so far.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is negative, infinite or NaN.</exception>
    public double GradientTolerance
    {
        get => gradientTolerance;
        init => gradientTolerance = Guard.Within(value, 0, double.MaxValue, nameof(GradientTolerance));
    }

    /// <summary>τ in the test ‖step‖ ≤ τ s, s the largest norm of a code so far. 0 by default: only a step of exactly nothing is small.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is negative, infinite or NaN.</exception>
    public double StepTolerance
    {
        get => stepTolerance;
        init => stepTolerance = Guard.Within(value, 0, double.MaxValue, nameof(StepTolerance));
    }

    /// <summary>Number of steps over which J must fall by <see cref="StagnationFactor"/>; 0 (the default) never gives up.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is negative.</exception>
    public int StagnationWindow
    {
        get => stagnationWindow;
        init => stagnationWindow = Guard.AtLeast(value, 0, nameof(StagnationWindow));
    }

    /// <summary>f in the test J(z_k) &gt; f J(z_{k − window}).</summary>
    /// <exception cref="ArgumentOutOfRangeException">It lies outside [0, 1], or is NaN.</exception>
    public double StagnationFactor
    {
        get => stagnationFactor;
        init => stagnationFactor = Guard.Within(value, 0, 1, nameof(StagnationFactor));
    }

    /// <summary>Signs to try before every step.</summary>
    public SignFlip SignFlip { get; init; } = SignFlip.None;
}
