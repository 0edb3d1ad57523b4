using System.Diagnostics;
using Inversion.Benchmarks.Measuring;
using Inversion.Benchmarks.Reporting;
using Inversion.Benchmarks.Subjects;

namespace Inversion.Benchmarks.Growth;

/// <summary>The growth mode: how the time of a value and gradient grows with the network and the batch, and that of an audit with its trials.</summary>
internal static class GrowthRun
{
    private const string Gradient = "value + gradient, double";

    private static readonly Axis[] Axes =
    [
        Network("C_0", "64 channels, ℓ = 8, D_0 = 1, batch 64", [4, 8, 16, 32, 64], c => ($"{c}x1", "64k8,64k8", 64)),
        Network("channels C_1 = C_2", "C_0 = 8, ℓ = 8, D_0 = 1, batch 64", [16, 32, 64, 128, 256], c => ("8x1", $"{c}k8,{c}k8", 64)),
        Network("ℓ", "C_0 = 8, 64 channels, D_0 = 1, batch 64", [2, 4, 8, 16, 32], l => ("8x1", $"64k{l},64k{l}", 64)),
        Network("D_0", "C_0 = 8, 64 channels, ℓ = 8, batch 64", [1, 2, 4, 8, 16], d => ($"8x{d}", "64k8,64k8", 64)),
        Network("batch", "C_0 = 8, 64 channels, ℓ = 8, D_0 = 1", [1, 4, 16, 64, 256], b => ("8x1", "64k8,64k8", b)),
        new("trials", "audit by every claim, two draws of `theorem`, 2 starts of 60 steps", [25, 50, 100, 200], trials =>
        {
            AuditCase subject = new(trials, "theorem");
            return (() => subject.Run(1), null);
        }, Effort.Long),
    ];

    /// <summary>Measures every axis whose name contains one of <paramref name="only"/>, or all if there is none.</summary>
    public static int Run(IReadOnlyList<string> only, Outlet outlet)
    {
        Axis[] chosen = [.. Axes.Where(axis => only.Count == 0 || only.Any(text => axis.Name.Contains(text, StringComparison.OrdinalIgnoreCase)))];
        if (chosen.Length == 0)
        {
            Console.Error.WriteLine($"no quantity is named so; they are: {string.Join(", ", Axes.Select(axis => axis.Name))}");
            return 64;
        }

        long began = Stopwatch.GetTimestamp();
        Machine machine = Machine.Describe();
        List<Growth> found = [];
        foreach (Axis axis in chosen)
        {
            Console.Error.WriteLine(FormattableString.Invariant($"{Stopwatch.GetElapsedTime(began).TotalSeconds,5:0} s  {axis.Name}"));
            found.Add(axis.Measure());
        }

        outlet.Write("growth", MarkdownReport.Text(machine, found), JsonReport.Text(machine, found));
        return 0;
    }

    private static Axis Network(string name, string held, int[] points, Func<int, (string Input, string Layers, int Batch)> shape) =>
        new(name, $"{Gradient}; {held}", points, point =>
        {
            (string input, string layers, int batch) = shape(point);
            RiskCase<double> subject = new(BenchmarkNetworks.Drawn(input, layers), batch);
            return (subject.Evaluate, batch * Work.ValueAndGradient(subject.Network));
        }, new Effort(Samples: 9));
}
