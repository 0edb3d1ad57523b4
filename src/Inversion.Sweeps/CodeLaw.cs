using System.Globalization;
using Inversion.Measurements;
using Inversion.Networks.Engine;
using Inversion.Randomness;

namespace Inversion.Sweeps;

/// <summary>Where the codes of recovery trials come from: independent N(0, 1) entries, K such entries at random places, or a search for a hard code.</summary>
/// <threadsafety>Immutable.</threadsafety>
public sealed record CodeLaw
{
    private CodeLaw(string name, int? nonzeros)
    {
        Name = name;
        Nonzeros = nonzeros;
    }

    /// <summary>Independent N(0, 1) entries.</summary>
    public static CodeLaw Gaussian { get; } = new("gaussian", null);

    /// <summary>The hardest code that a search finds; see <see cref="HardestCode"/>.</summary>
    public static CodeLaw Adversarial { get; } = new("adversarial", null);

    /// <summary>What <see cref="TryParse"/> reads.</summary>
    public static IReadOnlyList<string> Names { get; } = ["gaussian", "sparse:K", "adversarial"];

    /// <summary>As the command line spells it.</summary>
    public string Name { get; }

    /// <summary>K of sparse:K; null for the other laws.</summary>
    public int? Nonzeros { get; }

    /// <summary>The law of this name; null where there is none, or K is not a positive number.</summary>
    public static CodeLaw? TryParse(string name) => name switch
    {
        "gaussian" => Gaussian,
        "adversarial" => Adversarial,
        _ => name.StartsWith("sparse:", StringComparison.Ordinal)
            && int.TryParse(name["sparse:".Length..], NumberStyles.None, CultureInfo.InvariantCulture, out int nonzeros) && nonzeros > 0
                ? new CodeLaw(name, nonzeros)
                : null,
    };

    /// <summary>A code for a network and a measurement, the same for the same key.</summary>
    /// <exception cref="ArgumentException">A sparse code has more nonzero entries than the network's codes have entries.</exception>
    public double[] Draw(NetworkEngine<double> engine, Measurement measurement, RandomKey key)
    {
        double[] code = new double[engine.Network.LatentDimension];
        if (this == Adversarial)
        {
            return HardestCode.Search(engine, measurement, key);
        }

        if (Nonzeros is not { } nonzeros)
        {
            key.Open().FillGaussian(code);
            return code;
        }

        if (nonzeros > code.Length)
        {
            throw new ArgumentException($"{Name}: a code has {code.Length} entries", nameof(engine));
        }

        double[] values = new double[nonzeros];
        key.Child("values").Open().FillGaussian(values);
        int[] places = key.Child("places").Open().Permutation(code.Length);
        for (int i = 0; i < nonzeros; i++)
        {
            code[places[i]] = values[i];
        }

        return code;
    }
}
