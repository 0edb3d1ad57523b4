using System.Numerics;
using Inversion.Cones;
using Inversion.Measurements;
using Inversion.Networks;
using Inversion.Networks.Engine;
using Inversion.Randomness;
using Inversion.Risk;
using Xunit;

namespace Inversion.Tests.Cones;

public sealed class ConeTreeTests
{
    public static TheoryData<string, string, string> Networks => new()
    {
        { "2x1", "4k2,4k2", "relu" },
        { "1x2", "5k3,3k2", "relu" },
        { "2x1", "4k2,3k3,4k2", "relu" },
        { "2x1", "4k3s2p1,3k3s2", "relu" },
        { "2x1x1", "4k2,3k2", "relu" },
        { "2x1", "5k2,4k2", "leaky-relu:0.25" },
        { "3x1", "4k2,4k2", "relu" },
        { "1x3", "4k2,2k2", "relu" },
        { "3", "dense7,dense9", "relu" },
        { "3x1", "5k2,4k2", "leaky-relu:-0.5" },
        { "4", "dense6,dense5", "relu" },
    };

    [Theory]
    [MemberData(nameof(Networks))]
    public void RandomCodes_LieStrictlyInsideOneConeWithTheirPattern(string input, string layers, string activation)
    {
        GenerativeNetwork network = ConeCases.Drawn(input, layers, activation);
        PiecewiseLinearMap map = ConeCases.Map(network);
        List<LinearCone> cones = ConeCases.Cones(network);
        Dictionary<string, int> byPattern = [];
        foreach (LinearCone cone in cones)
        {
            Assert.True(byPattern.TryAdd(Key(cone, map), 1), "two cones with one pattern");
        }

        NetworkEngine<double> engine = new(network);
        RandomStream stream = RandomKey.Parse("c2").Open();
        for (int trial = 0; trial < 300; trial++)
        {
            double[] code = new double[network.LatentDimension];
            stream.FillGaussian(code);
            Assert.True(byPattern.ContainsKey(Key(map, engine, code)), "a code whose pattern no cone has");
        }
    }

    [Theory]
    [MemberData(nameof(Networks))]
    public void EveryCone_HasItsPatternAtItsInteriorPoint(string input, string layers, string activation)
    {
        GenerativeNetwork network = ConeCases.Drawn(input, layers, activation);
        PiecewiseLinearMap map = ConeCases.Map(network);
        NetworkEngine<double> engine = new(network);
        foreach (LinearCone cone in ConeCases.Cones(network))
        {
            Assert.Equal(Key(cone, map), Key(map, engine, cone.InteriorPoint()));
        }
    }

    // Every facet is the facet of exactly two cones, so nobody is missing and nobody overlaps.
    [Theory]
    [MemberData(nameof(Networks))]
    public void EveryFacet_IsSharedByTwoCones(string input, string layers, string activation)
    {
        Dictionary<string, int> shared = [];
        foreach (LinearCone cone in ConeCases.Cones(ConeCases.Drawn(input, layers, activation)))
        {
            for (int facet = 0; facet < cone.Facets.Length; facet++)
            {
                List<string> rays = [];
                foreach (int ray in cone.RaysOn(facet))
                {
                    rays.Add(string.Join(' ', cone.Rays[ray].Exact.ToArray()));
                }

                string key = string.Join('|', rays.Order());
                shared[key] = shared.GetValueOrDefault(key) + 1;
            }
        }

        Assert.All(shared, pair => Assert.Equal(2, pair.Value));
    }

    [Theory]
    [MemberData(nameof(Networks))]
    public void GramAndProjection_AreThoseOfTheMapInside(string input, string layers, string activation)
    {
        GenerativeNetwork network = ConeCases.Drawn(input, layers, activation);
        Subsampling mask = new(network.OutputDimension, Enumerable.Range(0, network.OutputDimension).Where(i => i % 3 != 1).Reverse());
        PiecewiseLinearMap map = PiecewiseLinearMap.Create(network, mask);
        NetworkEngine<double> engine = new(network);
        double[] measured = [.. Enumerable.Range(0, mask.Count).Select(i => Math.Sin(i + 1))];
        int n = network.LatentDimension;
        foreach (ConeNode node in new ConeTree(map).Walk(measured, TestContext.Current.CancellationToken).Where(node => node.Cone is not null).Take(200))
        {
            LinearCone cone = node.Cone!;
            double[] matrix = MergedWeights.OfNetwork(engine, cone.InteriorPoint());
            for (int i = 0; i < n; i++)
            {
                Assert.Equal(mask.Indices.Select((o, at) => matrix[(o * n) + i] * measured[at]).Sum(), cone.Projection.Span[i], 1e-12);
                for (int j = 0; j < n; j++)
                {
                    Assert.Equal(mask.Indices.Sum(o => matrix[(o * n) + i] * matrix[(o * n) + j]), cone.Gram.Span[(i * n) + j], 1e-12);
                }
            }
        }
    }

    [Fact]
    public void AMask_LeavesOutUnitsThatNothingObservedReads()
    {
        GenerativeNetwork network = ConeCases.Drawn("2x1", "4k2,4k2");
        PiecewiseLinearMap map = PiecewiseLinearMap.Create(network, new Subsampling(network.OutputDimension, [0, 1]));

        // Outputs 0 and 1 stem from the first of the two middle positions: four of the eight units.
        Assert.Equal([4, 2], map.KinkUnits.Select(units => units.Length));
        Assert.All(new ConeTree(map).Cones(TestContext.Current.CancellationToken), cone => Assert.Equal(2, cone.Rays.Length));
    }

    [Fact]
    public void GaussianSensing_KeepsEveryCone()
    {
        GenerativeNetwork network = ConeCases.Drawn("2x1", "4k2,4k2");
        GaussianSensing sensing = new(Subsampling.All(network.OutputDimension), 3, RandomKey.Parse("5"));
        Assert.Equal(
            ConeCases.Cones(network).Count,
            new ConeTree(PiecewiseLinearMap.Create(network, sensing)).Cones(TestContext.Current.CancellationToken).Count());
    }

    [Fact]
    public void TwoKinksInARow_AreBothKinks()
    {
        GenerativeNetwork network = new(
            Shape.Flat(2), [new LinearLayer(2, 2, [1, 0, 0, 1]), new ActivationLayer(Activation.LeakyRelu, -1), new ActivationLayer(Activation.Relu)]);

        // |x| and |y| are never negative: the second kink cuts nothing.
        List<LinearCone> cones = ConeCases.Cones(network);
        Assert.Equal(4, cones.Count);
        Assert.All(cones, cone => Assert.Equal([1, 1], cone.Signs(1).Select(s => (int)s)));
    }

    [Fact]
    public void AConeWithLines_HasThemExactly()
    {
        LinearCone cone = ConeCases.Cones(ConeCases.OneLayer([1, 1, 0], [2, 2, 0]))[0];
        Assert.Single(cone.Rays.ToArray());
        Assert.Equal(2, cone.Lines.Length);
        Assert.All(cone.Lines, line => Assert.Equal(BigInteger.Zero, line[0] + line[1]));
    }

    [Fact]
    public void Shares_AddUpToOne() =>
        Assert.Equal(
            1,
            new ConeTree(ConeCases.Map(ConeCases.Drawn("3x1", "4k2,4k2"))).Walk(null, TestContext.Current.CancellationToken).Sum(node => node.Share),
            1e-12);

    [Fact]
    public void Biases_AndSmoothUnits_AreRefusedByName()
    {
        Assert.Throws<NetworkException>(() => ConeCases.Map(new GenerativeNetwork(Shape.Flat(1), [new LinearLayer(1, 1, [1], [1])])));
        Assert.Throws<NetworkException>(() => ConeCases.Map(ConeCases.Drawn("2x1", "4k2", "tanh")));
        Assert.Throws<NetworkException>(() => ConeCases.Map(ConeCases.OneLayer([double.NaN, 1])));
    }

    [Fact]
    public void Cancelled_AWalkStops()
    {
        using CancellationTokenSource source = new();
        using IEnumerator<LinearCone> cones = new ConeTree(ConeCases.Map(ConeCases.Drawn("3x1", "4k2,4k2"))).Cones(source.Token).GetEnumerator();
        Assert.True(cones.MoveNext());
        source.Cancel();
        Assert.Throws<OperationCanceledException>(() => cones.MoveNext());
    }

    private static string Key(LinearCone cone, PiecewiseLinearMap map) =>
        string.Join('|', Enumerable.Range(0, map.KinkUnits.Length).Select(kink => string.Concat(cone.Signs(kink).Select(s => s > 0 ? '+' : '-'))));

    private static string Key(PiecewiseLinearMap map, NetworkEngine<double> engine, double[] code)
    {
        ActivationPattern pattern = ActivationPattern.At(engine, code);
        return string.Join('|', map.KinkUnits.Select((units, kink) => string.Concat(units.Select(unit => pattern.Signs[kink][unit] > 0 ? '+' : '-'))));
    }
}
