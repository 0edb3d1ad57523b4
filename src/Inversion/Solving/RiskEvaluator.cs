using System.Numerics;
using Inversion.Numerics;
using Inversion.Risk;

namespace Inversion.Solving;

/// <summary>Answers the requests of one instance at once, one after the other.</summary>
internal sealed class RiskEvaluator<T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    private readonly EmpiricalRisk<T> risk;
    private readonly Arithmetic<T> arithmetic;

    public RiskEvaluator(EmpiricalRisk<T> risk)
    {
        this.risk = risk;
        arithmetic = new Arithmetic<T>(risk.LatentDimension);
        Setting setting = new(risk.Engine.Network, risk.Measurement, arithmetic);
        Objective = new Objective(setting, double.CreateTruncating(Vectors.Norm(risk.Observed)), risk.Spent);
    }

    /// <summary>J. The risk counts what is spent on it.</summary>
    public Objective Objective { get; }

    /// <summary>Runs a routine about <see cref="Objective"/> to its end.</summary>
    public void Complete(Routine routine)
    {
        while (routine.Proceed())
        {
            Answer(routine.Wanted);
        }
    }

    private void Answer(in Request request)
    {
        if (Objective.NeedsLoading(request))
        {
            Objective.Answer = double.CreateTruncating(risk.Value(arithmetic.In(request.Latents)));
            Objective.Load(request.Latents);
        }

        Span<double> results = request.Results;
        switch (request.Kind)
        {
            case Evaluation.Values:
                Objective.Unload();
                Span<T> values = arithmetic.Out(results[..request.Count]);
                risk.Values(arithmetic.In(request.Latents.AsSpan(0, request.Count * Objective.Dimension)), values, request.Count);
                Arithmetic<T>.Deliver(values, results);
                break;
            case Evaluation.Gradient or Evaluation.UnmaskedGradient:
                Span<T> gradient = arithmetic.Out(results);
                risk.LastGradient(gradient, masked: request.Kind == Evaluation.Gradient);
                Arithmetic<T>.Deliver(gradient, results);
                break;
            case Evaluation.JacobianProducts:
                Span<T> products = arithmetic.Out(results);
                risk.LastJacobianProducts(arithmetic.In(request.Directions), products, request.Count);
                Arithmetic<T>.Deliver(products, results);
                break;
            case Evaluation.Residual:
                Arithmetic<T>.Widen(risk.LastResidual, results);
                break;
            case Evaluation.ResidualNorm:
                Objective.Answer = double.CreateTruncating(risk.LastResidualNorm);
                break;
        }
    }
}
