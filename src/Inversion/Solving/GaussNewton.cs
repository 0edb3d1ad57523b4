using Inversion.Numerics;

namespace Inversion.Solving;

/// <summary>
/// Gauss–Newton with Levenberg–Marquardt damping: the step solves (JᵀJ + λ diag(JᵀJ)) s = −Jᵀ(A G(z) − y), J = A DG(z).
/// </summary>
/// <remarks>
/// The damping is relative to the diagonal, so a factor on G or on an entry of the code changes nothing. A step costs n0
/// Jacobian–vector products and one forward pass a trial. Sources: Marquardt, SIAM J. Appl. Math. 11 (1963); the update of λ:
/// Nielsen, report IMM-REP-1999-05, Technical University of Denmark.
/// </remarks>
public sealed record GaussNewton : SolverMethod
{
    private readonly double damping = 1e-3;

    /// <summary>λ of the first step.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is not positive and finite.</exception>
    public double Damping
    {
        get => damping;
        init => damping = Guard.Positive(value, nameof(Damping));
    }

    /// <inheritdoc/>
    public override string Name => "gauss-newton";

    /// <inheritdoc/>
    internal override Func<Objective, Stepper> On(Setting setting) => objective => new GaussNewtonStepper(objective, damping);
}
