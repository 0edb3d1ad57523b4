using Inversion.Networks;
using Inversion.Numerics;
using Inversion.Solving;
using Inversion.Verify.Claims;

namespace Inversion.Cli.Output;

/// <summary>What the search behind one measurement came to.</summary>
/// <param name="Name">The target's name.</param>
/// <param name="Result">The search.</param>
/// <param name="Completed">G of the code found.</param>
/// <param name="RelativeError">‖z − z°‖/‖z°‖; null where the code is not known, +∞ where another class was found.</param>
/// <param name="MeanSquaredError">Mean of (G(z) − signal)² over the whole output, hidden parts too; null where it is not known.</param>
/// <param name="Psnr">10 log₁₀(peak²/MSE) in dB; null where MSE or the peak is not known.</param>
internal sealed record InvertAttempt(string Name, InversionResult Result, double[] Completed, double? RelativeError, double? MeanSquaredError, double? Psnr)
{
    /// <summary>Structural similarity of G(z) and the signal, the mean over channels; null where MSE or the peak is not known, and for pictures smaller than its window.</summary>
    public double? Ssim { get; init; }

    /// <summary>The class found; null where there are none, or it was given.</summary>
    public int? Class { get; init; }

    /// <summary>Work of the whole search, under every class, in gradient evaluations.</summary>
    public double Evaluations { get; init; } = Result.Best.Evaluations;

    /// <summary>Scores a search.</summary>
    /// <param name="name">The target's name.</param>
    /// <param name="result">The search.</param>
    /// <param name="completed">G of the code found.</param>
    /// <param name="truth">The code, or null.</param>
    /// <param name="signal">The whole output, or null.</param>
    /// <param name="network">The network whose output it is.</param>
    /// <param name="peak">White minus black; null where outputs are no pictures.</param>
    public static InvertAttempt Of(string name, InversionResult result, double[] completed, double[]? truth, double[]? signal, GenerativeNetwork network, double? peak)
    {
        double? error = truth is null ? null : Vectors.Distance(result.Best.Latent.AsSpan(), truth) / Vectors.Norm(truth);
        double? mean = null;
        double similarity = double.NaN;
        if (signal is not null)
        {
            double distance = Vectors.Distance(completed, signal);
            mean = distance * distance / signal.Length;
            similarity = peak is { } range ? RecoveryRuns.similarity(network, range, completed, signal) : double.NaN;
        }

        return new InvertAttempt(name, result, completed, error, mean, peak is { } white && mean is { } square ? 10 * Math.Log10(white * white / square) : null)
        {
            Ssim = double.IsNaN(similarity) ? null : similarity,
        };
    }
}
