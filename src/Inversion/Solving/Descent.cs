using Inversion.Numerics;

namespace Inversion.Solving;

/// <summary>One run of one algorithm from one start: the loop that every algorithm shares.</summary>
internal sealed class Descent : Routine
{
    private readonly SolveOptions options;
    private readonly Stepper stepper;
    private readonly SignSearch? signs;
    private readonly IProgress<SolveProgress>? progress;
    private readonly CancellationToken cancellation;
    private readonly Iterate current;
    private readonly Iterate best;
    private readonly double[] previous;
    private readonly double[] history;
    private readonly double residualLimit;
    private readonly long spentBefore;
    private StepOutcome outcome;
    private double largestNorm;
    private double stepNorm = double.PositiveInfinity;

    /// <param name="objective">J.</param>
    /// <param name="options">When to stop.</param>
    /// <param name="stepper">The algorithm, fresh.</param>
    /// <param name="start">Copied.</param>
    /// <param name="progress">Told of the start and after every step.</param>
    /// <param name="cancellation">Looked at after every step.</param>
    public Descent(
        Objective objective, SolveOptions options, Stepper stepper, ReadOnlySpan<double> start, IProgress<SolveProgress>? progress, CancellationToken cancellation)
        : base(objective)
    {
        this.options = options;
        this.stepper = stepper;
        this.progress = progress;
        this.cancellation = cancellation;
        signs = options.SignFlip == SignFlip.None ? null : new SignSearch(objective, options.SignFlip);
        current = new Iterate(objective.Dimension);
        best = new Iterate(objective.Dimension);
        previous = new double[objective.Dimension];
        history = new double[options.StagnationWindow];
        double tolerance = options.ResidualTolerance ?? objective.Setting.RoundingLevel;
        residualLimit = tolerance * objective.ObservedNorm;
        spentBefore = objective.Spent;
        start.CopyTo(current.Latent);
        objective.Round(current.Latent);
        best.CopyFrom(current);
    }

    /// <summary>Why the run has ended; null while it goes on.</summary>
    public SolveStatus? Status { get; private set; }

    /// <summary>Steps taken.</summary>
    public int Iterations { get; private set; }

    /// <summary>J at the start; NaN before it is known.</summary>
    public double StartValue { get; private set; } = double.NaN;

    private bool IsEvaluated => !double.IsNaN(current.Value) || outcome == StepOutcome.Moved;

    private bool IsSolved => current.ResidualNorm <= residualLimit && Objective.Count > 0;

    private double Evaluations => (Objective.Spent - spentBefore) / 3.0;

    /// <summary>What has been found so far.</summary>
    public SolveResult ToResult() => new()
    {
        Latent = [.. best.Latent],
        Value = best.Value,
        GradientNorm = best.GradientNorm,
        RelativeResidual = Objective.ObservedNorm > 0 ? (double.IsNaN(best.ResidualNorm) ? Math.Sqrt(2 * best.Value) : best.ResidualNorm) / Objective.ObservedNorm : double.NaN,
        Iterations = Iterations,
        Evaluations = Evaluations,
        Status = Status ?? SolveStatus.NotRun,
    };

    /// <inheritdoc/>
    protected override IEnumerator<Request> Run()
    {
        outcome = Objective.Affords(1) ? StepOutcome.Moved : StepOutcome.OutOfBudget;
        if (outcome == StepOutcome.Moved)
        {
            yield return Request.Value(current.Latent);
            current.Value = Objective.Answer;
            StartValue = current.Value;
        }

        while (true)
        {
            if (IsEvaluated && double.IsNaN(current.ResidualNorm) && Objective.Affords(Objective.CostOfLoading(current.Latent)))
            {
                yield return Request.ResidualNorm(current.Latent);
                current.ResidualNorm = Objective.Answer;
            }

            largestNorm = Math.Max(largestNorm, Vectors.Norm<double>(current.Latent));
            for (Request asked = LinearizeUnlessDone(); asked.IsWanted; asked = stepper.ResumeLinearize(current, asked.Kind))
            {
                yield return asked;
            }

            KeepBest();
            Status = Judge();
            progress?.Report(new SolveProgress(Iterations, current.Value, Evaluations));
            if (Status is not null)
            {
                yield break;
            }

            current.Latent.CopyTo(previous, 0);
            outcome = StepOutcome.Moved;
            if (signs is not null)
            {
                for (Request asked = signs.Improve(current); asked.IsWanted; asked = signs.Resume(current, asked.Kind))
                {
                    yield return asked;
                }

                for (Request asked = LinearizeIfFlipped(signs); asked.IsWanted; asked = stepper.ResumeLinearize(current, asked.Kind))
                {
                    yield return asked;
                }
            }

            if (outcome == StepOutcome.Moved)
            {
                for (Request asked = stepper.Step(current); asked.IsWanted; asked = stepper.Resume(current, asked.Kind))
                {
                    yield return asked;
                }

                CountStep();
            }
        }
    }

    private Request LinearizeUnlessDone() =>
        outcome == StepOutcome.Moved && !IsSolved && double.IsFinite(current.Value) ? Linearize() : default;

    private Request LinearizeIfFlipped(SignSearch search)
    {
        outcome = search.Outcome;
        if (!search.Changed)
        {
            return default;
        }

        stepper.Forget();
        KeepBest();
        return Linearize();
    }

    private Request Linearize()
    {
        if (stepper.CanLinearize(current))
        {
            return stepper.Linearize(current);
        }

        outcome = StepOutcome.OutOfBudget;
        return default;
    }

    private void CountStep()
    {
        outcome = stepper.Outcome;
        if (outcome == StepOutcome.Moved)
        {
            Iterations++;
            Vectors.AddScaled(-1, current.Latent, previous);
            stepNorm = Vectors.Norm<double>(previous);
        }
    }

    private SolveStatus? Judge() =>
        IsEvaluated && (!double.IsFinite(current.Value) || (current.HasGradient && !double.IsFinite(current.GradientNorm))) ? SolveStatus.NonFinite
        : Objective.Count == 0 ? SolveStatus.NothingObserved
        : IsSolved ? SolveStatus.ResidualSmall
        : current.HasGradient && current.GradientNorm * largestNorm <= 2 * options.GradientTolerance * current.Value ? SolveStatus.GradientSmall
        : outcome == StepOutcome.NoDescent || stepNorm <= options.StepTolerance * largestNorm ? SolveStatus.StepSmall
        : cancellation.IsCancellationRequested ? SolveStatus.Cancelled
        : Stagnates() ? SolveStatus.Stagnated
        : Iterations >= options.MaxIterations ? SolveStatus.IterationLimit
        : outcome == StepOutcome.OutOfBudget ? SolveStatus.BudgetExhausted
        : null;

    private void KeepBest()
    {
        // A NaN best loses to any number; a NaN current wins against nothing.
        if (current.Value < best.Value || (double.IsNaN(best.Value) && !double.IsNaN(current.Value)) || IsBetterKnown())
        {
            best.CopyFrom(current);
        }
    }

    private bool IsBetterKnown() =>
        current.HasGradient && !best.HasGradient && current.Value == best.Value && current.Latent.AsSpan().SequenceEqual(best.Latent);

    private bool Stagnates()
    {
        if (history.Length == 0)
        {
            return false;
        }

        int slot = Iterations % history.Length;
        bool stagnates = Iterations >= history.Length && !(current.Value <= options.StagnationFactor * history[slot]);
        history[slot] = current.Value;
        return stagnates;
    }
}
