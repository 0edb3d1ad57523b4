using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Inversion.Benchmarks.Measuring;

/// <summary>Time on the clock, and processor time of the calling thread: equal on a quiet machine, apart where other work shares the cores.</summary>
internal static partial class ThreadClock
{
    private const int ThreadProcessorTime = 3;

    /// <summary>Seconds on the clock and processor seconds of this thread that <paramref name="repetitions"/> calls take.</summary>
    public static (double Wall, double Processor) Time(Action action, int repetitions)
    {
        long wall = Stopwatch.GetTimestamp();
        double processor = Now();
        for (int i = 0; i < repetitions; i++)
        {
            action();
        }

        processor = Now() - processor;
        return (Stopwatch.GetElapsedTime(wall).TotalSeconds, processor);
    }

    private static double Now()
    {
        if (GetTime(ThreadProcessorTime, out TimeSpec time) != 0)
        {
            throw new InvalidOperationException("the processor time of a thread cannot be read here");
        }

        return time.Seconds + (1e-9 * time.Nanoseconds);
    }

    // Source: clock_gettime(2), CLOCK_THREAD_CPUTIME_ID.
    [LibraryImport("libc", EntryPoint = "clock_gettime")]
    private static partial int GetTime(int clock, out TimeSpec time);

    [StructLayout(LayoutKind.Sequential)]
    private struct TimeSpec
    {
        public long Seconds;
        public long Nanoseconds;
    }
}
