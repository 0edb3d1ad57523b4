using System.Collections.Immutable;
using System.Numerics;
using Inversion.Randomness;
using Inversion.Risk;

namespace Inversion.Solving;

/// <summary>Recovers the code behind measurements by descents from many starts.</summary>
public static class Inverter
{
    private const int ScreenedAtOnce = 30;

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
        RiskObjective<T> objective = new(risk);
        long spentBefore = objective.Spent;
        objective.Limit = Solver.Allowance(spentBefore, options.Budget);
        ImmutableArray<RestartRecord>.Builder records = ImmutableArray.CreateBuilder<RestartRecord>();
        SolveResult? best = null;
        int iterations = 0;
        for (int number = 0; number < options.MaxStarts; number++)
        {
            double[] start = Screen(objective, key.Child("starts").Child(number), options.PriorScale);
            Descent descent = new(objective, options.Solve, start);
            descent.Begin(cancellation);
            double startValue = descent.Value;
            while (descent.Status is null)
            {
                descent.Advance(cancellation);
            }

            SolveResult result = descent.ToResult();
            iterations += result.Iterations;
            records.Add(new RestartRecord([.. start], startValue, result.Value, result.Iterations, result.Evaluations, result.Status));
            best = best is null || result.Value < best.Value || (double.IsNaN(best.Value) && !double.IsNaN(result.Value)) ? result : best;
            progress?.Report(new SolveProgress(number + 1, best.Value, (objective.Spent - spentBefore) / 3.0));
            if (result.Status is SolveStatus.ResidualSmall or SolveStatus.BudgetExhausted or SolveStatus.Cancelled
                or SolveStatus.NonFinite or SolveStatus.NothingObserved)
            {
                best = result.Status is SolveStatus.ResidualSmall ? result : best with { Status = result.Status };
                break;
            }
        }

        return new InversionResult
        {
            Best = best! with { Iterations = iterations, Evaluations = (objective.Spent - spentBefore) / 3.0 },
            Restarts = records.ToImmutable(),
        };
    }

    private static double[] Screen(Objective objective, RandomKey key, double scale)
    {
        int n = objective.Dimension;
        int count = (int)Math.Clamp(objective.Limit - objective.Spent, 1, ScreenedAtOnce);
        double[] codes = new double[count * n];
        key.Open().FillGaussian(codes);
        for (int i = 0; i < codes.Length; i++)
        {
            codes[i] *= scale;
        }

        objective.Round(codes);
        int best = 0;
        if (objective.Affords(count + 1) && count > 1)
        {
            double[] values = new double[count];
            objective.Values(codes, values, count);
            for (int i = 1; i < count; i++)
            {
                best = values[i] < values[best] ? i : best;
            }
        }

        return codes[(best * n)..((best + 1) * n)];
    }
}
