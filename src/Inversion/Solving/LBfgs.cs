using Inversion.Numerics;

namespace Inversion.Solving;

/// <summary>Limited-memory BFGS with a bisecting weak Wolfe search.</summary>
/// <remarks>
/// The first step has the length of <see cref="GradientDescent"/>'s; later ones start at 1. A trial costs a forward pass, and a backward
/// pass where J has fallen enough. Sources: Nocedal, Math. Comp. 35 (1980); Lewis, Overton, Math. Program. 141 (2013), whose search also
/// ends where J has kinks.
/// </remarks>
public sealed record LBfgs : SolverMethod
{
    private readonly int memory = 10;

    /// <summary>Number of remembered pairs.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is less than 1.</exception>
    public int Memory
    {
        get => memory;
        init => memory = Guard.AtLeast(value, 1, nameof(Memory));
    }

    /// <inheritdoc/>
    public override string Name => "l-bfgs";

    /// <inheritdoc/>
    internal override Func<Objective, Stepper> On(Setting setting) => objective => new LBfgsStepper(objective, memory);
}
