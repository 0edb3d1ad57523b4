using System.Diagnostics;
using Inversion.Benchmarks.Reporting;
using Inversion.Cones;
using Inversion.Measurements;
using Inversion.Networks;

namespace Inversion.Benchmarks.Walks;

/// <summary>The cones mode: how fast all cones of a network are gone through, and whether a cone costs more where there are many.</summary>
internal static class WalkRun
{
    // Processor seconds for each size: the best of as many walks as fit, of three at least, and of no more than fifty.
    private const double SecondsOfASize = 4;
    private const int FewestWalks = 3;
    private const int MostWalks = 50;

    /// <summary>Measures the families whose name, with n0, contains one of <paramref name="only"/>, or all if there is none.</summary>
    public static int Run(IReadOnlyList<string> only, Outlet outlet)
    {
        ConeFamily[] chosen = [.. ConeFamily.All.Where(family => only.Count == 0 || only.Any(text => Title(family).Contains(text, StringComparison.OrdinalIgnoreCase)))];
        if (chosen.Length == 0)
        {
            Console.Error.WriteLine($"no family is named so; they are: {string.Join("; ", ConeFamily.All.Select(Title))}");
            return 64;
        }

        long began = Stopwatch.GetTimestamp();
        Machine machine = Machine.Describe();
        List<ConeWalk> walks = [];
        foreach (ConeFamily family in chosen)
        {
            double first = double.NaN;
            foreach (string size in family.Sizes)
            {
                (long cones, double seconds) = Measure(family.Draw(size));
                first = double.IsNaN(first) ? seconds / cones : first;
                walks.Add(new ConeWalk(family, size, cones, seconds, seconds / cones / first));
                Console.Error.WriteLine(FormattableString.Invariant(
                    $"{Stopwatch.GetElapsedTime(began).TotalSeconds,5:0} s  {Title(family)}, {size}: {cones} cones, {walks[^1].Rate:0} a second"));
            }
        }

        outlet.Write("cones", MarkdownReport.Text(machine, walks), JsonReport.Text(machine, walks));
        return 0;
    }

    private static string Title(ConeFamily family) => $"{family.Name}, n0 = {family.Dimension}";

    private static (long Cones, double Seconds) Measure(GenerativeNetwork network)
    {
        PiecewiseLinearMap map = PiecewiseLinearMap.Create(network, Subsampling.All(network.OutputDimension));
        long cones = 0;
        double best = double.PositiveInfinity;
        double spent = 0;
        for (int walk = 0; walk < MostWalks && (walk < FewestWalks || spent < SecondsOfASize); walk++)
        {
            TimeSpan before = Environment.CpuUsage.TotalTime;
            cones = new ConeTree(map).Cones().LongCount();
            double seconds = (Environment.CpuUsage.TotalTime - before).TotalSeconds;
            best = Math.Min(best, seconds);
            spent += seconds;
        }

        return (cones, best);
    }
}
