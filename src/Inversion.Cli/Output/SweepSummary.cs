using System.Text.Json.Nodes;
using Inversion.Sweeps;

namespace Inversion.Cli.Output;

/// <summary>summary.json of a sweep (docs/sweeps.md).</summary>
internal static class SweepSummary
{
    /// <summary>The schema that it names.</summary>
    public const string Schema = "inversion.sweep/1";

    /// <summary>The summary.</summary>
    /// <param name="resolved">plan.json.</param>
    /// <param name="plan">The plan.</param>
    /// <param name="cells">What the trials say.</param>
    /// <param name="findings">The findings, as JSON.</param>
    /// <param name="isComplete">False while trials are missing.</param>
    /// <param name="exit">The exit code.</param>
    public static JsonObject Of(JsonObject resolved, SweepPlan plan, IReadOnlyList<CellSummary> cells, JsonArray findings, bool isComplete, int exit)
    {
        IReadOnlyList<RateComparison> compared = RateComparison.Of(plan, cells);
        return new JsonObject
        {
            ["schema"] = Schema,
            ["plan"] = resolved.DeepClone(),
            ["complete"] = isComplete,
            ["confidence"] = JsonText.Number(plan.Stop.Confidence),
            ["cellConfidence"] = JsonText.Number(plan.Stop.CellConfidence),
            ["cells"] = new JsonArray([.. cells.Select(cell => (JsonNode)Cell(plan, cell, compared))]),
            ["transitions"] = new JsonArray([.. PhaseTransition.Of(plan, cells).Select(transition => (JsonNode)Transition(transition))]),
            ["findings"] = findings,
            ["exit"] = exit,
        };
    }

    private static JsonObject Cell(SweepPlan plan, CellSummary cell, IReadOnlyList<RateComparison> compared) => new()
    {
        ["cell"] = cell.Cell,
        ["name"] = plan.Cells[cell.Cell].Name,
        ["parameters"] = Parameters(plan.Cells[cell.Cell].Parameters),
        ["observed"] = JsonText.Number(plan.Cells[cell.Cell].Observed),
        ["trials"] = cell.Trials,
        ["successes"] = cell.Successes,
        ["failures"] = cell.Failures,
        ["undecided"] = cell.Undecided,
        ["rate"] = JsonText.Number(cell.Rate),
        ["lower"] = JsonText.Number(cell.Lower),
        ["upper"] = JsonText.Number(cell.Upper),
        ["pValue"] = compared.Count == 0 ? null : JsonText.Number(compared[cell.Cell].PValue),
        ["adjustedPValue"] = compared.Count == 0 ? null : JsonText.Number(compared[cell.Cell].Adjusted),
        ["medianValue"] = JsonText.Number(cell.Median),
        ["work"] = JsonText.Number(cell.Work),
    };

    private static JsonObject Transition(PhaseTransition transition) => new()
    {
        ["parameters"] = Parameters(transition.Parameters),
        ["cells"] = transition.Cells,
        ["shape"] = transition.Fit?.Shape.ToString(),
        ["r50"] = transition.Fit is null ? null : Interval(transition.Fit.R50),
        ["width"] = transition.Fit is null ? null : Interval(transition.Fit.Width),
        ["deviance"] = transition.Fit is null ? null : JsonText.Number(transition.Fit.Deviance),
    };

    private static JsonObject Parameters(IReadOnlyList<KeyValuePair<string, string>> parameters) =>
        new(parameters.Select(pair => KeyValuePair.Create(pair.Key, (JsonNode?)JsonValue.Create(pair.Value))));

    private static JsonObject Interval(Verify.Estimate estimate) => new()
    {
        ["value"] = estimate.Value is { } value ? JsonText.Number(value.Value) : null,
        ["lower"] = estimate.Lower is { } lower ? JsonText.Number(lower.Value) : null,
        ["upper"] = estimate.Upper is { } upper ? JsonText.Number(upper.Value) : null,
    };
}
