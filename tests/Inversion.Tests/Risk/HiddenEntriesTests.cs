using Inversion.Measurements;
using Inversion.Networks;
using Inversion.Networks.Engine;
using Inversion.Randomness;
using Inversion.Risk;
using Inversion.Solving;
using Xunit;

namespace Inversion.Tests.Risk;

/// <summary>What a mask hides never counts, and a NaN that it shows always does: inside, hidden entries of y are marked by NaN.</summary>
public sealed class HiddenEntriesTests
{
    private readonly NetworkEngine<double> engine = new(new NetworkBuilder { Input = Shape.Parse("3x1"), Layers = "6k3,5k8" }.Draw(new RandomKey(1)));

    [Fact]
    public void Value_OfASignalThatIsNaNWhereTheMaskHidesIt_IsThatOfTheRest()
    {
        // One bias that is NaN spoils one output and no other.
        GenerativeNetwork spoiled = new(Shape.Flat(2), [new LinearLayer(2, 40, [.. Enumerable.Range(0, 80).Select(i => (double)i)], [.. Enumerable.Range(0, 40).Select(i => i == 7 ? double.NaN : 0)])]);
        int[] shown = [.. Enumerable.Range(0, 40).Where(i => i != 7)];
        EmpiricalRisk<double> risk = new(new NetworkEngine<double>(spoiled), new Subsampling(40, shown), new double[39]);
        Assert.Equal(shown.Sum(i => (double)(2 * i + (2 * i + 1)) * (2 * i + (2 * i + 1))) / 2, risk.Value([1, 1]));
        EmpiricalRisk<double> everything = new(new NetworkEngine<double>(spoiled), Subsampling.All(40), new double[40]);
        Assert.True(double.IsNaN(everything.Value([1, 1])));
    }

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    public void Value_OfAMeasurementThatIsNotFinite_IsNot(double bad)
    {
        int n = engine.Network.OutputDimension;
        foreach (Measurement measurement in new Measurement[] { Subsampling.All(n), new Subsampling(n, Enumerable.Range(3, n / 2)), new GaussianSensing(Subsampling.All(n), 12, new RandomKey(2)) })
        {
            double[] observed = new double[measurement.Count];
            observed[^2] = bad;
            EmpiricalRisk<double> risk = new(engine, measurement, observed);
            double value = risk.Value([1, -1, 2]);
            Assert.True(double.IsNaN(bad) ? double.IsNaN(value) : double.IsPositiveInfinity(value), $"{measurement.Name}: {value}");
            Assert.Equal(observed.Select(double.IsFinite), risk.LastResidual.ToArray().Select(double.IsFinite));
        }
    }

    [Fact]
    public void BatchSolver_WithANaNAmongOneMasksMeasurements_EndsThatInstanceAloneAsNonFinite()
    {
        Subsampling mask = new(engine.Network.OutputDimension, Enumerable.Range(0, 60));
        double[] observed = new double[3 * 60];
        Array.Fill(observed, 0.5);
        observed[60 + 4] = double.NaN;
        SolveStatus[] statuses = [.. BatchSolver.Minimize<double>(engine, mask, observed, [1, 1, 1, 1, 1, 1, 1, 1, 1], new SolveOptions { MaxIterations = 3 }, cancellation: TestContext.Current.CancellationToken).Select(result => result.Status)];
        Assert.Equal([false, true, false], statuses.Select(status => status == SolveStatus.NonFinite));
    }
}
