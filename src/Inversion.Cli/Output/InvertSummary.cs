using System.Text.Json.Nodes;
using Inversion.Cli.Options;
using Inversion.Measurements;
using Inversion.Networks;
using Inversion.Verify;

namespace Inversion.Cli.Output;

/// <summary>invert.json.</summary>
internal static class InvertSummary
{
    /// <summary>A code counts as recovered below this relative error (HHHV and Bora et al. use the same).</summary>
    public const double SuccessError = 1e-3;

    /// <summary>The summary.</summary>
    /// <param name="arguments">The options.</param>
    /// <param name="network">The network.</param>
    /// <param name="measurement">What was observed.</param>
    /// <param name="attempts">The searches that were finished.</param>
    /// <param name="isSingle">True when one code was asked for: its whole output goes in.</param>
    /// <param name="reach">Relative residuals that the same search leaves for drawn codes; null where that was not asked.</param>
    /// <param name="figures">Picture files.</param>
    /// <param name="exit">The exit code.</param>
    public static JsonObject Of(
        Arguments arguments, GenerativeNetwork network, Measurement measurement, IReadOnlyList<InvertAttempt> attempts, bool isSingle, IReadOnlyList<double>? reach,
        IReadOnlyList<string> figures, int exit)
    {
        InvertAttempt[] scored = [.. attempts.Where(attempt => attempt.RelativeError is not null)];
        int recovered = scored.Count(attempt => attempt.RelativeError < SuccessError);
        JsonObject summary = new()
        {
            ["schema"] = "inversion.invert/1",
            ["plan"] = arguments.Resolved.DeepClone(),
            ["fingerprint"] = Fingerprint.ofNetwork(network),
            ["measurements"] = measurement.Count,
            ["outputs"] = measurement.SignalLength,
            ["successRate"] = scored.Length == 0 ? null : JsonText.Number(recovered / (double)scored.Length),
            ["successRateLower"] = scored.Length == 0 ? null : JsonText.Number(Statistics.rateLower(recovered, scored.Length, 0.975)),
            ["successRateUpper"] = scored.Length == 0 ? null : JsonText.Number(Statistics.rateUpper(recovered, scored.Length, 0.975)),
            ["rangeResiduals"] = reach is null ? null : JsonText.Array<double>([.. reach]),
            ["codes"] = new JsonArray([.. attempts.Select(attempt => (JsonNode)Code(attempt))]),
            ["figures"] = new JsonArray([.. figures.Select(file => (JsonNode)JsonValue.Create(file))]),
            ["exit"] = exit,
        };
        if (isSingle && attempts.Count == 1)
        {
            summary["completed"] = JsonText.Array<double>(attempts[0].Completed);
        }

        return summary;
    }

    private static JsonObject Code(InvertAttempt attempt) => new()
    {
        ["name"] = attempt.Name,
        ["class"] = attempt.Class,
        ["latent"] = JsonText.Array<double>(attempt.Result.Best.Latent.AsSpan()),
        ["value"] = JsonText.Number(attempt.Result.Best.Value),
        ["relativeResidual"] = JsonText.Number(attempt.Result.Best.RelativeResidual),
        ["relativeError"] = Number(attempt.RelativeError),
        ["meanSquaredError"] = Number(attempt.MeanSquaredError),
        ["psnr"] = Number(attempt.Psnr),
        ["ssim"] = Number(attempt.Ssim),
        ["evaluations"] = JsonText.Number(attempt.Evaluations),
        ["restarts"] = attempt.Result.Restarts.Length,
        ["ends"] = new JsonArray([.. attempt.Result.Restarts.Select(end => (JsonNode)new JsonObject
        {
            ["value"] = JsonText.Number(end.Value),
            ["evaluations"] = JsonText.Number(end.Evaluations),
            ["stop"] = end.Status.ToString(),
        })]),
        ["stop"] = attempt.Result.Best.Status.ToString(),
    };

    private static JsonNode? Number(double? value) => value is { } known ? JsonText.Number(known) : null;
}
