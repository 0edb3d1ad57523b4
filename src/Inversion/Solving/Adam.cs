using Inversion.Numerics;

namespace Inversion.Solving;

/// <summary>
/// Adam with its rate in units of the code's size: each entry moves by rate · s · m̂/(√v̂ + ε), s the root mean square of the start's
/// entries (1 if the start is 0).
/// </summary>
/// <remarks>
/// ε is relative to the largest √v̂, so that a factor on J changes nothing. One step costs one gradient evaluation.
/// Source: Kingma, Ba, "Adam: a method for stochastic optimization", 2015, algorithm 1.
/// </remarks>
public sealed record Adam : SolverMethod
{
    private readonly double rate = 0.1;

    /// <summary>Step in units of the code's size.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is not positive and finite.</exception>
    public double Rate
    {
        get => rate;
        init => rate = Guard.Positive(value, nameof(Rate));
    }

    /// <inheritdoc/>
    public override string Name => "adam";

    /// <inheritdoc/>
    internal override Func<Objective, Stepper> On(Setting setting) => objective => new AdamStepper(objective, rate);
}
