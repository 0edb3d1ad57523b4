using Inversion.Numerics;

namespace Inversion.Solving;

/// <inheritdoc cref="Adam"/>
internal sealed class AdamStepper(Objective objective, double rate) : Stepper(objective)
{
    private const double FirstDecay = 0.9;
    private const double SecondDecay = 0.999;
    private const double RelativeEpsilon = 1e-8;
    private readonly double[] first = new double[objective.Dimension];
    private readonly double[] second = new double[objective.Dimension];
    private readonly double[] trial = new double[objective.Dimension];
    private double size;
    private int count;

    public override Request Step(Iterate at)
    {
        if (!Objective.Affords(1 + 2))
        {
            return End(StepOutcome.OutOfBudget);
        }

        if (size == 0)
        {
            double norm = Vectors.Norm<double>(at.Latent);
            size = norm > 0 ? norm / Math.Sqrt(Objective.Dimension) : 1;
        }

        count++;
        double largest = 0;
        for (int i = 0; i < first.Length; i++)
        {
            double g = at.Gradient[i];
            first[i] = (FirstDecay * first[i]) + ((1 - FirstDecay) * g);
            second[i] = (SecondDecay * second[i]) + ((1 - SecondDecay) * g * g);
            largest = Math.Max(largest, second[i]);
        }

        double firstCorrection = 1 - Math.Pow(FirstDecay, count);
        double secondCorrection = Math.Sqrt(1 - Math.Pow(SecondDecay, count));
        double epsilon = RelativeEpsilon * Math.Sqrt(largest);
        for (int i = 0; i < first.Length; i++)
        {
            double spread = Math.Sqrt(second[i]) + epsilon;
            double step = spread > 0 ? first[i] / firstCorrection * secondCorrection / spread : 0;
            trial[i] = at.Latent[i] - (rate * size * step);
        }

        Objective.Round(trial);
        return Request.Value(trial);
    }

    public override Request Resume(Iterate at, Evaluation answered)
    {
        at.MoveTo(trial, Objective.Answer);
        return End(StepOutcome.Moved);
    }

    public override void Forget()
    {
        Array.Clear(first);
        Array.Clear(second);
        count = 0;
    }
}
