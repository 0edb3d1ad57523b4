using Inversion.Benchmarks.Measuring;
using Inversion.Benchmarks.Peers;
using Inversion.Benchmarks.Reporting;
using Inversion.Benchmarks.Subjects;

namespace Inversion.Benchmarks.Table;

/// <summary>The norms that `weight-concentration` judges, against libtorch with hundreds of pairs a batch.</summary>
internal static class ConcentrationRows
{
    private const int Pairs = 10_000;
    private const int PairsToChooseBy = 500;
    private const double Tolerance = 1e-8;

    /// <summary>Every row.</summary>
    public static IEnumerable<RowPlan> All()
    {
        string name = $"{Pairs} pairs of weight-concentration, n = {ConcentrationCase.Rows}, k = {ConcentrationCase.Inputs}";
        yield return new RowPlan(name, () => Measure(name));
    }

    private static IEnumerable<Row> Measure(string name)
    {
        ConcentrationCase subject = new(Pairs);
        using TorchConcentration peer = new(subject);
        (string Name, bool OneProduct, bool Singular)[] ways =
        [
            ("libtorch: bmm, eigvalsh", false, false),
            ("libtorch: one mm, eigvalsh", true, false),
            ("libtorch: bmm, matrix_norm", false, true),
            ("libtorch: one mm, matrix_norm", true, true),
        ];
        subject.Judge();
        foreach ((string way, bool oneProduct, bool singular) in ways)
        {
            double apart = subject.Norms.Zip(peer.Norms(oneProduct, singular, PairsToChooseBy), (ours, theirs) => Math.Abs(ours - theirs)).Max();
            if (!(apart <= Tolerance))
            {
                throw new InvalidOperationException($"our norms differ from those of {way} by {apart}");
            }
        }

        Contender[] few = [.. ways.Select(way => new Contender(way.Name, () => peer.Norms(way.OneProduct, way.Singular, PairsToChooseBy)))];
        (string fastest, bool one, bool values) = ways[Array.IndexOf(few, Alternation.Fastest(few))];
        Timing[] timings = Alternation.Measure(
            Effort.Long with { Samples = 5 }, new Contender("ours", subject.Judge), new Contender(fastest, () => peer.Norms(one, values)));
        yield return Row.Of(name, timings, new Goal(Ratio: 4));
    }
}
