namespace Inversion.Solving;

/// <summary>One algorithm at work: its memory for one run. The driver owns the loop and the reasons to stop.</summary>
internal abstract class Stepper(Objective objective)
{
    /// <summary>J.</summary>
    protected Objective Objective { get; } = objective;

    /// <summary>Learns J and its first derivative at a code. False, with nothing changed, when the budget does not allow it.</summary>
    public virtual bool Linearize(Iterate at)
    {
        if (at.HasGradient)
        {
            return true;
        }

        if (!Objective.Affords(Objective.CostOfLoading(at.Latent) + 2))
        {
            return false;
        }

        Objective.Gradient(at.Latent, at.Gradient);
        at.AcceptGradient();
        return true;
    }

    /// <summary>Moves a linearized iterate one step, to a code where J is known. Unless it answers Moved, the iterate is as it was.</summary>
    public abstract StepOutcome Step(Iterate at);

    /// <summary>Forgets what was learned along the way: the code has jumped.</summary>
    public virtual void Forget()
    {
    }
}
