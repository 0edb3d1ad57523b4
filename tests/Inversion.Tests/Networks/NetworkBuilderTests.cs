using FsCheck.Xunit;
using Inversion.Networks;
using Inversion.Randomness;
using Xunit;

namespace Inversion.Tests.Networks;

public sealed class NetworkBuilderTests
{
    public static TheoryData<WeightLaw> Laws => [.. Enum.GetValues<WeightLaw>()];

    [Theory]
    [MemberData(nameof(Laws))]
    public void Draw_OfAnyLaw_HasSecondMomentOneAndTheMeanItClaims(WeightLaw law)
    {
        const int Count = 200_000;
        RandomStream stream = new RandomKey(41).Child(law.Name()).Open();
        double[] w = [.. Enumerable.Range(0, Count).Select(_ => law.Draw(stream))];

        // The largest standard deviation of w² is Laplace's, √5 (fourth moment 6); of w, 1. Five standard errors: 6e-7 each.
        Assert.InRange(w.Sum(v => v * v) / Count, 1 - (5 * Math.Sqrt(5.0 / Count)), 1 + (5 * Math.Sqrt(5.0 / Count)));
        double mean = law switch { WeightLaw.Uniform01 => Math.Sqrt(3) / 2, WeightLaw.Bernoulli01 => Math.Sqrt(0.5), WeightLaw.Constant => 1, _ => 0 };
        Assert.InRange(w.Sum() / Count, mean - (5 / Math.Sqrt(Count)), mean + (5 / Math.Sqrt(Count)));
        Assert.Equal(mean == 0, law.IsZeroMean());

        // Fourth moments tell the laws of one mean apart.
        double fourth = law switch
        {
            WeightLaw.Gaussian => 3,
            WeightLaw.Uniform or WeightLaw.Uniform01 => 9.0 / 5,
            WeightLaw.Laplace => 6,
            WeightLaw.Bernoulli01 => 2,
            _ => 1,
        };

        // The standard deviation of w⁴ is at most Laplace's, √(8!/16 − 36) = 49.8.
        Assert.InRange(w.Sum(v => v * v * v * v) / Count, fourth - (5 * 49.8 / Math.Sqrt(Count)), fourth + (5 * 49.8 / Math.Sqrt(Count)));
        Assert.Equal(law, WeightLaws.ByName[law.Name()]);
    }

    [Fact]
    public void WeightLaws_HaveTheNamesOfTheCommandLine()
    {
        Assert.Equal(
            ["bernoulli01", "constant", "gaussian", "laplace", "rademacher", "uniform", "uniform01"],
            WeightLaws.ByName.Keys.Order(StringComparer.Ordinal));
        Assert.Throws<ArgumentOutOfRangeException>(() => ((WeightLaw)99).Draw(new RandomKey(0).Open()));
    }

    // A constant law shows the factor without chance: every weight is √(v/(C_i ℓ)), or √(v/n_i) when dense.
    [Theory]
    [InlineData("3x1", "16k8", 1, 16 * 8)]
    [InlineData("3x1", "16k8", 2, 16 * 8)]
    [InlineData("3x2", "16k8s2p1", 1, 16 * 8)]
    [InlineData("3x1x1", "16k4", 1, 16 * 16)]
    [InlineData("3", "dense50", 1, 50)]
    [InlineData("3x4", "dense50", 2, 50)]
    public void Draw_OfALayer_HasTheVarianceOfThePaper(string input, string layers, int numerator, int rows)
    {
        GenerativeNetwork network = new NetworkBuilder { Input = Shape.Parse(input), Layers = layers, Law = WeightLaw.Constant, VarianceNumerator = numerator }.Draw(default);
        AffineLayer layer = network.Layers.OfType<AffineLayer>().Single();
        Assert.All(layer.Weight, w => Assert.Equal(Math.Sqrt(numerator / (double)rows), w, 1e-16));
        Assert.Equal(Math.Sqrt(numerator), layer.NominalScale);
        Assert.Null(layer.Bias);
    }

    [Fact]
    public void Draw_WithOneKey_GivesTheSameWeights_AndAChangedLayerLeavesTheOthersAlone()
    {
        NetworkBuilder builder = new() { Input = Shape.Parse("4x1"), Layers = "6k3,5k2,4k2" };
        double[][] Weights(NetworkBuilder from, ulong key) => [.. from.Draw(new RandomKey(key)).Layers.OfType<AffineLayer>().Select(layer => layer.Weight)];
        double[][] first = Weights(builder, 7);
        Assert.Equal(first, Weights(builder, 7));
        Assert.NotEqual(first, Weights(builder, 8));
        double[][] changed = Weights(builder with { Layers = "6k3,5k4,4k2" }, 7);
        Assert.Equal(first[0], changed[0]);
        Assert.Equal(first[2], changed[2]);
    }

    [Fact]
    public void Redraw_OfAnOrigin_GivesTheSameNetwork()
    {
        GenerativeNetwork drawn = new NetworkBuilder
        {
            Input = Shape.Parse("2x1x1"),
            Layers = "6k3s2p1o1,dense5",
            Law = WeightLaw.Laplace,
            Activation = "leaky-relu:0.2",
            LastActivation = "tanh",
            VarianceNumerator = 2,
        }.Draw(new RandomKey(9));
        GenerativeNetwork again = NetworkBuilder.Redraw(drawn.Origin!);
        Assert.Equal(drawn.Origin, again.Origin);
        Assert.Equal(drawn.Layers.Select(layer => layer.Kind), again.Layers.Select(layer => layer.Kind));
        Assert.Equal(drawn.Layers.OfType<AffineLayer>().Select(l => l.Weight), again.Layers.OfType<AffineLayer>().Select(l => l.Weight));
        Assert.Equal(["conv_transpose2d", "leaky_relu", "reshape", "linear", "tanh"], drawn.Layers.Select(layer => layer.Kind));
        Assert.Equal(2, drawn.Depth);
    }

    [Fact]
    public void Properties_OfADrawnNetwork_SayWhatTheTheoremAsks()
    {
        NetworkBuilder builder = new() { Input = Shape.Parse("4x1"), Layers = "6k3,5k2" };
        GenerativeNetwork relu = builder.Draw(default);
        GenerativeNetwork sigmoid = (builder with { Activation = "sigmoid" }).Draw(default);
        Assert.True(relu.IsHomogeneous && relu.IsPiecewiseLinear);
        Assert.False(sigmoid.IsHomogeneous || sigmoid.IsPiecewiseLinear);
        Assert.Equal((4, 30), (relu.LatentDimension, relu.OutputDimension));
        Assert.Null(relu.FirstNonFinite());
    }

    [Theory]
    [InlineData("4x1", "", "not a layer")]
    [InlineData("4x1", "6k3,", "not a layer")]
    [InlineData("4", "6k3", "no spatial axis")]
    [InlineData("4x1", "6k3p9", "layer 1 of")]
    [InlineData("4x1", "6k3,5k2s2p9", "layer 2 of")]
    [InlineData("4x1", "6k3o3", "output_padding")]
    [InlineData("1048576x1", "1048576k1048576", "too many")]
    [InlineData("200000000x1", "1048576k1048576", "too many")]
    [InlineData("2x1x1", "1048576k1048576", "too large")]
    [InlineData("16384x16384", "dense2", "layer 1 of")]
    [InlineData("4x200000", "1k1048576", "layer 1 of")]
    public void Draw_OfLayersThatCannotBe_SaysWhatAndWhere(string input, string layers, string message)
    {
        NetworkException problem = Assert.Throws<NetworkException>(() => new NetworkBuilder { Input = Shape.Parse(input), Layers = layers }.Draw(default));
        Assert.Contains(message, problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Draw_WithAnotherVarianceOrActivation_Throws()
    {
        NetworkBuilder builder = new() { Input = Shape.Parse("4x1"), Layers = "6k3" };
        Assert.Throws<NetworkException>(() => (builder with { VarianceNumerator = 3 }).Draw(default));
        Assert.Throws<NetworkException>(() => (builder with { Activation = "gelu" }).Draw(default));
        Assert.Throws<NetworkException>(() => (builder with { LastActivation = "none" }).Draw(default));
    }

    [Theory]
    [InlineData("64k8")]
    [InlineData("64k5s3")]
    [InlineData("64k4s2p1")]
    [InlineData("64k5s2p2o1")]
    [InlineData("64k5o1")]
    [InlineData("dense250")]
    public void LayerPlan_OfItsOwnText_IsTheSamePlan(string text)
    {
        Assert.Equal(text, LayerPlan.Parse(text).ToString());
        Assert.Equal(LayerPlan.Parse(text), LayerPlan.ParseList($"1k1,{text}")[1]);
    }

    [Property]
    public void LayerPlan_OfAnyNumbers_SurvivesItsText(byte channels, byte kernel, byte stride, byte padding, byte output)
    {
        LayerPlan plan = new(channels + 1, kernel + 1, stride + 1, padding, output);
        Assert.Equal(plan, LayerPlan.Parse(plan.ToString()));
    }

    [Theory]
    [InlineData("0k8")]
    [InlineData("8k0")]
    [InlineData("8k3s0")]
    [InlineData("dense0")]
    [InlineData("8")]
    [InlineData("k8")]
    [InlineData("8k-1")]
    [InlineData("8k3p1s2")]
    [InlineData("8K3")]
    [InlineData("dense")]
    [InlineData("dense5k3")]
    [InlineData("8k3\n8k3")]
    [InlineData("99999999999k3")]
    [InlineData("٣k3")]
    public void LayerPlan_OfWhatIsNoLayer_Throws(string text) => Assert.Throws<NetworkException>(() => LayerPlan.Parse(text));
}
