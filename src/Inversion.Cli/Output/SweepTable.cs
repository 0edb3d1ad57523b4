using System.Globalization;
using Inversion.Sweeps;
using Inversion.Verify;
using Spectre.Console;

namespace Inversion.Cli.Output;

/// <summary>What a sweep says: tables for a person.</summary>
internal static class SweepTable
{

    // A narrower terminal keeps what decides: the cell, its rate and its limits.
    private const int WideFrom = 100;
    private const int NamedFrom = 80;

    /// <summary>One line a cell: its parameters that differ, its rate and limits.</summary>
    public static void Print(SweepPlan plan, IReadOnlyList<CellSummary> cells, IReadOnlyList<Finding> findings)
    {
        IAnsiConsole console = Terminal.ForTables();

        string[] shown = [.. plan.Cells[0].Parameters.Select(pair => pair.Key).Where(key => plan.Cells.Select(cell => Value(cell, key)).Distinct().Count() > 1)];
        IReadOnlyList<RateComparison> compared = RateComparison.Of(plan, cells);
        string[] tested = plan.Threshold is { } threshold ? [string.Create(CultureInfo.InvariantCulture, $"p at {threshold:R}\n(Holm)")] : [];
        string limits = string.Create(CultureInfo.InvariantCulture, $"{100 * plan.Stop.Confidence:R} % limits,\n{(plan.Cells.Length == 1 ? "one cell" : plan.Stop.Cells == 1 ? "each cell" : "all cells")}");
        Dictionary<string, Finding> verdicts = findings.Where(finding => !SweepClaims.ids.Contains(finding.Claim)).ToDictionary(finding => finding.Network);
        Table table = new() { Border = TableBorder.Simple };
        CultureInfo culture = CultureInfo.InvariantCulture;
        (string Heading, bool IsShown, Func<CellSummary, string> Text)[] columns =
        [
            .. shown.Select(key => (key, true, (Func<CellSummary, string>)(cell => Value(plan.Cells[cell.Cell], key)))),
            ("Trials", true, cell => cell.Trials.ToString(culture)),
            ("Successes", IsWide(console), cell => cell.Successes.ToString(culture)),
            ("Rate", true, cell => cell.Rate.ToString("F3", culture)),
            (limits, true, cell => string.Create(culture, $"{cell.Lower:F3} to {cell.Upper:F3}")),
            .. tested.Select(heading => (heading, true, (Func<CellSummary, string>)(cell => compared[cell.Cell].Adjusted.ToString("G2", culture)))),
            ("Undecided", cells.Any(cell => cell.Undecided > 0), cell => cell.Undecided == 0 ? string.Empty : cell.Undecided.ToString(culture)),
            ("Median", IsWide(console), cell => cell.Median.ToString("G3", culture)),
            ("Work a trial", IsWide(console), cell => (cell.Trials == 0 ? double.NaN : cell.Work / cell.Trials).ToString("F1", culture)),
            ("Seconds", IsWide(console), cell => cell.Seconds.ToString("F1", culture)),
            ("Verdict", verdicts.Count > 0, cell => verdicts.TryGetValue(plan.Cells[cell.Cell].Name, out Finding? finding) ? finding.Verdict.Word : string.Empty),
        ];
        columns = [.. columns.Where(column => column.IsShown)];
        foreach ((string heading, _, _) in columns)
        {
            table.AddColumn(new TableColumn(Markup.Escape(heading)) { NoWrap = true });
        }

        foreach (CellSummary cell in cells)
        {
            table.AddRow([.. columns.Select(column => column.Heading == "Verdict" && verdicts.TryGetValue(plan.Cells[cell.Cell].Name, out Finding? finding)
                ? VerdictTable.Colored(finding.Verdict)
                : Markup.Escape(column.Text(cell)))]);
        }

        if (shown.Length == 0)
        {
            console.WriteLine(plan.Cells[0].Name);
        }

        console.Write(table);
        PrintTransitions(console, plan, cells, shown);
        PrintFindings(console, plan, findings);
    }

    private static bool IsWide(IAnsiConsole console) => console.Profile.Width >= WideFrom;

    private static void PrintTransitions(IAnsiConsole console, SweepPlan plan, IReadOnlyList<CellSummary> cells, string[] shown)
    {
        IReadOnlyList<PhaseTransition> transitions = PhaseTransition.Of(plan, cells);
        if (transitions.Count == 0)
        {
            return;
        }

        Table curves = new() { Border = TableBorder.Simple };
        // As many columns as there is room for; the share comes first.
        int columns = console.Profile.Width switch { < NamedFrom => 1, < WideFrom => 2, _ => 3 };
        string confidence = string.Create(CultureInfo.InvariantCulture, $"{100 * plan.Stop.Confidence:R} %");
        string[] headings = [columns == 1 ? $"Share at 1/2 ({confidence})" : $"Share observed at rate 1/2 ({confidence})", "Width from 0.1 to 0.9", "Shape"];
        string[] parameters = [.. shown.Where(key => key != PhaseTransition.Rate)];
        foreach (string heading in parameters.Concat(headings.Take(columns)))
        {
            curves.AddColumn(new TableColumn(Markup.Escape(heading)) { NoWrap = true });
        }

        foreach (PhaseTransition transition in transitions)
        {
            string[] told =
            [
                transition.Fit is null ? string.Empty : PhaseTransition.Told(transition.Fit.R50),
                transition.Fit is null ? string.Empty : PhaseTransition.Told(transition.Fit.Width),
                transition.Fit?.Shape.ToString() ?? "no trials",
            ];
            curves.AddRow([
                .. parameters.Select(key => Markup.Escape(transition.Parameters.FirstOrDefault(pair => pair.Key == key).Value ?? string.Empty)),
                .. told.Take(columns).Select(Markup.Escape),
            ]);
        }

        console.Write(curves);
    }

    private static void PrintFindings(IAnsiConsole console, SweepPlan plan, IReadOnlyList<Finding> findings)
    {
        if (findings.Count == 0)
        {
            return;
        }

        Finding[] own = [.. findings.Where(finding => SweepClaims.ids.Contains(finding.Claim))];
        Table table = new() { Border = TableBorder.Simple };
        table.AddColumn(new TableColumn("Claim"));
        table.AddColumn(new TableColumn("Verdict") { NoWrap = true });
        table.AddColumn(new TableColumn("Measured"));
        foreach (Finding finding in own)
        {
            table.AddRow(Markup.Escape($"{finding.Claim}: {finding.Statement} ({finding.Network})"), VerdictTable.Colored(finding.Verdict), Markup.Escape(Why(finding)));
        }

        if (own.Length > 0)
        {
            console.Write(table);
        }

        console.WriteLine(FormattableString.Invariant(
            findings.Count == 1
                ? (FormattableString)$"confidence {plan.Stop.Confidence:R} for the finding"
                : $"confidence {plan.Stop.Confidence:R} for all {findings.Count} findings together: {findings[0].Confidence:G6} for each"));
    }

    private static string Why(Finding finding)
    {
        string[] numbers = finding.Claim == PhaseTransitionClaim.Id ? ["r50", "width"] : ["exponent", "power"];
        string measured = string.Join("; ", numbers.Where(name => finding.Measured.Any(entry => entry.Item1 == name)).Select(name =>
            $"{name} {PhaseTransition.Told(Known(finding, name), Known(finding, name + "Lower"), Known(finding, name + "Upper"))}"));
        string why = finding.Verdict switch
        {
            Verdict.Refuted refuted => refuted.Witness.Fact,
            Verdict.Undecided undecided => undecided.Reason,
            _ => string.Empty,
        };
        return string.Join("; ", new[] { why, measured }.Where(part => part.Length > 0));
    }

    private static double? Known(Finding finding, string name) => double.IsNaN(finding.Number(name)) ? null : finding.Number(name);

    private static string Value(SweepCell cell, string key) => cell.Parameters.FirstOrDefault(pair => pair.Key == key).Value ?? string.Empty;
}
