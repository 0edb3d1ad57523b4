namespace Inversion.Solving;

/// <summary>
/// z ← z − t ∇J with backtracking: t starts at the minimizer of the linearized risk along the gradient, t = ‖∇J‖²/‖A DG ∇J‖², and is
/// halved until J falls by 10⁻⁴ t‖∇J‖².
/// </summary>
/// <remarks>
/// One step costs one Jacobian–vector product, one forward pass a trial and one backward pass. The start of t takes the place of the
/// theory's 2^d and holds for every normalization. Source of the condition: Armijo, Pacific J. Math. 16 (1966).
/// </remarks>
public sealed record GradientDescent : SolverMethod
{
    /// <inheritdoc/>
    public override string Name => "gradient-descent";

    /// <inheritdoc/>
    internal override Func<Objective, Stepper> On(Setting setting) => objective => new GradientDescentStepper(objective);
}
