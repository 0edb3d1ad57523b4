using System.Numerics;
using Inversion.Numerics;
using Inversion.Risk;

namespace Inversion.Solving;

/// <summary>Minimizes the empirical risk from one start.</summary>
public static class Solver
{
    /// <summary>Lowers J(z) = ½‖y − A G(z)‖² from <paramref name="start"/> until a reason to stop.</summary>
    /// <param name="risk">J. Its memory and counter are used.</param>
    /// <param name="start">n0 entries. Not modified.</param>
    /// <param name="options">The algorithm and when to stop; the defaults if null.</param>
    /// <param name="progress">Told after every step.</param>
    /// <param name="cancellation">Looked at after every step; the best code so far is returned with <see cref="SolveStatus.Cancelled"/>.</param>
    /// <returns>The best code seen and why the run ended. Whatever numbers occur, nothing is thrown.</returns>
    /// <exception cref="ArgumentException">The start has another length or an entry that is not finite, or the method does not fit the network. Nothing has been evaluated.</exception>
    /// <remarks>
    /// Memory is taken once, before the first step. Deterministic: the same arguments give the same bits. A NaN anywhere ends the run with
    /// <see cref="SolveStatus.NonFinite"/>, unless only a trial point had it: that trial is refused.
    /// </remarks>
    public static SolveResult Minimize<T>(
        EmpiricalRisk<T> risk,
        ReadOnlySpan<double> start,
        SolveOptions? options = null,
        IProgress<SolveProgress>? progress = null,
        CancellationToken cancellation = default)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        options ??= new SolveOptions();
        Guard.Length(start.Length, risk.LatentDimension, nameof(start));
        if (!Guard.AllFinite(start))
        {
            throw new ArgumentException("start has an entry that is not finite", nameof(start));
        }

        RiskEvaluator<T> evaluator = new(risk);
        Objective objective = evaluator.Objective;
        objective.Limit = Allowance(objective.Spent, options.Budget);
        Descent descent = new(objective, options, options.Method.On(objective.Setting)(objective), start, progress, cancellation);
        evaluator.Complete(descent);
        return descent.ToResult();
    }

    /// <summary>Where the counter may stand at the end, given where it stands and a budget in gradient evaluations.</summary>
    internal static long Allowance(long spent, double budget)
    {
        double thirds = Math.Floor(budget * 3);
        return thirds < long.MaxValue - spent ? spent + (long)thirds : long.MaxValue;
    }
}
