using System.Globalization;
using Inversion.Measurements;
using Inversion.Verify;

namespace Inversion.Cli.Output;

/// <summary>What invert tells a person.</summary>
internal static class InvertText
{
    // A residual is beyond what codes of the range reach when it is so many times larger, and not rounding.
    private const double Beyond = 10;
    private const double Rounding = 1e-6;

    /// <summary>Prints the searches that were finished.</summary>
    /// <param name="name">The network's name.</param>
    /// <param name="measurement">What was observed.</param>
    /// <param name="finished">The searches.</param>
    /// <param name="reach">Relative residuals that the same search leaves for drawn codes; null where that was not asked.</param>
    public static void Print(string name, Measurement measurement, IReadOnlyList<InvertAttempt> finished, IReadOnlyList<double>? reach)
    {
        CultureInfo culture = CultureInfo.InvariantCulture;
        Console.Out.WriteLine(string.Create(culture, $"{name}, {measurement.Name}: {measurement.Count} of {measurement.SignalLength} outputs, {finished.Count} codes"));
        if (finished.Count == 0)
        {
            return;
        }

        InvertAttempt[] scored = [.. finished.Where(attempt => attempt.RelativeError is not null)];
        if (scored.Length > 0)
        {
            int recovered = scored.Count(attempt => attempt.RelativeError < InvertSummary.SuccessError);
            Console.Out.WriteLine(string.Create(culture,
                $"recovered (relative code error < {InvertSummary.SuccessError:R}): {recovered} of {scored.Length} = {100.0 * recovered / scored.Length:F1} %, 95 % interval {100 * Statistics.rateLower(recovered, scored.Length, 0.975):F1} to {100 * Statistics.rateUpper(recovered, scored.Length, 0.975):F1} %"));
            Console.Out.WriteLine(string.Create(culture, $"relative code error: median {Median(scored.Select(a => a.RelativeError!.Value)):G3}, largest {scored.Max(a => a.RelativeError!.Value):G3}"));
        }

        Console.Out.WriteLine(string.Create(culture,
            $"gradient evaluations: median {Median(finished.Select(a => a.Evaluations)):F0}, most {finished.Max(a => a.Evaluations):F0}; relative residual: median {Median(finished.Select(a => a.Result.Best.RelativeResidual)):G3}, largest {finished.Max(a => a.Result.Best.RelativeResidual):G3}"));
        Console.Out.WriteLine("stops: " + string.Join(", ", finished.GroupBy(a => a.Result.Best.Status).OrderBy(group => group.Key).Select(group => $"{group.Key} {group.Count()}")));
        if (reach is not null)
        {
            PrintPictures(finished, reach);
        }
    }

    private static void PrintPictures(IReadOnlyList<InvertAttempt> finished, IReadOnlyList<double> reach)
    {
        CultureInfo culture = CultureInfo.InvariantCulture;
        double most = reach.Max();
        foreach (InvertAttempt attempt in finished)
        {
            double residual = attempt.Result.Best.RelativeResidual;
            string scores = attempt.MeanSquaredError is null ? string.Empty : string.Create(culture, $", of the whole picture MSE {attempt.MeanSquaredError:G3}, PSNR {attempt.Psnr:F1} dB{(attempt.Ssim is { } similarity ? string.Create(culture, $", SSIM {similarity:F3}") : string.Empty)}");
            Console.Out.WriteLine(string.Create(culture, $"{attempt.Name}: {(attempt.Class is { } label ? $"class {label}, " : string.Empty)}relative residual {residual:G3} after {attempt.Result.Restarts.Length} descents{scores}"));
            if (residual > Rounding && residual > Beyond * most)
            {
                Console.Out.WriteLine(string.Create(culture,
                    $"{attempt.Name}: no code was found that gives these measurements; for {reach.Count} drawn codes the same search left at most {most:G3}. The picture is likely outside the generator's range, and the completed one is the nearest that was found"));
            }
        }
    }

    private static double Median(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        return (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
    }
}
