using Inversion.Benchmarks.Measuring;
using Inversion.Benchmarks.Peers;
using Inversion.Benchmarks.Reporting;
using Inversion.Benchmarks.Subjects;
using Inversion.Solving;

namespace Inversion.Benchmarks.Table;

/// <summary>64 codes recovered by a fixed number of Adam steps, against libtorch with the codes as one batch.</summary>
internal static class InversionRows
{
    private const int Codes = 64;
    private const int Steps = 500;

    /// <summary>Every row.</summary>
    public static IEnumerable<RowPlan> All() =>
    [
        Plan("P2", 9, new Goal(Ratio: 4)),
        Plan("T2", 7, new Goal(Ratio: 4)),
        Plan("DC", 3, new Goal(Ratio: 1.2)),
    ];

    private static RowPlan Plan(string network, int samples, Goal goal)
    {
        string name = $"{Codes} inversions × {Steps} Adam steps {network}, double";
        return new RowPlan(name, () => Measure(name, network, samples, goal));
    }

    private static IEnumerable<Row> Measure(string name, string network, int samples, Goal goal)
    {
        InversionCase<double> subject = new(BenchmarkNetworks.Create(network), Codes);
        RiskCase<double> single = new(subject.Network, Codes);
        using TorchForms forms = TorchForms.Create(single);
        (TorchForm form, _) = forms.Fastest();
        RiskData data = subject.Data;
        using TorchRisk risk = TorchRisk.TryCreate(form, data)!;
        TorchAdam adam = new(risk, data.Codes);
        Contender chosen = Alternation.Fastest([
            new Contender($"libtorch: torch.optim, {form}", () => adam.WithOptimizer(10)),
            new Contender($"libtorch: Adam by hand, {form}", () => adam.ByHand(10))]);
        Action<int> steepest = chosen.Name.Contains("optim", StringComparison.Ordinal) ? adam.WithOptimizer : adam.ByHand;

        double begin = adam.Risk;
        (double Value, int Steps) reached = default;
        void Ours(int steps) => reached = subject.Minimize(new Adam(), steps, 1);

        // Few steps warm up as well as all of them, and a call of all is long.
        for (int warm = 0; warm < 3; warm++)
        {
            Ours(20);
            steepest(20);
        }

        Timing[] timings = Alternation.Measure(
            Effort.Long with { Samples = samples, WarmCalls = 0 },
            new Contender("ours", () => Ours(Steps)),
            new Contender(chosen.Name, () => steepest(Steps)));
        Require(reached.Value, begin, "ours");
        Require(adam.Risk, begin, "libtorch");
        if (reached.Steps != Codes * Steps)
        {
            throw new InvalidOperationException($"ours took {reached.Steps} steps, not {Codes * Steps}");
        }

        yield return Row.Of(name, timings, goal) with { LeftOut = forms.LeftOut };
    }

    private static void Require(double reached, double begin, string who)
    {
        if (!(reached < 0.5 * begin))
        {
            throw new InvalidOperationException($"{who} went from Σ J = {begin} to {reached}: that is no inversion");
        }
    }
}
