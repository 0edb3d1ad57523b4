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

    /// <summary>Every row.</summary>
    public static IEnumerable<RowPlan> All() =>
    [
        Plan("P2", 500, new Goal(Ratio: 4)),
        Plan("T2", 500, new Goal(Ratio: 4)),

        // A step of this network is long, and the cost of a step does not depend on how many there are.
        Plan("DC", 50, new Goal(Ratio: 1.2)),
    ];

    private static RowPlan Plan(string network, int steps, Goal goal)
    {
        string name = $"{Codes} inversions × {steps} Adam steps {network}, double";
        return new RowPlan(name, () => Measure(name, network, steps, goal));
    }

    private static IEnumerable<Row> Measure(string name, string network, int steps, Goal goal)
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
        Timing[] timings = Alternation.Measure(
            Effort.Long with { Samples = network == "DC" ? 3 : 5 },
            new Contender("ours", () => reached = subject.Minimize(new Adam(), steps, 1)),
            new Contender(chosen.Name, () => steepest(steps)));
        Require(reached.Value, begin, "ours");
        Require(adam.Risk, begin, "libtorch");
        if (reached.Steps != Codes * steps)
        {
            throw new InvalidOperationException($"ours took {reached.Steps} steps, not {Codes * steps}");
        }

        yield return Row.Of(name, timings, goal);
    }

    private static void Require(double reached, double begin, string who)
    {
        if (!(reached < 0.5 * begin))
        {
            throw new InvalidOperationException($"{who} went from Σ J = {begin} to {reached}: that is no inversion");
        }
    }
}
