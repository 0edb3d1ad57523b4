using System.Globalization;
using System.Text.Json.Nodes;
using Inversion.Sweeps;
using Spectre.Console;

namespace Inversion.Cli.Output;

/// <summary>What a sweep says: a table for a person, and summary.json.</summary>
internal static class SweepTable
{
    private const int WidthOffTerminal = 150;

    /// <summary>summary.json of a sweep.</summary>
    public static JsonObject Summary(JsonObject resolved, SweepPlan plan, IReadOnlyList<CellSummary> cells, bool isComplete, int exit) =>
        Summary(resolved, plan, cells, RateComparison.Of(plan, cells), isComplete, exit);

    private static JsonObject Summary(
        JsonObject resolved, SweepPlan plan, IReadOnlyList<CellSummary> cells, IReadOnlyList<RateComparison> compared, bool isComplete, int exit) => new()
        {
            ["schema"] = "inversion.sweep/1",
            ["plan"] = resolved.DeepClone(),
            ["complete"] = isComplete,
            ["confidence"] = JsonText.Number(plan.Stop.Confidence),
            ["cellConfidence"] = JsonText.Number(plan.Stop.CellConfidence),
            ["cells"] = new JsonArray([.. cells.Select(cell => (JsonNode)new JsonObject
        {
            ["cell"] = cell.Cell,
            ["name"] = plan.Cells[cell.Cell].Name,
            ["parameters"] = new JsonObject(plan.Cells[cell.Cell].Parameters.Select(pair => KeyValuePair.Create(pair.Key, (JsonNode?)JsonValue.Create(pair.Value)))),
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
        })]),
            ["transitions"] = new JsonArray([.. PhaseTransition.Of(plan, cells).Select(transition => (JsonNode)new JsonObject
        {
            ["parameters"] = new JsonObject(transition.Parameters.Select(pair => KeyValuePair.Create(pair.Key, (JsonNode?)JsonValue.Create(pair.Value)))),
            ["cells"] = transition.Cells,
            ["shape"] = transition.Fit?.Shape.ToString(),
            ["r50"] = transition.Fit is null ? null : Interval(transition.Fit.R50),
            ["width"] = transition.Fit is null ? null : Interval(transition.Fit.Width),
            ["deviance"] = transition.Fit is null ? null : JsonText.Number(transition.Fit.Deviance),
        })]),
            ["exit"] = exit,
        };

    private static JsonObject Interval(Verify.Estimate estimate) => new()
    {
        ["value"] = estimate.Value is { } value ? JsonText.Number(value.Value) : null,
        ["lower"] = estimate.Lower is { } lower ? JsonText.Number(lower.Value) : null,
        ["upper"] = estimate.Upper is { } upper ? JsonText.Number(upper.Value) : null,
    };

    /// <summary>One line a cell: its parameters that differ, its rate and limits.</summary>
    public static void Print(SweepPlan plan, IReadOnlyList<CellSummary> cells)
    {
        IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Console.Out) });
        if (Console.IsOutputRedirected)
        {
            console.Profile.Width = WidthOffTerminal;
        }

        string[] shown = [.. plan.Cells[0].Parameters.Select(pair => pair.Key).Where(key => plan.Cells.Select(cell => Value(cell, key)).Distinct().Count() > 1)];
        IReadOnlyList<RateComparison> compared = RateComparison.Of(plan, cells);
        string[] tested = plan.Threshold is { } threshold ? [string.Create(CultureInfo.InvariantCulture, $"p at {threshold:R}\n(Holm)")] : [];
        string limits = string.Create(CultureInfo.InvariantCulture, $"{100 * plan.Stop.Confidence:R} % limits,\n{(plan.Cells.Length == 1 ? "one cell" : plan.Stop.Cells == 1 ? "each cell" : "all cells")}");
        Table table = new() { Border = TableBorder.Simple };
        foreach (string heading in (string[])[.. shown, "Trials", "Successes", "Rate", limits, .. tested, "Undecided", "Median", "Work a trial"])
        {
            table.AddColumn(new TableColumn(Markup.Escape(heading)) { NoWrap = true });
        }

        foreach (CellSummary cell in cells)
        {
            CultureInfo culture = CultureInfo.InvariantCulture;
            string[] numbers =
            [
                cell.Trials.ToString(culture),
                cell.Successes.ToString(culture),
                cell.Rate.ToString("F3", culture),
                string.Create(culture, $"{cell.Lower:F3} to {cell.Upper:F3}"),
                .. tested.Select(_ => compared[cell.Cell].Adjusted.ToString("G2", culture)),
                cell.Undecided == 0 ? string.Empty : cell.Undecided.ToString(culture),
                cell.Median.ToString("G3", culture),
                (cell.Trials == 0 ? double.NaN : cell.Work / cell.Trials).ToString("F1", culture),
            ];
            table.AddRow([.. shown.Select(key => Markup.Escape(Value(plan.Cells[cell.Cell], key))), .. numbers]);
        }

        if (shown.Length == 0)
        {
            console.WriteLine(plan.Cells[0].Name);
        }

        console.Write(table);
        IReadOnlyList<PhaseTransition> transitions = PhaseTransition.Of(plan, cells);
        if (transitions.Count == 0)
        {
            return;
        }

        Table curves = new() { Border = TableBorder.Simple };
        foreach (string heading in (string[])[.. shown.Where(key => key != PhaseTransition.Rate), $"Share observed at rate 1/2 ({100 * plan.Stop.Confidence:R} %)", "Width from 0.1 to 0.9", "Shape"])
        {
            curves.AddColumn(new TableColumn(Markup.Escape(heading)) { NoWrap = true });
        }

        foreach (PhaseTransition transition in transitions)
        {
            curves.AddRow([
                .. shown.Where(key => key != PhaseTransition.Rate).Select(key => Markup.Escape(transition.Parameters.FirstOrDefault(pair => pair.Key == key).Value ?? string.Empty)),
                transition.Fit is null ? string.Empty : Markup.Escape(PhaseTransition.Told(transition.Fit.R50)),
                transition.Fit is null ? string.Empty : Markup.Escape(PhaseTransition.Told(transition.Fit.Width)),
                transition.Fit?.Shape.ToString() ?? "no trials",
            ]);
        }

        console.Write(curves);
    }

    private static string Value(SweepCell cell, string key) => cell.Parameters.FirstOrDefault(pair => pair.Key == key).Value ?? string.Empty;
}
