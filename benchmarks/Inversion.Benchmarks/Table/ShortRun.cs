using System.Diagnostics;
using Inversion.Benchmarks.Measuring;
using Inversion.Benchmarks.Peers;
using Inversion.Benchmarks.Reporting;

namespace Inversion.Benchmarks.Table;

/// <summary>The short mode: every row once, in under five minutes.</summary>
internal static class ShortRun
{
    /// <summary>Every row that can be measured, in the order of the table.</summary>
    public static IReadOnlyList<RowPlan> Plans { get; } =
    [
        .. GradientRows.All(),
        .. ProductRows.All(),
        .. InversionRows.All(),
        .. ConcentrationRows.All(),
        .. ThreadRows.All(),
        .. AllocationRows.All(),
    ];

    /// <summary>Measures the rows whose name contains one of <paramref name="only"/>, or all if there is none.</summary>
    public static int Run(IReadOnlyList<string> only, Outlet outlet)
    {
        RowPlan[] chosen = [.. Plans.Where(plan => only.Count == 0 || only.Any(text => plan.Name.Contains(text, StringComparison.OrdinalIgnoreCase)))];
        if (chosen.Length == 0)
        {
            Console.Error.WriteLine($"no row is named so; the rows are:\n  {string.Join("\n  ", Plans.Select(plan => plan.Name))}");
            return 64;
        }

        TorchSetup.Prepare();
        long began = Stopwatch.GetTimestamp();
        Machine machine = Machine.Describe();
        Roofline roofline = Roofline.Measure();
        List<Row> rows = [];
        foreach (RowPlan plan in chosen)
        {
            Console.Error.WriteLine(FormattableString.Invariant($"{Stopwatch.GetElapsedTime(began).TotalSeconds,5:0} s  {plan.Name}"));
            foreach (Row row in plan.Measure())
            {
                rows.Add(row);
                Console.Error.WriteLine("         " + MarkdownReport.Line(row));
            }

            // What one row leaves behind must not be collected while the next is timed.
            GC.Collect();
        }

        outlet.Write(
            TorchSetup.TakesProcessorForIntels ? "short, peer with wide vectors" : "short",
            MarkdownReport.Text(machine, roofline, rows), JsonReport.Text(machine, roofline, rows));
        Console.Error.WriteLine(FormattableString.Invariant($"{Stopwatch.GetElapsedTime(began).TotalSeconds,5:0} s  done"));
        return 0;
    }
}
