using System.Numerics;
using Inversion.Randomness;
using Inversion.Risk;

namespace Inversion.Solving;

/// <summary>Recovers the code behind measurements by descents from many starts.</summary>
public static class Inverter
{
    /// <summary>Searches for the code z with A G(z) = y until one is found or the budget is spent.</summary>
    /// <param name="risk">J. Its memory and counter are used.</param>
    /// <param name="key">Address of the random starts: the same key gives the same search, bit by bit.</param>
    /// <param name="options">The defaults if null.</param>
    /// <param name="progress">Told after every descent: its number, the smallest J so far, the work so far.</param>
    /// <param name="cancellation">Looked at after every step.</param>
    /// <returns>The best code and a record of every start.</returns>
    /// <exception cref="ArgumentException">The method does not fit the network.</exception>
    public static InversionResult Invert<T>(
        EmpiricalRisk<T> risk,
        RandomKey key,
        InvertOptions? options = null,
        IProgress<SolveProgress>? progress = null,
        CancellationToken cancellation = default)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        options ??= new InvertOptions();
        RiskEvaluator<T> evaluator = new(risk);
        Func<Objective, Stepper> begin = options.Solve.Method.On(evaluator.Objective.Setting);
        StartSearch search = new(evaluator.Objective, options, begin, key, progress, cancellation);
        evaluator.Complete(search);
        return search.ToResult();
    }
}
