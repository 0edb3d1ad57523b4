using Inversion.Numerics;

namespace Inversion.Solving;

/// <inheritdoc cref="LBfgs"/>
internal sealed class LBfgsStepper(Objective objective, int memory) : Stepper(objective)
{
    private const double SufficientShare = 1e-4;
    private const double CurvatureShare = 0.9;
    private readonly double[][] steps = [.. Enumerable.Range(0, memory).Select(_ => new double[objective.Dimension])];
    private readonly double[][] changes = [.. Enumerable.Range(0, memory).Select(_ => new double[objective.Dimension])];
    private readonly double[] inverses = new double[memory];
    private readonly double[] weights = new double[memory];
    private readonly double[] product = new double[objective.Count];
    private readonly double[] direction = new double[objective.Dimension];
    private readonly double[] trial = new double[objective.Dimension];
    private readonly double[] gradient = new double[objective.Dimension];
    private int stored;
    private int newest = -1;

    public override StepOutcome Step(Iterate at)
    {
        StepOutcome outcome = Attempt(at);
        if (outcome == StepOutcome.NoDescent && stored > 0)
        {
            // The remembered curvature misled; along the gradient itself a step may still help.
            Forget();
            outcome = Attempt(at);
        }

        return outcome;
    }

    public override void Forget() => (stored, newest) = (0, -1);

    private StepOutcome Attempt(Iterate at)
    {
        // The product that sets the first length, a trial, and the gradient where it lands.
        if (!Objective.Affords(Objective.CostOfLoading(at.Latent) + 1 + 1 + 2))
        {
            return StepOutcome.OutOfBudget;
        }

        double slope = SetDirection(at);
        return slope < 0 && double.IsFinite(slope) ? Search(at, slope) : StepOutcome.NoDescent;
    }

    private StepOutcome Search(Iterate at, double slope)
    {
        double low = 0;
        double high = double.PositiveInfinity;
        double length = 1;
        while (GradientDescentStepper.Move(at.Latent, length, direction, trial))
        {
            Objective.Round(trial);
            if (!Objective.Affords(1 + 2))
            {
                return StepOutcome.OutOfBudget;
            }

            double value = Objective.Value(trial);
            if (!(value <= at.Value + (SufficientShare * length * slope)))
            {
                high = length;
            }
            else
            {
                Objective.Gradient(trial, gradient);
                if (Vectors.Dot<double>(gradient, direction) >= CurvatureShare * slope || high - low <= 1e-9 * high)
                {
                    Remember(at);
                    at.MoveTo(trial, value);
                    gradient.CopyTo(at.Gradient, 0);
                    at.AcceptGradient();
                    return StepOutcome.Moved;
                }

                low = length;
            }

            length = double.IsInfinity(high) ? 2 * low : (low + high) / 2;
            if (!double.IsFinite(length))
            {
                break;
            }
        }

        return StepOutcome.NoDescent;
    }

    private double SetDirection(Iterate at)
    {
        at.Gradient.CopyTo(direction, 0);
        for (int k = 0; k < stored; k++)
        {
            int i = Index(k);
            weights[i] = inverses[i] * Vectors.Dot<double>(steps[i], direction);
            Vectors.AddScaled(-weights[i], changes[i], direction);
        }

        double scale = stored > 0
            ? 1 / (inverses[newest] * Vectors.SquaredNorm<double>(changes[newest]))
            : GradientDescentStepper.FirstLength(Objective, at, product);
        Vectors.Scale(scale, direction);
        for (int k = stored - 1; k >= 0; k--)
        {
            int i = Index(k);
            double correction = weights[i] - (inverses[i] * Vectors.Dot<double>(changes[i], direction));
            Vectors.AddScaled(correction, steps[i], direction);
        }

        Vectors.Scale(-1, direction);
        return Vectors.Dot<double>(direction, at.Gradient);
    }

    private void Remember(Iterate from)
    {
        int next = (newest + 1) % memory;
        for (int i = 0; i < trial.Length; i++)
        {
            steps[next][i] = trial[i] - from.Latent[i];
            changes[next][i] = gradient[i] - from.Gradient[i];
        }

        double curvature = Vectors.Dot<double>(steps[next], changes[next]);
        double size = Vectors.Norm<double>(steps[next]) * Vectors.Norm<double>(changes[next]);
        if (curvature > Objective.UnitRoundoff * size)
        {
            inverses[next] = 1 / curvature;
            newest = next;
            stored = Math.Min(stored + 1, memory);
        }
    }

    private int Index(int age) => (newest - age + memory) % memory;
}
