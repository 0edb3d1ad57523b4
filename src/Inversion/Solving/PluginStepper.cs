namespace Inversion.Solving;

/// <inheritdoc cref="Plugin"/>
internal sealed class PluginStepper(Objective objective, double length) : Stepper(objective)
{
    private readonly double[] direction = new double[objective.Dimension];
    private readonly double[] trial = new double[objective.Dimension];
    private double current = length;
    private double ceiling = double.NaN;

    /// <summary>Takes the unmasked backward pass for the gradient: where it vanishes, the method stands still.</summary>
    public override bool Linearize(Iterate at)
    {
        if (!Objective.Affords(Objective.CostOfLoading(at.Latent) + 2))
        {
            return false;
        }

        Objective.UnmaskedGradient(at.Latent, direction);
        direction.CopyTo(at.Gradient, 0);
        at.AcceptGradient();
        return true;
    }

    public override StepOutcome Step(Iterate at)
    {
        ceiling = double.IsNaN(ceiling) ? at.Value : ceiling;
        while (GradientDescentStepper.Move(at.Latent, -current, direction, trial))
        {
            Objective.Round(trial);
            if (!Objective.Affords(1 + 2))
            {
                return StepOutcome.OutOfBudget;
            }

            double value = Objective.Value(trial);
            if (value <= ceiling)
            {
                at.MoveTo(trial, value);
                return StepOutcome.Moved;
            }

            current /= 2;
        }

        return StepOutcome.NoDescent;
    }

    public override void Forget() => ceiling = double.NaN;
}
