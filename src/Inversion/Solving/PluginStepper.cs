namespace Inversion.Solving;

/// <inheritdoc cref="Plugin"/>
internal sealed class PluginStepper(Objective objective, double length) : Stepper(objective)
{
    private readonly double[] direction = new double[objective.Dimension];
    private readonly double[] trial = new double[objective.Dimension];
    private double current = length;
    private double ceiling = double.NaN;

    /// <summary>Takes the unmasked backward pass for the gradient: where it vanishes, the method stands still.</summary>
    public override Request Linearize(Iterate at) => Request.UnmaskedGradient(at.Latent, direction);

    public override Request ResumeLinearize(Iterate at, Evaluation answered)
    {
        direction.CopyTo(at.Gradient, 0);
        return base.ResumeLinearize(at, answered);
    }

    public override Request Step(Iterate at)
    {
        ceiling = double.IsNaN(ceiling) ? at.Value : ceiling;
        return Try(at);
    }

    public override Request Resume(Iterate at, Evaluation answered)
    {
        double value = Objective.Answer;
        if (value <= ceiling)
        {
            at.MoveTo(trial, value);
            return End(StepOutcome.Moved);
        }

        current /= 2;
        return Try(at);
    }

    public override void Forget() => ceiling = double.NaN;

    private Request Try(Iterate at)
    {
        if (!GradientDescentStepper.Move(at.Latent, -current, direction, trial))
        {
            return End(StepOutcome.NoDescent);
        }

        Objective.Round(trial);
        return Objective.Affords(1 + 2) ? Request.Value(trial) : End(StepOutcome.OutOfBudget);
    }
}
