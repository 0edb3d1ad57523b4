using System.Diagnostics;
using System.Globalization;

namespace Inversion.Training.Output;

/// <summary>Steps done, time left and losses on standard error: one line redrawn on a terminal, a line every ten seconds elsewhere.</summary>
internal sealed class Progress(long first, long total)
{
    private static readonly TimeSpan Interval = Console.IsErrorRedirected ? TimeSpan.FromSeconds(10) : TimeSpan.FromSeconds(0.5);
    private readonly Stopwatch clock = Stopwatch.StartNew();
    private TimeSpan last = TimeSpan.Zero;

    /// <summary>Tells that so many steps are done.</summary>
    public void Report(long done, Func<string> losses)
    {
        TimeSpan now = clock.Elapsed;
        if (now - last < Interval && done < total)
        {
            return;
        }

        last = now;
        double left = now.TotalSeconds * (total - done) / Math.Max(1, done - first);
        string line = string.Create(CultureInfo.InvariantCulture, $"step {done} of {total}, about {TimeSpan.FromSeconds(Math.Ceiling(left)):h\\:mm\\:ss} left: {losses()}");
        if (Console.IsErrorRedirected)
        {
            Console.Error.WriteLine(line);
        }
        else
        {
            int width = Math.Max(20, Console.WindowWidth - 1);
            Console.Error.Write("\r" + (line.Length > width ? line[..width] : line.PadRight(width)) + (done == total ? "\n" : string.Empty));
        }
    }
}
