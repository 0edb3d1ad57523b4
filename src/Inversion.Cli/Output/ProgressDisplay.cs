using System.Diagnostics;
using System.Globalization;

namespace Inversion.Cli.Output;

/// <summary>Progress with time left, on standard error: one line redrawn on a terminal, a line every five seconds elsewhere. Silent for the first two seconds.</summary>
/// <param name="isQuiet">Nothing is told at all.</param>
/// <threadsafety>Safe for many threads.</threadsafety>
internal sealed class ProgressDisplay(bool isQuiet) : IDisposable
{
    private const int BarWidth = 24;
    private static readonly TimeSpan Silence = TimeSpan.FromSeconds(2);
    private readonly Lock gate = new();
    private readonly Stopwatch clock = Stopwatch.StartNew();
    private readonly TimeSpan interval = Terminal.CanRedraw ? TimeSpan.FromMilliseconds(200) : TimeSpan.FromSeconds(5);
    private TimeSpan last = TimeSpan.Zero;
    private TimeSpan begin = TimeSpan.Zero;
    private bool drawn;

    /// <summary>Reports that <paramref name="done"/> of <paramref name="total"/> parts are finished.</summary>
    public void Report(int done, int total, string what)
    {
        lock (gate)
        {
            TimeSpan now = clock.Elapsed;
            if (isQuiet || now < Silence || now - last < interval)
            {
                return;
            }

            last = now;
            double left = done == 0 ? double.NaN : (now - begin).TotalSeconds * (total - done) / done;
            string time = double.IsNaN(left) ? string.Empty : string.Create(CultureInfo.InvariantCulture, $", about {Math.Ceiling(left)} s left");
            if (!Terminal.CanRedraw)
            {
                Console.Error.WriteLine($"{done} of {total}{time} ({what})");
                return;
            }

            int filled = total == 0 ? 0 : BarWidth * done / total;
            string line = $"[{new string('#', filled)}{new string('.', BarWidth - filled)}] {done}/{total}{time} {what}";
            int width = Math.Max(20, Console.WindowWidth - 1);
            Console.Error.Write("\r" + (line.Length > width ? line[..width] : line.PadRight(width)));
            drawn = true;
        }
    }

    /// <summary>Begins another piece of work: time left is told from its own pace.</summary>
    public void Restart()
    {
        lock (gate)
        {
            begin = clock.Elapsed;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => Clear();

    /// <summary>Clears the line, so that something else can be written.</summary>
    public void Clear()
    {
        lock (gate)
        {
            if (drawn)
            {
                Console.Error.Write("\r" + new string(' ', Math.Max(20, Console.WindowWidth - 1)) + "\r");
                drawn = false;
            }
        }
    }
}
