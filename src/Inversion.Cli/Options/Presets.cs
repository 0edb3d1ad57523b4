using Inversion.Networks;

namespace Inversion.Cli.Options;

/// <summary>Networks by name: laws to draw from.</summary>
internal static class Presets
{
    private static readonly (string Name, string Input, string Layers, string What)[] Table =
    [
        ("theorem", "8x1", "64k8,64k8", "one position, stride = kernel, well expanded: the setting of Theorem 1"),
        ("narrow", "6x1", "8k4,8k4", "few channels"),
        ("two-blocks", "4x2", "32k4,32k4", "two spatial positions in the latent code"),
        ("paper-4.2", "2x1x1", "16k5s3,1k5s3", "the network of the paper's section 4.2: 2-D, overlapping stamps, one output channel"),
        ("dense", "10", "dense80,dense320", "fully connected, as Hand and Voroninski"),
    ];

    /// <summary>The names of the presets, and "default" for the ensemble that an audit takes when nothing is named.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. Table.Select(row => row.Name)];

    /// <summary>What a preset draws, or a description INPUT:LAYERS such as 8x1:64k8,64k8; null if the name is neither.</summary>
    public static NetworkBuilder? Find(string name)
    {
        foreach ((string preset, string input, string layers, _) in Table)
        {
            if (preset == name)
            {
                return new NetworkBuilder { Input = Shape.Parse(input), Layers = layers };
            }
        }

        int colon = name.IndexOf(':', StringComparison.Ordinal);
        bool isDescribed = colon > 0 && name[..colon].All(letter => char.IsAsciiDigit(letter) || letter == 'x');
        return isDescribed ? new NetworkBuilder { Input = Shape.Parse(name[..colon]), Layers = name[(colon + 1)..] } : null;
    }

    /// <summary>A line for each preset.</summary>
    public static IEnumerable<string> Describe() => Table.Select(row => $"{row.Name,-11} {row.Input} -> {row.Layers}: {row.What}");
}
