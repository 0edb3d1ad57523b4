using System.Diagnostics;
using Inversion.Sweeps;
using Spectre.Console;

namespace Inversion.Cli.Output;

/// <summary>Progress of a sweep on standard error: on a terminal a block of lines redrawn in place, elsewhere a line every few seconds.</summary>
/// <threadsafety>Safe for many threads.</threadsafety>
internal sealed class SweepDisplay : IProgress<SweepProgress>, IDisposable
{
    private const int MostCells = 6;
    private static readonly TimeSpan Silence = TimeSpan.FromSeconds(2);

    // A cell that nothing was heard of for so long is not shown as one in work.
    private static readonly TimeSpan Recent = TimeSpan.FromSeconds(10);

    private readonly Lock gate = new();
    private readonly Stopwatch clock = Stopwatch.StartNew();
    private readonly Dictionary<int, Seen> cells = [];
    private readonly SweepPlan plan;
    private readonly CancellationTokenRegistration registration;
    private readonly bool isQuiet;
    private readonly bool isTerminal;
    private readonly TimeSpan interval;
    private readonly string[] shown;
    private long? atFirst;
    private TimeSpan first;
    private TimeSpan last;
    private int drawn;
    private bool isFrozen;

    /// <param name="plan">The sweep's plan.</param>
    /// <param name="isQuiet">Nothing is told at all.</param>
    /// <param name="interruption">When cancelled, the block stays as it is: what was written below it must not be overwritten.</param>
    public SweepDisplay(SweepPlan plan, bool isQuiet, CancellationToken interruption)
    {
        this.plan = plan;
        this.isQuiet = isQuiet;
        shown = [.. plan.Cells.SelectMany(cell => cell.Parameters).GroupBy(pair => pair.Key).Where(group => group.Select(pair => pair.Value).Distinct().Count() > 1).Select(group => group.Key)];
        isTerminal = Terminal.CanRedraw && AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Console.Error) }).Profile.Capabilities.Ansi;
        interval = isTerminal ? TimeSpan.FromMilliseconds(200) : TimeSpan.FromSeconds(5);
        registration = interruption.Register(() =>
        {
            lock (gate)
            {
                isFrozen = true;
            }
        });
    }

    /// <inheritdoc/>
    public void Report(SweepProgress value)
    {
        lock (gate)
        {
            TimeSpan now = clock.Elapsed;
            if (atFirst is null)
            {
                (atFirst, first) = (value.Done, now);
            }

            Seen seen = cells.GetValueOrDefault(value.Number, new Seen(value, now, value.CellDone, now)) with { Progress = value, Last = now };
            cells[value.Number] = seen;
            if (value.IsOver)
            {
                cells.Remove(value.Number);
            }

            if (isQuiet || isFrozen || now < Silence || now - last < interval)
            {
                return;
            }

            last = now;
            if (isTerminal)
            {
                Draw(value, now);
            }
            else
            {
                string left = Left(value, now);
                Console.Error.WriteLine($"{value.Done} of {value.Total}{(left.Length == 0 ? string.Empty : ", " + left)} ({SweepLines.Of(Line(seen, now))})");
            }
        }
    }

    /// <summary>Takes the block away.</summary>
    public void Dispose()
    {
        registration.Dispose();
        lock (gate)
        {
            if (drawn > 0 && !isFrozen)
            {
                Console.Error.Write(Above());
            }

            isFrozen = true;
        }
    }

    private void Draw(SweepProgress value, TimeSpan now)
    {
        Seen[] working = [.. cells.Values.Where(seen => now - seen.Last < Recent).OrderBy(seen => seen.Progress.Number)];
        IReadOnlyList<string> block = SweepLines.Of(
            value.Done, value.Total, Left(value, now), [.. working.Take(MostCells).Select(seen => Line(seen, now))], Math.Max(0, working.Length - MostCells), Math.Max(20, Console.WindowWidth - 1));
        Console.Error.Write(Above() + string.Concat(block.Select(line => line + "\n")));
        drawn = block.Count;
    }

    // By the pace of this run. Under a rule the total is the most that there can be.
    private string Left(SweepProgress value, TimeSpan now)
    {
        long here = value.Done - atFirst!.Value;
        return here <= 0 ? string.Empty : $"{(plan.Stop.IsActive ? "at most" : "about")} {SweepLines.Time((now - first).TotalSeconds * (value.Total - value.Done) / here)} left";
    }

    // Control sequences of ECMA-48: up so many lines, to the first column, erase all below.
    private string Above() => drawn == 0 ? string.Empty : $"\e[{drawn}A\r\e[J";

    private SweepLines.Cell Line(Seen seen, TimeSpan now)
    {
        SweepProgress cell = seen.Progress;
        (double lower, double upper) = plan.Stop.Limits(cell.Successes, cell.Undecided, cell.CellDone);
        int total = plan.Stop.IsActive && cell.CellDone > 0 ? Math.Max(cell.CellDone, plan.Stop.Expected(cell.Successes, cell.Undecided, cell.CellDone, cell.CellTotal)) : cell.CellTotal;
        int here = cell.CellDone - seen.DoneAtFirst;
        double left = here <= 0 ? double.NaN : (now - seen.First).TotalSeconds * (total - cell.CellDone) / here;
        return new SweepLines.Cell(Name(cell), cell.CellDone, total, cell.CellDone == 0 ? double.NaN : (double)cell.Successes / cell.CellDone, lower, upper, left);
    }

    private string Name(SweepProgress cell) => shown.Length == 0
        ? cell.Cell
        : string.Join(", ", plan.Cells[cell.Number].Parameters.Where(pair => shown.Contains(pair.Key)).Select(pair => $"{pair.Key}={pair.Value}"));

    private readonly record struct Seen(SweepProgress Progress, TimeSpan First, int DoneAtFirst, TimeSpan Last);
}
