using System.Globalization;
using System.Text.RegularExpressions;

namespace Inversion.Networks;

/// <summary>One layer to be drawn: "64k8" (channels, kernel = stride), "64k5s3p1o1" (stride, padding, output padding) or "dense250".</summary>
/// <param name="Channels">C_i; outputs of a dense layer.</param>
/// <param name="Kernel">Kernel size along every spatial axis; 0 for a dense layer.</param>
/// <param name="Stride">Stride; the kernel size if none is named, as the theorem has it.</param>
/// <param name="Padding">Padding.</param>
/// <param name="OutputPadding">Output padding.</param>
public sealed partial record LayerPlan(int Channels, int Kernel, int Stride, int Padding, int OutputPadding)
{
    /// <summary>True for a dense layer.</summary>
    public bool IsDense => Kernel == 0;

    /// <summary>Reads a list such as "64k8,64k8".</summary>
    /// <exception cref="NetworkException">An entry is neither CkK[sS][pP][oO] nor denseN.</exception>
    public static IReadOnlyList<LayerPlan> ParseList(string text) => [.. text.Split(',').Select(Parse)];

    /// <summary>Reads one layer.</summary>
    /// <exception cref="NetworkException">The text is neither CkK[sS][pP][oO] nor denseN, or a number is out of range.</exception>
    public static LayerPlan Parse(string text)
    {
        Match match = Pattern().Match(text.Trim());
        if (!match.Success)
        {
            throw new NetworkException($"'{text}' is not a layer: write 64k8, 64k5s3, 64k4s2p1, 64k5s2p2o1 or dense250");
        }

        int Number(string group, int otherwise)
        {
            if (!match.Groups[group].Success)
            {
                return otherwise;
            }

            return int.TryParse(match.Groups[group].Value, NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number <= 1 << 20
                ? number
                : throw new NetworkException($"'{text}': {match.Groups[group].Value} is too large");
        }

        LayerPlan plan = match.Groups["dense"].Success
            ? new LayerPlan(Number("dense", 0), 0, 0, 0, 0)
            : new LayerPlan(Number("channels", 0), Number("kernel", 0), Number("stride", Number("kernel", 0)), Number("padding", 0), Number("output", 0));
        bool positive = plan.Channels > 0 && (match.Groups["dense"].Success || (plan.Kernel > 0 && plan.Stride > 0));
        return positive ? plan : throw new NetworkException($"'{text}': channels, kernel and stride must be positive");
    }

    /// <summary>The text that <see cref="Parse"/> reads.</summary>
    public override string ToString() => IsDense
        ? $"dense{Channels}"
        : $"{Channels}k{Kernel}"
            + (Stride == Kernel ? string.Empty : $"s{Stride}")
            + (Padding == 0 ? string.Empty : $"p{Padding}")
            + (OutputPadding == 0 ? string.Empty : $"o{OutputPadding}");

    [GeneratedRegex("^(dense(?<dense>[0-9]+)|(?<channels>[0-9]+)k(?<kernel>[0-9]+)(s(?<stride>[0-9]+))?(p(?<padding>[0-9]+))?(o(?<output>[0-9]+))?)$", RegexOptions.ExplicitCapture)]
    private static partial Regex Pattern();
}
