using System.Globalization;
using System.Text;
using Inversion.Benchmarks.Measuring;
using Inversion.Benchmarks.Walks;

namespace Inversion.Benchmarks.Reporting;

/// <summary>Writes rows as a Markdown table, numbers in the invariant culture.</summary>
internal static class MarkdownReport
{
    private static readonly (double Scale, string Name)[] Seconds = [(1, "s"), (1e-3, "ms"), (1e-6, "µs"), (1e-9, "ns")];

    /// <summary>The machine, the roofline and the table.</summary>
    public static string Text(Machine machine, Roofline roofline, IReadOnlyList<Row> rows)
    {
        StringBuilder text = new();
        text.AppendLine(machine.ToString()).AppendLine();
        text.AppendLine(string.Create(CultureInfo.InvariantCulture,
            $"Measured peak of one core: {roofline.Double / 1e9:0.0} GFLOP/s in double, {roofline.Float / 1e9:0.0} in float (fused multiply-adds on registers). Memory from one core: {roofline.Read / 1e9:0.0} GB/s read, {roofline.Copied / 1e9:0.0} GB/s copied (read and written)."));
        text.AppendLine();
        text.AppendLine("| row | ours | peer | ratio (quartiles) | ours, GFLOP/s | share of peak | peer, GFLOP/s | goal | reached | peer's form |");
        text.AppendLine("|---|---|---|---|---|---|---|---|---|---|");
        foreach (Row row in rows)
        {
            text.AppendLine(Line(row));
        }

        text.AppendLine();
        text.AppendLine(CultureInfo.InvariantCulture, $"Goals reached: {rows.Count(row => row.Reached == true)} of {rows.Count(row => row.Goal is not null)}.");
        foreach (IGrouping<string, Row> group in rows.Where(row => row.LeftOut.Count > 0).GroupBy(row => string.Join("; ", row.LeftOut)))
        {
            text.AppendLine().AppendLine($"Left out as wrong in {string.Join(" and ", group.Select(row => row.Name))}: {group.Key}.");
        }

        return text.ToString();
    }

    /// <summary>The machine and a table of exponents.</summary>
    public static string Text(Machine machine, IReadOnlyList<Growth.Growth> found)
    {
        StringBuilder text = new();
        text.AppendLine(machine.ToString()).AppendLine();
        text.AppendLine("| grows with | values | times | measured exponent (95 %) | exponent of the operations | what is timed |");
        text.AppendLine("|---|---|---|---|---|---|");
        foreach (Growth.Growth growth in found)
        {
            string times = string.Join(", ", growth.Seconds.Select(seconds => Amount(seconds, "s")));
            text.AppendLine(string.Create(CultureInfo.InvariantCulture,
                $"| {growth.Quantity} | {string.Join(", ", growth.Points)} | {times} | {growth.Time.Exponent:0.00} ({growth.Time.Low:0.00} to {growth.Time.High:0.00}) | {growth.OperationsExponent:0.00} | {growth.What} |"));
        }

        return text.ToString();
    }

    /// <summary>The machine and a table of walks through cones.</summary>
    public static string Text(Machine machine, IReadOnlyList<ConeWalk> walks)
    {
        StringBuilder text = new();
        text.AppendLine(machine.ToString()).AppendLine();
        text.AppendLine("| n0 | network | layers | cones | walk | cones a second and core | cost of a cone | goal | reached |");
        text.AppendLine("|---|---|---|---|---|---|---|---|---|");
        foreach (ConeWalk walk in walks)
        {
            text.AppendLine(string.Create(CultureInfo.InvariantCulture,
                $"| {walk.Family.Dimension} | {walk.Family.Name} | `{walk.Shape}` | {walk.Cones:N0} | {Amount(walk.Seconds, "s")} | {walk.Rate:N0} | {walk.Growth:0.00}× | ≥ {walk.Family.Goal:N0} and ≤ {ConeFamily.MostGrowth:0}× | {Word(walk.Reached)} |"));
        }

        text.AppendLine();
        text.AppendLine(CultureInfo.InvariantCulture, $"Goals reached: {walks.Count(walk => walk.Reached)} of {walks.Count}.");
        return text.ToString();
    }

    /// <summary>One line of the table.</summary>
    public static string Line(Row row)
    {
        string ratio = row.Ratio is double value
            ? string.Create(CultureInfo.InvariantCulture, $"{value:0.00} ({row.LowRatio:0.00}–{row.HighRatio:0.00})")
            : "";
        string share = row.Share is double part ? string.Create(CultureInfo.InvariantCulture, $"{100 * part:0} %") : "";
        return $"| {row.Name} | {Amount(row.Ours, row.Unit)} | {Amount(row.Theirs, row.Unit)} | {ratio} | {Rate(row.Rate)} | {share} | {Rate(row.TheirRate)} | {row.Goal} | {Word(row.Reached)} | {row.Peer} |";
    }

    private static string Word(bool? reached) => reached switch { null => "", true => "yes", false => "**no**" };

    private static string Rate(double? rate) => rate is double value ? string.Create(CultureInfo.InvariantCulture, $"{value / 1e9:0.0}") : "";

    private static string Amount(double? amount, string unit)
    {
        if (amount is not double value)
        {
            return "";
        }

        if (unit != "s")
        {
            return string.Create(CultureInfo.InvariantCulture, $"{value:0.##} {unit}");
        }

        (double scale, string name) = Array.Find(Seconds, step => value >= step.Scale);
        return scale > 0
            ? string.Create(CultureInfo.InvariantCulture, $"{value / scale:G3} {name}")
            : string.Create(CultureInfo.InvariantCulture, $"{value:R} s");
    }
}
