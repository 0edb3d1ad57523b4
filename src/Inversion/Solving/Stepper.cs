namespace Inversion.Solving;

/// <summary>
/// One algorithm at work: its memory for one run. The driver owns the loop and the reasons to stop. A step is a chain of requests: the
/// first from <see cref="Step"/>, each later one from <see cref="Resume"/> once the one before has been answered, until none is wanted.
/// </summary>
internal abstract class Stepper(Objective objective)
{
    /// <summary>What became of the last step.</summary>
    public StepOutcome Outcome { get; private set; }

    /// <summary>J.</summary>
    protected Objective Objective { get; } = objective;

    /// <summary>Work of learning the first derivative at the loaded code, in thirds.</summary>
    protected virtual int LinearizationCost => 2;

    /// <summary>True when the first derivative at a code is known, or the budget allows to learn it.</summary>
    public bool CanLinearize(Iterate at) => at.HasGradient || Objective.Affords(Objective.CostOfLoading(at.Latent) + LinearizationCost);

    /// <summary>Begins to learn the first derivative at a code where J is known.</summary>
    public virtual Request Linearize(Iterate at) => at.HasGradient ? default : Request.Gradient(at.Latent, at.Gradient);

    /// <summary>Goes on learning once a request has been answered; when none is wanted, the iterate has its gradient.</summary>
    public virtual Request ResumeLinearize(Iterate at, Evaluation answered)
    {
        at.AcceptGradient();
        return default;
    }

    /// <summary>Begins to move a linearized iterate one step, to a code where J is known. Unless it ends as Moved, the iterate is as it was.</summary>
    public abstract Request Step(Iterate at);

    /// <summary>Goes on with the step once a request has been answered.</summary>
    public abstract Request Resume(Iterate at, Evaluation answered);

    /// <summary>Forgets what was learned along the way: the code has jumped.</summary>
    public virtual void Forget()
    {
    }

    /// <summary>Ends the step.</summary>
    protected Request End(StepOutcome outcome)
    {
        Outcome = outcome;
        return default;
    }
}
