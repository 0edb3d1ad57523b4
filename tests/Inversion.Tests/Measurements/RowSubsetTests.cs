using Inversion.Measurements;
using Inversion.Networks;
using Inversion.Networks.Engine;
using Inversion.Numerics;
using Inversion.Randomness;
using Xunit;

namespace Inversion.Tests.Measurements;

public sealed class RowSubsetTests
{
    [Theory]
    [InlineData("contiguous", 0.5, "3x2", "5k3,4k2", 24)]
    [InlineData("contiguous", 0.021, "3x2", "5k3,4k2", 1)] // Half an output, and a little.
    [InlineData("contiguous", 0.0104, "3x2", "5k3,4k2", 0)]
    [InlineData("contiguous", 1, "3x2", "5k3,4k2", 48)]
    [InlineData("contiguous", 0.3, "2x1x1", "3k2,1k2", 5)]
    [InlineData("contiguous", 0.3, "3", "dense9,dense10", 3)]
    [InlineData("blocks", 0.5, "3x2", "5k3,4k2", 24)] // 3 of 6 blocks of 2 positions and 4 channels.
    [InlineData("blocks", 0.25, "3x2", "5k3,4k2", 16)] // 1.5 blocks are 2.
    [InlineData("blocks", 0.08, "3x2", "5k3,4k2", 0)]
    [InlineData("blocks", 0.5, "2x1x1", "3k2,1k2", 8)]
    [InlineData("blocks", 0.5, "3", "dense9,dense10", 10)] // A dense layer has one block.
    [InlineData("offsets", 0.5, "3x2", "5k3,4k2", 24)]
    [InlineData("offsets", 0.24, "3x2", "5k3,4k2", 0)]
    [InlineData("offsets", 0.125, "3x2", "5k3,4k8", 24)] // One offset is 1/ℓ.
    [InlineData("offsets", 0.25, "2x1x1", "3k2,1k2", 4)]
    [InlineData("offsets", 0.6, "2x1x1", "3k2,1k2", 8)] // 2.4 offsets are 2.
    [InlineData("adversarial", 0.5, "3x2", "5k3,4k2", 24)]
    [InlineData("adversarial", 0.021, "3x2", "5k3,4k2", 1)]
    [InlineData("adversarial", 0, "3x2", "5k3,4k2", 0)]
    [InlineData("adversarial", 1, "3x2", "5k3,4k2", 48)]
    [InlineData("adversarial", 0.3, "3", "dense9,dense10", 3)]
    public void Parse_OfARowSubset_ObservesTheShareRoundedToItsPieces(string pattern, double rate, string input, string layers, int count)
    {
        GenerativeNetwork network = Draw(input, layers, 1);
        string text = FormattableString.Invariant($"{pattern}:{rate}");
        Subsampling mask = MaskPattern.Parse(text, network, new RandomKey(3));
        Assert.Equal(count, mask.Count);
        Assert.Equal(text, mask.Name);
        Assert.Equal(mask.Indices, MaskPattern.Parse(text, network, new RandomKey(3)).Indices);
    }

    [Fact]
    public void Contiguous_IsARunThroughThePositionsChannelByChannel_AndStartsAnywhere()
    {
        GenerativeNetwork network = Draw("3x2", "5k3,4k2", 1);
        HashSet<int> starts = [];
        for (int i = 0; i < 400; i++)
        {
            // Index = channel · 12 + position; the run's order = position · 4 + channel.
            int[] order = [.. MaskPattern.Parse("contiguous:0.125", network, new RandomKey(4).Child(i)).Indices.Select(index => (index % 12 * 4) + (index / 12)).Order()];
            Assert.Equal(Enumerable.Range(order[0], 6), order);
            starts.Add(order[0]);
        }

        // 43 starts; the chance that an honest draw misses one is at most 43 (42/43)^400 = 0.0035.
        Assert.Equal(43, starts.Count);
    }

    [Fact]
    public void Blocks_AreUnionsOfTheLastLayersBlocks_ChosenAnewByEveryKey()
    {
        GenerativeNetwork network = Draw("3x2", "5k3,4k2", 1);
        int[][] blocks = [.. Enumerable.Range(0, 6).Select(p => MaskPattern.Parse($"block:{p}@2", network, default).Indices.ToArray())];
        HashSet<string> seen = [];
        for (int i = 0; i < 200; i++)
        {
            int[] rows = [.. MaskPattern.Parse("blocks:0.5", network, new RandomKey(5).Child(i)).Indices];
            int[] whole = [.. Enumerable.Range(0, 6).Where(p => blocks[p].All(rows.Contains))];
            Assert.Equal(3, whole.Length);
            Assert.Equal(rows, whole.SelectMany(p => blocks[p]).Order());
            seen.Add(string.Join(',', whole));
        }

        // 20 choices; a miss has a chance of at most 20 (19/20)^200 = 7e-4.
        Assert.Equal(20, seen.Count);
    }

    [Theory]
    [InlineData("3x2", "5k3,4k2", 1, 2)]
    [InlineData("2x1x1", "3k2,2k2", 2, 2)]
    [InlineData("2x1x1", "3k5s3,2k5s3", 3, 3)] // Stamps overlap: an offset is still a residue of the coordinates.
    public void Offsets_AreTheSameInEveryBlock(string input, string layers, int strideHeight, int strideWidth)
    {
        GenerativeNetwork network = Draw(input, layers, 1);
        Shape shape = network.OutputShape;
        strideHeight = shape.SpatialRank == 1 ? 1 : strideHeight;
        int offsets = strideHeight * strideWidth;
        HashSet<int> seen = [];
        for (int i = 0; i < 200; i++)
        {
            string pattern = FormattableString.Invariant($"offsets:{1.0 / offsets:R}");
            bool[] observed = new bool[shape.Length];
            foreach (int index in MaskPattern.Parse(pattern, network, new RandomKey(6).Child(i)).Indices)
            {
                observed[index] = true;
            }

            int Offset(int index) => (index % shape.Positions / shape.Width % strideHeight * strideWidth) + (index % shape.Width % strideWidth);
            int chosen = Offset(Array.IndexOf(observed, true));
            Assert.All(Enumerable.Range(0, observed.Length), index => Assert.Equal(Offset(index) == chosen, observed[index]));
            seen.Add(chosen);
        }

        // At most 9 (8/9)^200 = 5e-10 that one never comes.
        Assert.Equal(offsets, seen.Count);
    }

    [Fact]
    public void Adversarial_KeepsTheOutputsThatAreSilentForSomeCode_WhichRandomOnesAreNot()
    {
        for (ulong seed = 1; seed <= 5; seed++)
        {
            GenerativeNetwork network = Draw("3x1", "12k2,8k2", seed);
            Subsampling left = MaskPattern.Parse("adversarial:0.5", network, new RandomKey(seed));
            Subsampling random = MaskPattern.Parse("random:0.5", network, new RandomKey(seed));
            Assert.Equal(0, LeastEnergy(network, left, new RandomKey(seed)));
            Assert.True(LeastEnergy(network, random, new RandomKey(seed)) > 0);
        }
    }

    [Theory]
    [InlineData("0.7")]
    [InlineData("0.85")]
    public void Adversarial_WhereNoCodeIsSilentEnough_LeavesDirectionsThatMoveLess(string rate)
    {
        for (ulong seed = 1; seed <= 5; seed++)
        {
            GenerativeNetwork network = Draw("3x1", "12k2,8k2", seed);
            double left = LeastEnergy(network, MaskPattern.Parse("adversarial:" + rate, network, new RandomKey(seed)), new RandomKey(seed));
            double random = LeastEnergy(network, MaskPattern.Parse("random:" + rate, network, new RandomKey(seed)), new RandomKey(seed));
            Assert.True(left < random, $"{seed}: {left} against {random}");
        }
    }

    [Fact]
    public void Adversarial_KnowsTheNetwork()
    {
        GenerativeNetwork[] networks = [Draw("3x2", "5k3,4k2", 1), Draw("3x2", "5k3,4k2", 2)];
        Assert.NotEqual(
            MaskPattern.Parse("adversarial:0.5", networks[0], default).Indices, MaskPattern.Parse("adversarial:0.5", networks[1], default).Indices);
    }

    [Theory]
    [InlineData("offsets:0.5+blocks:0.5")]
    [InlineData("adversarial:0.25+contiguous:0.25")]
    public void Union_OfRowSubsets_IsTheUnionOfEach(string pattern)
    {
        GenerativeNetwork network = Draw("3x2", "5k3,4k2", 1);
        RandomKey key = new(7);
        Assert.Equal(
            pattern.Split('+').SelectMany(part => MaskPattern.Parse(part, network, key).Indices).Distinct().Order(), MaskPattern.Parse(pattern, network, key).Indices);
    }

    [Theory]
    [InlineData("contiguous", "is not a mask")]
    [InlineData("contiguos:0.5", "contiguous:RATE, blocks:RATE, offsets:RATE, adversarial:RATE")]
    [InlineData("blocks", "is not a mask")]
    [InlineData("blocks:1.5", "between 0 and 1")]
    [InlineData("offsets:x", "between 0 and 1")]
    [InlineData("offsets:0.5", "linear")]
    [InlineData("adversarial:NaN", "between 0 and 1")]
    public void Parse_OfARowSubsetThatCannotBe_SaysWhy(string pattern, string message)
    {
        MeasurementException problem = Assert.Throws<MeasurementException>(() => MaskPattern.Parse(pattern, Draw("3", "dense9,dense10", 1), default));
        Assert.Contains(message, problem.Message, StringComparison.Ordinal);
        Assert.Contains(pattern, problem.Message, StringComparison.Ordinal);
    }

    // The least ‖A G(z)‖²/‖z‖² and ‖A DG(z) v‖²/‖v‖² over many z, with v = z and drawn: another search than the adversary's.
    private static double LeastEnergy(GenerativeNetwork network, Subsampling mask, RandomKey key)
    {
        NetworkEngine<double> engine = new(network);
        NetworkWorkspace<double> workspace = new();
        int latent = network.LatentDimension;
        RandomStream stream = key.Child("test").Open();
        double[] signal = new double[network.OutputDimension];
        double[] observed = new double[mask.Count];
        double least = double.PositiveInfinity;
        for (int i = 0; i < 20000; i++)
        {
            double[] code = new double[latent];
            double[] direction = new double[latent];
            stream.FillGaussian(code);
            stream.FillGaussian(direction);
            engine.Forward(workspace, code, signal, 1);
            foreach (double[] v in new[] { code, direction })
            {
                engine.Tangent(workspace, v, signal, 1);
                mask.Apply<double>(signal, observed);
                least = Math.Min(least, Vectors.SquaredNorm<double>(observed) / Vectors.SquaredNorm<double>(v));
            }
        }

        return least;
    }

    private static GenerativeNetwork Draw(string input, string layers, ulong seed) =>
        new NetworkBuilder { Input = Shape.Parse(input), Layers = layers }.Draw(new RandomKey(seed));
}
