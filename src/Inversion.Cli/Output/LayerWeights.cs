using System.Text.Json.Nodes;
using Inversion.Networks;
using Inversion.Verify.Claims;

namespace Inversion.Cli.Output;

/// <summary>What the weights of one layer look like: the numbers of the claim gaussian-weights, none of them judged.</summary>
/// <param name="Number">The layer, from 1, as Theorem 1 counts them.</param>
/// <param name="Layer">The layer.</param>
/// <param name="Bars">Its histogram.</param>
internal sealed record LayerWeights(int Number, AffineLayer Layer, WeightShape.Bar[] Bars)
{
    // Of the distance's margin, and of the band of each point of a Q-Q plot.
    private const double Level = 0.05;
    private const int FewestForAndersonDarling = 8;
    private const int MostBins = 120;

    private readonly WeightStatistics.Moments moments = WeightStatistics.moments(Layer.Weight);
    private readonly WeightShape.EffectSizes effects = WeightShape.effects(Layer.Weight);

    /// <summary>How many.</summary>
    public int Count => Layer.Weight.Length;

    /// <summary>Mean.</summary>
    public double Mean => moments.Mean;

    /// <summary>√ of the mean squared deviation.</summary>
    public double Deviation => Math.Sqrt(moments.Variance);

    /// <summary>m₃/m₂^{3/2}; NaN where all are equal.</summary>
    public double Skewness => Deviation > 0 ? effects.Skewness : double.NaN;

    /// <summary>m₄/m₂² − 3; NaN where all are equal.</summary>
    public double ExcessKurtosis => Deviation > 0 ? moments.ExcessKurtosis : double.NaN;

    /// <summary>A*² of Anderson and Darling; NaN for fewer than 8 weights, or equal ones.</summary>
    public double AndersonDarling { get; } = Layer.Weight.Length < FewestForAndersonDarling ? double.NaN : WeightStatistics.andersonDarling(Layer.Weight);

    /// <summary>The normal law nearest in Kolmogorov distance.</summary>
    public NormalFit.Nearest Nearest { get; } = NormalFit.nearest(NormalFit.steps(Layer.Weight));

    /// <summary>How far, at most, the distance is from that of the law behind the weights, with a chance of 95 %.</summary>
    public double Resolution { get; } = NormalBend.margin(Level, Layer.Weight.Length).Upper;

    /// <summary>All layers of a network that have weights.</summary>
    /// <param name="network">The network; its weights are finite.</param>
    /// <param name="bins">Bars of each histogram; by the number of weights if null.</param>
    public static IReadOnlyList<LayerWeights> Of(GenerativeNetwork network, int? bins) =>
        [.. network.Layers.OfType<AffineLayer>().Select((layer, i) => new LayerWeights(i + 1, layer, WeightShape.histogram(bins ?? Bins(layer.Weight.Length), layer.Weight)))];

    /// <summary>The record of weights.json.</summary>
    public JsonObject ToJson() => new()
    {
        ["layer"] = Number,
        ["type"] = Layer.Kind,
        ["count"] = Count,
        ["mean"] = JsonText.Number(Mean),
        ["deviation"] = JsonText.Number(Deviation),
        ["skewness"] = JsonText.Number(Skewness),
        ["excessKurtosis"] = JsonText.Number(ExcessKurtosis),
        ["andersonDarling"] = JsonText.Number(AndersonDarling),
        ["distance"] = JsonText.Number(Nearest.Distance),
        ["resolution"] = JsonText.Number(Resolution),
        ["nearestMean"] = JsonText.Number(Nearest.Mean),
        ["nearestDeviation"] = JsonText.Number(Nearest.Deviation),
        ["wasserstein"] = JsonText.Number(Deviation > 0 ? effects.Wasserstein : double.NaN),
        ["quantileCorrelation"] = JsonText.Number(Deviation > 0 ? effects.QuantileCorrelation : double.NaN),
        ["bins"] = Bars.Length,
    };

    // Rice's rule.
    private static int Bins(int count) => Math.Clamp((int)Math.Ceiling(2 * Math.Cbrt(count)), 1, MostBins);
}
