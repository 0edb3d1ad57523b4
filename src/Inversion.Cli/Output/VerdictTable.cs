using System.Globalization;
using Inversion.Verify;
using Spectre.Console;

namespace Inversion.Cli.Output;

/// <summary>The verdict table that a person reads at a glance.</summary>
internal static class VerdictTable
{
    private const int RoleFrom = 130;
    private const int EvidenceFrom = 100;
    private const int MostEvidence = 100;

    // Below, what was measured is told once and without its name: no number is broken.
    private const int NameFrom = 80;

    /// <summary>Prints the findings, network by network.</summary>
    public static void Print(IReadOnlyList<Finding> findings, double epsilon)
    {
        IAnsiConsole console = Terminal.ForTables();

        // A narrow terminal keeps what decides: the claim, the verdict and the numbers.
        bool[] shown = [true, console.Profile.Width >= RoleFrom, true, true, true, console.Profile.Width >= EvidenceFrom, console.Profile.Width >= RoleFrom];
        bool isNamed = console.Profile.Width >= NameFrom;
        Table table = new() { Border = TableBorder.Simple };
        foreach (string heading in Shown(shown, "Claim", "Role", "Verdict", "Measured", "Allowed", "Evidence", "Time"))
        {
            table.AddColumn(new TableColumn(heading) { NoWrap = heading is "Claim" or "Verdict" or "Role" || (heading is "Measured" or "Allowed" && !isNamed) });
        }

        string? network = null;
        foreach (Finding finding in findings)
        {
            if (finding.Network != network)
            {
                network = finding.Network;
                table.AddRow(new Markup($"[bold]{Markup.Escape(network)}[/]"));
            }

            table.AddRow([.. Shown(
                shown,
                Markup.Escape($"  {finding.Claim}{(finding.Layer is null ? string.Empty : $" {finding.Layer.Value}")}"),
                Json.roleWord(finding.Role),
                Colored(finding.Verdict),
                Markup.Escape(Measured(finding, isNamed)),
                Markup.Escape(Allowed(finding, isNamed)),
                Markup.Escape(Evidence(finding)),
                finding.Seconds.ToString("0.0 s", CultureInfo.InvariantCulture))]);
        }

        console.Write(table);
        console.MarkupLineInterpolated($"{Count(findings, "proved")} proved, {Count(findings, "supported")} supported, {Count(findings, "refuted")} refuted, {Count(findings, "undecided")} undecided, asked at epsilon = {epsilon.ToString("R", CultureInfo.InvariantCulture)}");
    }

    private static IEnumerable<string> Shown(bool[] shown, params string[] cells) => cells.Where((_, column) => shown[column]);

    private static int Count(IReadOnlyList<Finding> findings, string word) => findings.Count(finding => finding.Verdict.Word == word);

    /// <summary>A verdict's word in its color.</summary>
    public static string Colored(Verdict verdict) => verdict.Word switch
    {
        "proved" => "[green bold]proved[/]",
        "supported" => "[green]supported[/]",
        "refuted" => "[red]refuted[/]",
        _ => "[yellow]undecided[/]",
    };

    private static string Measured(Finding finding, bool isNamed)
    {
        string name = Catalogue.headline(finding.Claim);
        Quantity? quantity = finding.Measured.FirstOrDefault(entry => entry.Item1 == name)?.Item2;
        string before = isNamed ? name + " " : string.Empty;
        return quantity switch
        {
            Quantity.Number number => before + Short(number.Item),
            Quantity.Numbers numbers => before + string.Join(", ", numbers.Item.Select(Short)),
            _ => string.Empty,
        };
    }

    private static string Allowed(Finding finding, bool isWhole)
    {
        if (finding.Verdict is Verdict.Refuted { Witness: var witness })
        {
            string sign = witness.Side switch
            {
                Side.AtMost => "≤",
                Side.Below => "<",
                Side.AtLeast => "≥",
                _ => ">",
            };
            return !isWhole ? $"{sign} {Short(witness.Allowed)}" : $"{sign} {Short(witness.Allowed)}, found {Short((witness.Measured.Lower + witness.Measured.Upper) / 2)}";
        }

        if (finding.Allowed.IsEmpty)
        {
            return string.Empty;
        }

        (string name, double limit) = (finding.Allowed.Head.Item1, finding.Allowed.Head.Item2);
        return name == Catalogue.headline(finding.Claim) ? Short(limit) : $"{name} {Short(limit)}";
    }

    private static string Evidence(Finding finding)
    {
        string unit = finding.Scope.Word == "ensemble" ? "networks" : "trials";
        return finding.Verdict switch
        {
            Verdict.Refuted when finding.Scope.Word == "ensemble" => $"refuted in {finding.Failures} of {finding.Trials} networks",
            Verdict.Refuted => "counterexample",
            Verdict.Undecided undecided => Brief(undecided.Reason),
            Verdict.Proved proved => proved.Certificate,
            _ when double.IsNaN(finding.FailureRateUpper) => $"held in {finding.Trials} {unit}",
            _ => $"held in {finding.Trials} {unit}, failing rate < {Short(finding.FailureRateUpper)}",
        };
    }

    /// <summary>The reason without the count of networks that an ensemble adds, cut to what a cell can hold.</summary>
    private static string Brief(string reason)
    {
        int counts = reason.LastIndexOf(" networks refuted, ", StringComparison.Ordinal);
        int clause = counts < 0 ? -1 : reason.LastIndexOf(" (", counts, StringComparison.Ordinal);
        string brief = clause < 0 ? reason : reason[..clause];
        return brief.Length <= MostEvidence ? brief : string.Concat(brief.AsSpan(0, MostEvidence - 1), "…");
    }

    private static string Short(double value) => value.ToString("G4", CultureInfo.InvariantCulture);
}
