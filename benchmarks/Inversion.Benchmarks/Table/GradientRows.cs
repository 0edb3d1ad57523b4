using System.Numerics;
using Inversion.Benchmarks.Measuring;
using Inversion.Benchmarks.Peers;
using Inversion.Benchmarks.Reporting;
using Inversion.Benchmarks.Subjects;

namespace Inversion.Benchmarks.Table;

/// <summary>J and ∇J against libtorch with autograd.</summary>
internal static class GradientRows
{
    /// <summary>Every row.</summary>
    public static IEnumerable<RowPlan> All()
    {
        foreach (string name in (string[])["P2", "T2"])
        {
            yield return Plan<double>(name, 1, new Goal(Ratio: 10));
        }

        foreach (string name in BenchmarkNetworks.Names)
        {
            Goal goal = name switch
            {
                "P2" or "T2" => new Goal(Ratio: 4, Share: 0.75, Either: true),
                "T2L" => new Goal(Ratio: 1.2, Share: 0.75),
                _ => new Goal(Ratio: 1.2),
            };
            yield return Plan<double>(name, 64, goal);
            yield return Plan<float>(name, 64, goal);
        }
    }

    private static RowPlan Plan<T>(string network, int batch, Goal goal)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        string name = $"value + gradient {network}, batch {batch}, {(typeof(T) == typeof(double) ? "double" : "float")}";
        return new RowPlan(name, () => Measure<T>(name, network, batch, goal));
    }

    private static IEnumerable<Row> Measure<T>(string name, string network, int batch, Goal goal)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        RiskCase<T> subject = new(BenchmarkNetworks.Create(network), batch);
        using TorchForms forms = TorchForms.Create(subject);
        (_, Contender fastest) = forms.Fastest();
        Timing[] timings = Alternation.Measure(
            new Effort(), new Contender("ours", subject.Evaluate), fastest, new Contender("peak", PeakLoop<T>.Run));
        yield return Row.Of(name, timings, goal, batch * Work.ValueAndGradient(subject.Network), PeakLoop<T>.Operations) with { LeftOut = forms.LeftOut };
    }
}
