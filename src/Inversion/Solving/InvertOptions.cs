using Inversion.Numerics;

namespace Inversion.Solving;

/// <summary>How the code behind measurements is searched for, from many starts.</summary>
public sealed record InvertOptions
{
    private readonly double budget = 1000;
    private readonly int maxStarts = int.MaxValue;
    private readonly int screened = 30;
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

    /// <summary>Random codes that J is looked at before each descent, which starts at the best of them; 1 starts at a random code.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is less than 1.</exception>
    public int Screened
    {
        get => screened;
        init => screened = Guard.AtLeast(value, 1, nameof(Screened));
    }

    /// <summary>Standard deviation of the entries of the codes that starts are drawn from (independent, normal, mean 0).</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is not positive and finite.</exception>
    public double PriorScale
    {
        get => priorScale;
        init => priorScale = Guard.Positive(value, nameof(PriorScale));
    }

    /// <summary>
    /// Where descents start: null (the default) at the best of <see cref="Screened"/> random codes; otherwise where steps on a smoothed G have led,
    /// as long as the budget holds all of them, and then at the best of random ones.
    /// </summary>
    public Smoothing? Smoothing { get; init; }

    /// <summary>The algorithm and its stopping rules for the first descent, and for those after it in turn with <see cref="Second"/>. Its budget is ignored: this record's holds.</summary>
    public SolveOptions Solve { get; init; } = new() { MaxIterations = 100, StagnationWindow = 6, StagnationFactor = 0.5 };

    /// <summary>
    /// Another algorithm for the descents after the first: each is by the one that has worked less so far. Null (the default) for <see cref="Solve"/> alone.
    /// </summary>
    public SolveOptions? Second { get; init; }

    /// <summary>Gauss and Newton's method in turn with L-BFGS.</summary>
    /// <remarks>
    /// Gauss and Newton's steps cost the more the longer the code is, and stand still at kinks of wide ReLU networks, where quasi-Newton steps
    /// go on (Lewis, Overton, Math. Program. 141, 2013); these in turn need many steps where the derivative is nearly of lower rank.
    /// </remarks>
    public static InvertOptions Alternating { get; } = new()
    {
        Second = new SolveOptions { Method = new LBfgs(), MaxIterations = int.MaxValue, StagnationWindow = 60, StagnationFactor = 0.5 },
    };

    /// <summary>The same from starts on a smoothed G: for long codes behind ReLU layers, where descents from random starts end at kinks.</summary>
    public static InvertOptions Smoothed { get; } = Alternating with { Smoothing = new Smoothing() };
}
