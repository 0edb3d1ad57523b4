using System.Collections.Immutable;

namespace Inversion.Solving;

/// <summary>What a solver found: always the best code that it has seen, whatever stopped it.</summary>
public sealed record SolveResult
{
    /// <summary>The code with the smallest J seen, n0 entries; the start if J was never finite.</summary>
    public required ImmutableArray<double> Latent { get; init; }

    /// <summary>J there; NaN if it could not be evaluated.</summary>
    public required double Value { get; init; }

    /// <summary>‖∇J‖ there (for PLUGIn, the norm of its unmasked backward pass); NaN if it was not needed.</summary>
    public required double GradientNorm { get; init; }

    /// <summary>‖A G(z) − y‖/‖y‖ there; NaN when y = 0.</summary>
    public required double RelativeResidual { get; init; }

    /// <summary>Steps taken; 0 when the start itself decided.</summary>
    public required int Iterations { get; init; }

    /// <summary>Work in gradient evaluations (a forward pass or a Jacobian–vector product counts ⅓).</summary>
    public required double Evaluations { get; init; }

    /// <summary>Why it stopped.</summary>
    public required SolveStatus Status { get; init; }

    /// <summary>True when the code explains the measurements to the asked tolerance.</summary>
    public bool IsSolved => Status == SolveStatus.ResidualSmall;
}
