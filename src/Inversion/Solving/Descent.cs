using Inversion.Numerics;

namespace Inversion.Solving;

/// <summary>One run of one algorithm from one start, a step at a time: the loop that every algorithm shares.</summary>
internal sealed class Descent
{
    private readonly Objective objective;
    private readonly SolveOptions options;
    private readonly Stepper stepper;
    private readonly SignSearch? signs;
    private readonly Iterate current;
    private readonly Iterate best;
    private readonly double[] previous;
    private readonly double[] history;
    private readonly double residualLimit;
    private readonly long spentBefore;
    private StepOutcome outcome;
    private double largestNorm;
    private double stepNorm = double.PositiveInfinity;

    public Descent(Objective objective, SolveOptions options, ReadOnlySpan<double> start)
    {
        this.objective = objective;
        this.options = options;
        stepper = options.Method.Begin(objective);
        signs = options.SignFlip == SignFlip.None ? null : new SignSearch(objective, options.SignFlip);
        current = new Iterate(objective.Dimension);
        best = new Iterate(objective.Dimension);
        previous = new double[objective.Dimension];
        history = new double[options.StagnationWindow];
        double tolerance = options.ResidualTolerance ?? objective.RoundingLevel;
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

    /// <summary>J at the current code.</summary>
    public double Value => current.Value;

    /// <summary>Smallest J seen.</summary>
    public double BestValue => best.Value;

    /// <summary>The code of the smallest J seen.</summary>
    public ReadOnlySpan<double> BestLatent => best.Latent;

    /// <summary>Evaluates the start and judges it.</summary>
    public void Begin(CancellationToken cancellation)
    {
        outcome = objective.Affords(1) ? StepOutcome.Moved : StepOutcome.OutOfBudget;
        if (outcome == StepOutcome.Moved)
        {
            current.Value = objective.Value(current.Latent);
        }

        Judge(cancellation);
    }

    /// <summary>Takes one step and judges where it led. Does nothing once the run has ended.</summary>
    public void Advance(CancellationToken cancellation)
    {
        if (Status is not null)
        {
            return;
        }

        current.Latent.CopyTo(previous, 0);
        outcome = signs is null ? StepOutcome.Moved : FlipSigns(signs);
        outcome = outcome == StepOutcome.Moved ? stepper.Step(current) : outcome;
        if (outcome == StepOutcome.Moved)
        {
            Iterations++;
            Vectors.AddScaled(-1, current.Latent, previous);
            stepNorm = Vectors.Norm<double>(previous);
        }

        Judge(cancellation);
    }

    /// <summary>What has been found so far.</summary>
    public SolveResult ToResult() => new()
    {
        Latent = [.. best.Latent],
        Value = best.Value,
        GradientNorm = best.GradientNorm,
        RelativeResidual = objective.ObservedNorm > 0 ? (double.IsNaN(best.ResidualNorm) ? Math.Sqrt(2 * best.Value) : best.ResidualNorm) / objective.ObservedNorm : double.NaN,
        Iterations = Iterations,
        Evaluations = (objective.Spent - spentBefore) / 3.0,
        Status = Status ?? SolveStatus.NotRun,
    };

    private StepOutcome FlipSigns(SignSearch search)
    {
        StepOutcome flipped = search.Improve(current, out bool changed);
        if (!changed)
        {
            return flipped;
        }

        stepper.Forget();
        KeepBest();
        return flipped == StepOutcome.Moved && stepper.Linearize(current) ? StepOutcome.Moved : StepOutcome.OutOfBudget;
    }

    private void Judge(CancellationToken cancellation)
    {
        bool evaluated = !double.IsNaN(current.Value) || outcome == StepOutcome.Moved;
        if (evaluated && double.IsNaN(current.ResidualNorm) && objective.Affords(objective.CostOfLoading(current.Latent)))
        {
            current.ResidualNorm = objective.ResidualNorm(current.Latent);
        }

        bool solved = current.ResidualNorm <= residualLimit && objective.Count > 0;
        largestNorm = Math.Max(largestNorm, Vectors.Norm<double>(current.Latent));
        if (outcome == StepOutcome.Moved && !solved && double.IsFinite(current.Value) && !stepper.Linearize(current))
        {
            outcome = StepOutcome.OutOfBudget;
        }

        KeepBest();
        Status =
            evaluated && (!double.IsFinite(current.Value) || (current.HasGradient && !double.IsFinite(current.GradientNorm))) ? SolveStatus.NonFinite
            : objective.Count == 0 ? SolveStatus.NothingObserved
            : solved ? SolveStatus.ResidualSmall
            : current.HasGradient && current.GradientNorm * largestNorm <= 2 * options.GradientTolerance * current.Value ? SolveStatus.GradientSmall
            : outcome == StepOutcome.NoDescent || stepNorm <= options.StepTolerance * largestNorm ? SolveStatus.StepSmall
            : cancellation.IsCancellationRequested ? SolveStatus.Cancelled
            : Stagnates() ? SolveStatus.Stagnated
            : Iterations >= options.MaxIterations ? SolveStatus.IterationLimit
            : outcome == StepOutcome.OutOfBudget ? SolveStatus.BudgetExhausted
            : null;
    }

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
