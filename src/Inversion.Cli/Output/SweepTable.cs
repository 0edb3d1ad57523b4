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
    public static JsonObject Summary(JsonObject resolved, SweepPlan plan, IReadOnlyList<CellSummary> cells, bool isComplete, int exit) => new()
    {
        ["schema"] = "inversion.sweep/1",
        ["plan"] = resolved.DeepClone(),
        ["complete"] = isComplete,
        ["confidence"] = JsonText.Number(plan.Stop.Confidence),
        ["cells"] = new JsonArray([.. cells.Select(cell => (JsonNode)new JsonObject
        {
            ["cell"] = cell.Cell,
            ["name"] = plan.Cells[cell.Cell].Name,
            ["parameters"] = new JsonObject(plan.Cells[cell.Cell].Parameters.Select(pair => KeyValuePair.Create(pair.Key, (JsonNode?)JsonValue.Create(pair.Value)))),
            ["trials"] = cell.Trials,
            ["successes"] = cell.Successes,
            ["failures"] = cell.Failures,
            ["undecided"] = cell.Undecided,
            ["rate"] = JsonText.Number(cell.Rate),
            ["lower"] = JsonText.Number(cell.Lower),
            ["upper"] = JsonText.Number(cell.Upper),
            ["medianValue"] = JsonText.Number(cell.Median),
            ["work"] = JsonText.Number(cell.Work),
        })]),
        ["exit"] = exit,
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
        Table table = new() { Border = TableBorder.Simple };
        foreach (string heading in (string[])[.. shown, "Trials", "Successes", "Rate", $"{100 * plan.Stop.Confidence:R} % limits", "Undecided", "Median", "Work a trial"])
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
    }

    private static string Value(SweepCell cell, string key) => cell.Parameters.FirstOrDefault(pair => pair.Key == key).Value ?? string.Empty;
}
