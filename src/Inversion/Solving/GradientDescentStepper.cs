using Inversion.Numerics;

namespace Inversion.Solving;

/// <inheritdoc cref="GradientDescent"/>
internal sealed class GradientDescentStepper(Objective objective) : Stepper(objective)
{
    private const double SufficientShare = 1e-4;
    private readonly double[] product = new double[objective.Count];
    private readonly double[] trial = new double[objective.Dimension];

    /// <summary>The step length that minimizes the linearized risk along the gradient, or Polyak's for a least value of 0 where the product is no guide (on a kink); 0 where the squared gradient underflows.</summary>
    public static double FirstLength(Objective objective, Iterate at, double[] product)
    {
        objective.JacobianProducts(at.Latent, at.Gradient, product, 1);
        double squared = at.GradientNorm * at.GradientNorm;
        double length = squared / Vectors.SquaredNorm<double>(product);
        if (double.IsFinite(length) && length > 0)
        {
            return length;
        }

        double polyak = 2 * at.Value / squared;
        return double.IsFinite(polyak) ? polyak : 0;
    }

    public override StepOutcome Step(Iterate at)
    {
        // The product, a trial, and the gradient where it lands.
        if (!Objective.Affords(Objective.CostOfLoading(at.Latent) + 1 + 1 + 2))
        {
            return StepOutcome.OutOfBudget;
        }

        double squared = at.GradientNorm * at.GradientNorm;
        for (double length = FirstLength(Objective, at, product); ; length /= 2)
        {
            if (!Move(at.Latent, -length, at.Gradient, trial))
            {
                return StepOutcome.NoDescent;
            }

            Objective.Round(trial);
            if (!Objective.Affords(1 + 2))
            {
                return StepOutcome.OutOfBudget;
            }

            double value = Objective.Value(trial);
            if (value <= at.Value - (SufficientShare * length * squared))
            {
                at.MoveTo(trial, value);
                return StepOutcome.Moved;
            }
        }
    }

    /// <summary>to ← from + t direction; false when t is 0 or not finite, or rounding leaves it at from.</summary>
    public static bool Move(ReadOnlySpan<double> from, double t, ReadOnlySpan<double> direction, Span<double> to)
    {
        from.CopyTo(to);
        Vectors.AddScaled(t, direction, to);
        return t != 0 && double.IsFinite(t) && !from.SequenceEqual(to);
    }
}
