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
    private double slope;
    private double low;
    private double high;
    private double length;
    private double value;

    public override Request Step(Iterate at)
    {
        // The product that sets the first length, a trial, and the gradient where it lands.
        if (!Objective.Affords(Objective.CostOfLoading(at.Latent) + 1 + 1 + 2))
        {
            return End(StepOutcome.OutOfBudget);
        }

        return stored > 0
            ? Search(at, 1 / (inverses[newest] * Vectors.SquaredNorm<double>(changes[newest])))
            : Request.JacobianProducts(at.Latent, at.Gradient, product, 1);
    }

    public override Request Resume(Iterate at, Evaluation answered)
    {
        if (answered == Evaluation.JacobianProducts)
        {
            return Search(at, GradientDescentStepper.FirstLength(at, product));
        }

        if (answered == Evaluation.Value)
        {
            value = Objective.Answer;
            if (value <= at.Value + (SufficientShare * length * slope))
            {
                return Request.Gradient(trial, gradient);
            }

            high = length;
        }
        else if (Vectors.Dot<double>(gradient, direction) >= CurvatureShare * slope || high - low <= 1e-9 * high)
        {
            Remember(at);
            at.MoveTo(trial, value);
            gradient.CopyTo(at.Gradient, 0);
            at.AcceptGradient();
            return End(StepOutcome.Moved);
        }
        else
        {
            low = length;
        }

        length = double.IsInfinity(high) ? 2 * low : (low + high) / 2;
        return Try(at);
    }

    public override void Forget() => (stored, newest) = (0, -1);

    private Request Search(Iterate at, double scale)
    {
        SetDirection(at, scale);
        slope = Vectors.Dot<double>(direction, at.Gradient);
        (low, high, length) = (0, double.PositiveInfinity, 1);
        return slope < 0 && double.IsFinite(slope) ? Try(at) : GiveUp(at);
    }

    private Request Try(Iterate at)
    {
        if (!GradientDescentStepper.Move(at.Latent, length, direction, trial))
        {
            return GiveUp(at);
        }

        Objective.Round(trial);
        return Objective.Affords(1 + 2) ? Request.Value(trial) : End(StepOutcome.OutOfBudget);
    }

    private Request GiveUp(Iterate at)
    {
        if (stored == 0)
        {
            return End(StepOutcome.NoDescent);
        }

        // The remembered curvature misled; along the gradient itself a step may still help.
        Forget();
        return Step(at);
    }

    // H ∇J times −1, H the inverse Hessian that the pairs give on top of the scale.
    private void SetDirection(Iterate at, double scale)
    {
        at.Gradient.CopyTo(direction, 0);
        for (int k = 0; k < stored; k++)
        {
            int i = Index(k);
            weights[i] = inverses[i] * Vectors.Dot<double>(steps[i], direction);
            Vectors.AddScaled(-weights[i], changes[i], direction);
        }

        Vectors.Scale(scale, direction);
        for (int k = stored - 1; k >= 0; k--)
        {
            int i = Index(k);
            double correction = weights[i] - (inverses[i] * Vectors.Dot<double>(changes[i], direction));
            Vectors.AddScaled(correction, steps[i], direction);
        }

        Vectors.Scale(-1, direction);
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
        if (curvature > Objective.Setting.Arithmetic.UnitRoundoff * size)
        {
            inverses[next] = 1 / curvature;
            newest = next;
            stored = Math.Min(stored + 1, memory);
        }
    }

    private int Index(int age) => (newest - age + memory) % memory;
}
