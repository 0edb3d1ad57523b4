using Inversion.Numerics;

namespace Inversion.Solving;

/// <summary>How the code behind measurements is searched for, from many starts.</summary>
public sealed record InvertOptions
{
    private readonly double budget = 1000;
    private readonly int maxStarts = int.MaxValue;
    private readonly double priorScale = 1;

    /// <summary>Most work for one code in gradient evaluations, everything counted; never exceeded.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is negative or NaN.</exception>
    public double Budget
    {
        get => budget;
        init => budget = Guard.Within(value, 0, double.PositiveInfinity, nameof(Budget));
    }

    /// <summary>Most starts followed; 1 is a single descent from the best of the first screening.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is less than 1.</exception>
    public int MaxStarts
    {
        get => maxStarts;
        init => maxStarts = Guard.AtLeast(value, 1, nameof(MaxStarts));
    }

    /// <summary>Standard deviation of the entries of the codes that starts are drawn from (independent, normal, mean 0).</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is not positive and finite.</exception>
    public double PriorScale
    {
        get => priorScale;
        init => priorScale = Guard.Positive(value, nameof(PriorScale));
    }

    /// <summary>The algorithm and its stopping rules for each descent. Its budget is ignored: this record's holds.</summary>
    public SolveOptions Solve { get; init; } = new() { MaxIterations = 100, StagnationWindow = 6, StagnationFactor = 0.5 };
}
