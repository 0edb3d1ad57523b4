using Inversion.Numerics;

namespace Inversion.Solving;

/// <inheritdoc cref="GaussNewton"/>
internal sealed class GaussNewtonStepper : Stepper
{
    private const double AcceptedGain = 1e-4;
    private readonly int n;
    private readonly double firstDamping;
    private readonly double[] identity;
    private readonly double[] jacobian;
    private readonly double[] residual;
    private readonly double[] normal;
    private readonly double[] factor;
    private readonly double[] step;
    private readonly double[] trial;
    private double damping;
    private double growth = 2;

    public GaussNewtonStepper(Objective objective, double firstDamping)
        : base(objective)
    {
        n = objective.Dimension;
        this.firstDamping = firstDamping;
        damping = firstDamping;
        identity = new double[n * n];
        for (int i = 0; i < n; i++)
        {
            identity[(i * n) + i] = 1;
        }

        jacobian = new double[checked(n * objective.Count)];
        residual = new double[objective.Count];
        normal = new double[n * n];
        factor = new double[n * n];
        step = new double[n];
        trial = new double[n];
    }

    protected override int LinearizationCost => n;

    public override Request Linearize(Iterate at) =>
        at.HasGradient ? default : Request.JacobianProducts(at.Latent, identity, jacobian, n);

    public override Request ResumeLinearize(Iterate at, Evaluation answered)
    {
        if (answered == Evaluation.JacobianProducts)
        {
            return Request.Residual(at.Latent, residual);
        }

        SymmetricMatrix.Gram(jacobian, n, residual.Length, normal);
        for (int i = 0; i < n; i++)
        {
            at.Gradient[i] = Vectors.Dot<double>(jacobian.AsSpan(i * residual.Length, residual.Length), residual);
        }

        return base.ResumeLinearize(at, answered);
    }

    public override Request Step(Iterate at) => Try(at);

    public override Request Resume(Iterate at, Evaluation answered)
    {
        double value = Objective.Answer;
        double gain = (at.Value - value) / PredictedFall(at);
        if (gain >= AcceptedGain)
        {
            double excess = (2 * gain) - 1;
            damping *= Math.Max(1.0 / 3, 1 - (excess * excess * excess));
            growth = 2;
            at.MoveTo(trial, value);
            return End(StepOutcome.Moved);
        }

        return Dampen() ? Try(at) : End(StepOutcome.NoDescent);
    }

    public override void Forget() => (damping, growth) = (firstDamping, 2);

    private Request Try(Iterate at)
    {
        while (Objective.Affords(1))
        {
            if (Solve(at))
            {
                if (!GradientDescentStepper.Move(at.Latent, -1, step, trial))
                {
                    return End(StepOutcome.NoDescent);
                }

                Objective.Round(trial);
                return Request.Value(trial);
            }

            if (!Dampen())
            {
                return End(StepOutcome.NoDescent);
            }
        }

        return End(StepOutcome.OutOfBudget);
    }

    // ½ sᵀ(λ D s + g): what the linearized risk falls by.
    private double PredictedFall(Iterate at)
    {
        double sum = 0;
        for (int i = 0; i < n; i++)
        {
            sum += step[i] * ((damping * normal[(i * n) + i] * step[i]) + at.Gradient[i]);
        }

        return sum / 2;
    }

    private bool Solve(Iterate at)
    {
        double largest = 0;
        for (int i = 0; i < n; i++)
        {
            largest = Math.Max(largest, normal[(i * n) + i]);
        }

        normal.CopyTo(factor, 0);
        for (int i = 0; i < n; i++)
        {
            // An entry of the code that moves nothing has no diagonal; any positive number keeps it where it is.
            double diagonal = normal[(i * n) + i];
            factor[(i * n) + i] += diagonal > 0 ? damping * diagonal : largest;
        }

        if (!(largest > 0) || !SymmetricMatrix.TryFactor(factor, n))
        {
            return false;
        }

        at.Gradient.CopyTo(step, 0);
        SymmetricMatrix.Solve(factor, n, step);
        return Guard.AllFinite<double>(step);
    }

    private bool Dampen()
    {
        damping *= growth;
        growth *= 2;
        return double.IsFinite(damping) && double.IsFinite(growth);
    }
}
