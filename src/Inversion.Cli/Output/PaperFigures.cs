namespace Inversion.Cli.Output;

/// <summary>The figures of MAK, as commands of this program.</summary>
internal static class PaperFigures
{
    /// <summary>The masks of MAK §4.3.</summary>
    public static IReadOnlyList<string> Masks { get; } = ["random:0.5", "top", "bottom", "left", "right"];

    /// <summary>The panels of Figure 4: folder, title, options.</summary>
    public static IReadOnlyList<(string Name, string Title, string Options)> Panels { get; } =
    [
        ("fig-4a-relu", "ReLU", "--activation relu"),
        ("fig-4b-sigmoid", "sigmoid", "--activation sigmoid"),
        ("fig-4c-tanh", "tanh", "--activation tanh"),
        ("fig-4d-uniform01", "ReLU, weights uniform on [0, 1]", "--weights uniform01"),
        ("fig-4e-leaky-relu", "leaky ReLU", "--activation leaky-relu"),
    ];

    /// <summary>Every step, in order.</summary>
    public static IReadOnlyList<Step> Steps { get; } =
    [
        new Step("3", "fig-3-digits", "weights", "--network digits", "Weights of the trained digit generator, layer by layer, with the normal law of their mean and deviation, and Q–Q plots"),
        new Step("3", "fig-3-faces", "weights", "--network faces", "Weights of the trained face generator"),
        .. Panels.Select(panel => new Step("4", panel.Name, "landscape", $"--network paper-4.2 --mask random:0.5 --weight-scale textbook {panel.Options}", $"J around the true code: {panel.Title}")),
        .. Masks.Select(mask => Inverted("5", "digits", mask)),
        .. Masks.Select(mask => Inverted("6", "faces", mask)),
    ];

    /// <summary>Folder of the run of Figure 5 or 6 under a mask.</summary>
    public static string Folder(string figure, string network, string mask) => $"fig-{figure}-{network}-{mask.Split(':')[0]}";

    private static Step Inverted(string figure, string network, string mask) =>
        new(figure, Folder(figure, network, mask), "invert", $"--network {network} --mask {mask} --codes 8 --grid", $"{network} observed by the mask {mask}; rows: truth, observed, recovered, error");

    /// <summary>One command.</summary>
    /// <param name="Figure">The figure's number in the paper.</param>
    /// <param name="Folder">Folder of its results, in the whole's.</param>
    /// <param name="Command">The command's name.</param>
    /// <param name="Options">Its options, but for the seed, the threads and the folder.</param>
    /// <param name="Caption">What is seen.</param>
    internal sealed record Step(string Figure, string Folder, string Command, string Options, string Caption);
}
