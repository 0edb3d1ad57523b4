using System.Collections.Immutable;
using Inversion.Randomness;

namespace Inversion.Solving;

/// <summary>Descents from many starts, each the best of a screening, until one explains the measurements or the budget is spent.</summary>
/// <param name="objective">J.</param>
/// <param name="options">The budget, the starts, and each descent.</param>
/// <param name="begin">The algorithm on this network and measurement.</param>
/// <param name="beginSecond">The second algorithm; null for none.</param>
/// <param name="key">Address of the random starts.</param>
/// <param name="progress">Told after every descent.</param>
/// <param name="cancellation">Looked at after every step.</param>
internal sealed class StartSearch(
    Objective objective, InvertOptions options, Func<Objective, Stepper> begin, Func<Objective, Stepper>? beginSecond, RandomKey key, IProgress<SolveProgress>? progress, CancellationToken cancellation)
    : Routine(objective)
{
    private readonly long spentBefore = objective.Spent;
    private readonly ImmutableArray<RestartRecord>.Builder records = ImmutableArray.CreateBuilder<RestartRecord>();
    private double ahead;
    private SolveResult? best;
    private int iterations;

    /// <summary>What has been found; there is a best code once the routine has ended.</summary>
    public InversionResult ToResult() => new()
    {
        Best = best! with { Iterations = iterations, Evaluations = Evaluations },
        Restarts = records.ToImmutable(),
    };

    private double Evaluations => (Objective.Spent - spentBefore) / 3.0;

    /// <inheritdoc/>
    protected override IEnumerator<Request> Run()
    {
        Objective.Limit = Solver.Allowance(spentBefore, options.Budget);
        for (int number = 0; number < options.MaxStarts; number++)
        {
            double[] codes = [];
            double[] values = [];
            if (options.Smoothing is { } smoothing && Objective.Affords((smoothing.Steps * SmoothedStart.CostOfStep(Objective, smoothing)) + 1))
            {
                // From nothing and from the best so far, in turn.
                bool isAgain = number % 2 == 1;
                SmoothedStart smoothed = new(
                    Objective,
                    isAgain ? smoothing with { FirstScatter = smoothing.AgainScatter } : smoothing,
                    options.PriorScale,
                    isAgain ? [.. best!.Latent] : new double[Objective.Dimension],
                    key.Child("scatter").Child(number));
                while (smoothed.Proceed())
                {
                    yield return smoothed.Wanted;
                }

                codes = smoothed.Latent.ToArray();
            }

            // Also where the steps had nothing to go by and have stayed at 0.
            if (Array.TrueForAll(codes, entry => entry == 0))
            {
                int count = (int)Math.Clamp(Objective.Limit - Objective.Spent, 1, options.Screened);
                codes = Draw(key.Child("starts").Child(number), count);
                values = new double[count];
                if (Objective.Affords(count + 1) && count > 1)
                {
                    yield return Request.Values(codes, values, count);
                }
            }

            // Whichever has worked less so far, the first at the start.
            bool isFirst = ahead <= 0 || beginSecond is null;
            Descent descent = new(
                Objective, isFirst ? options.Solve : options.Second!, isFirst ? begin(Objective) : beginSecond!(Objective), Lowest(codes, values), null, cancellation);
            while (descent.Proceed())
            {
                yield return descent.Wanted;
            }

            ahead += isFirst ? descent.ToResult().Evaluations : -descent.ToResult().Evaluations;
            if (Record(descent, Lowest(codes, values)))
            {
                yield break;
            }
        }
    }

    private double[] Draw(RandomKey address, int count)
    {
        double[] codes = new double[count * Objective.Dimension];
        address.Open().FillGaussian(codes);
        for (int i = 0; i < codes.Length; i++)
        {
            codes[i] *= options.PriorScale;
        }

        Objective.Round(codes);
        return codes;
    }

    private ReadOnlySpan<double> Lowest(double[] codes, double[] values)
    {
        int lowest = 0;
        for (int i = 1; i < values.Length; i++)
        {
            lowest = values[i] < values[lowest] ? i : lowest;
        }

        return codes.AsSpan(lowest * Objective.Dimension, Objective.Dimension);
    }

    // True when no further start can help.
    private bool Record(Descent descent, ReadOnlySpan<double> start)
    {
        SolveResult result = descent.ToResult();
        iterations += result.Iterations;
        records.Add(new RestartRecord([.. start], descent.StartValue, result.Value, result.Iterations, result.Evaluations, result.Status));
        best = best is null || result.Value < best.Value || (double.IsNaN(best.Value) && !double.IsNaN(result.Value)) ? result : best;
        progress?.Report(new SolveProgress(records.Count, best.Value, Evaluations));
        bool ends = result.Status is SolveStatus.ResidualSmall or SolveStatus.BudgetExhausted or SolveStatus.Cancelled
            or SolveStatus.NonFinite or SolveStatus.NothingObserved;
        if (ends)
        {
            best = result.Status is SolveStatus.ResidualSmall ? result : best with { Status = result.Status };
        }

        return ends;
    }
}
