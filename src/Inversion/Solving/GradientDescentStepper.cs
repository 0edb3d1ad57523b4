using Inversion.Numerics;

namespace Inversion.Solving;

/// <inheritdoc cref="GradientDescent"/>
internal sealed class GradientDescentStepper(Objective objective) : Stepper(objective)
{
    private const double SufficientShare = 1e-4;
    private readonly double[] product = new double[objective.Count];
    private readonly double[] trial = new double[objective.Dimension];
    private double length;

    /// <summary>The step length that minimizes the linearized risk along the gradient, or Polyak's for a least value of 0 where the product is no guide (on a kink); 0 where the squared gradient underflows.</summary>
    /// <param name="at">Linearized.</param>
    /// <param name="product">A DG(z; ∇J).</param>
    public static double FirstLength(Iterate at, double[] product)
    {
        double squared = at.GradientNorm * at.GradientNorm;
        double length = squared / Vectors.SquaredNorm<double>(product);
        if (double.IsFinite(length) && length > 0)
        {
            return length;
        }

        double polyak = 2 * at.Value / squared;
        return double.IsFinite(polyak) ? polyak : 0;
    }

    /// <summary>to ← from + t direction; false when t is 0 or not finite, or rounding leaves it at from.</summary>
    public static bool Move(ReadOnlySpan<double> from, double t, ReadOnlySpan<double> direction, Span<double> to)
    {
        from.CopyTo(to);
        Vectors.AddScaled(t, direction, to);
        return t != 0 && double.IsFinite(t) && !from.SequenceEqual(to);
    }

    public override Request Step(Iterate at) =>
        // The product, a trial, and the gradient where it lands.
        Objective.Affords(Objective.CostOfLoading(at.Latent) + 1 + 1 + 2)
            ? Request.JacobianProducts(at.Latent, at.Gradient, product, 1)
            : End(StepOutcome.OutOfBudget);

    public override Request Resume(Iterate at, Evaluation answered)
    {
        if (answered == Evaluation.JacobianProducts)
        {
            length = FirstLength(at, product);
            return Try(at);
        }

        double value = Objective.Answer;
        if (value <= at.Value - (SufficientShare * length * (at.GradientNorm * at.GradientNorm)))
        {
            at.MoveTo(trial, value);
            return End(StepOutcome.Moved);
        }

        length /= 2;
        return Try(at);
    }

    private Request Try(Iterate at)
    {
        if (!Move(at.Latent, -length, at.Gradient, trial))
        {
            return End(StepOutcome.NoDescent);
        }

        Objective.Round(trial);
        return Objective.Affords(1 + 2) ? Request.Value(trial) : End(StepOutcome.OutOfBudget);
    }
}
