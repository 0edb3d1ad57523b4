using System.Collections.Frozen;
using Inversion.Randomness;

namespace Inversion.Networks;

/// <summary>Draws and names of <see cref="WeightLaw"/>.</summary>
public static class WeightLaws
{
    /// <summary>The laws by the names that the command line uses.</summary>
    public static IReadOnlyDictionary<string, WeightLaw> ByName { get; } =
        Enum.GetValues<WeightLaw>().ToFrozenDictionary(law => law.ToString().ToLowerInvariant());

    /// <summary>The name that the command line uses: the member's name in lower case.</summary>
    public static string Name(this WeightLaw law) => law.ToString().ToLowerInvariant();

    /// <summary>True for the laws whose mean is zero (those of Conjecture 3).</summary>
    public static bool IsZeroMean(this WeightLaw law) => law is WeightLaw.Gaussian or WeightLaw.Uniform or WeightLaw.Rademacher or WeightLaw.Laplace;

    /// <summary>One weight with second moment 1: the variance for zero-mean laws, E[w²] for the others.</summary>
    /// <remarks>Laws with a mean, and the constant, have no useful variance to normalize; their E[w²] is set to 1 instead.</remarks>
    public static double Draw(this WeightLaw law, RandomStream stream) => law switch
    {
        WeightLaw.Gaussian => stream.NextGaussian(),
        WeightLaw.Uniform => Math.Sqrt(3) * ((2 * stream.NextUniform()) - 1),
        WeightLaw.Rademacher => stream.NextBits() >> 63 == 0 ? 1 : -1,
        WeightLaw.Laplace => Laplace(stream),
        WeightLaw.Uniform01 => Math.Sqrt(3) * stream.NextUniform(),
        WeightLaw.Bernoulli01 => stream.NextBits() >> 63 == 0 ? 0 : Math.Sqrt(2),
        WeightLaw.Constant => 1,
        _ => throw new ArgumentOutOfRangeException(nameof(law), law, "not a weight law"),
    };

    private static double Laplace(RandomStream stream)
    {
        double sign = stream.NextBits() >> 63 == 0 ? 1 : -1;
        return -sign * Math.Log(1 - stream.NextUniform()) / Math.Sqrt(2);
    }
}
