using System.Globalization;
using Inversion.Measurements;
using Inversion.Networks;
using Inversion.Pictures;
using Inversion.Randomness;

namespace Inversion.Cli.Options;

/// <summary>What a command observes: a mask pattern, and perhaps Gaussian sensing of what the mask lets through.</summary>
/// <param name="Mask">The mask pattern.</param>
/// <param name="Rows">Rows of the Gaussian matrix; null without one.</param>
internal sealed record MeasurementChoice(string Mask, int? Rows)
{
    private const string Prefix = "picture:";

    /// <summary>The masks' names; those with a colon want a value behind it.</summary>
    public static IReadOnlyList<string> Words { get; } = [.. MaskPattern.Names, Prefix];

    /// <summary>What tables add to the network's name: nothing when everything is observed.</summary>
    public string Suffix => (Mask == "all" ? string.Empty : ", " + Mask) + (Rows is null ? string.Empty : $", gaussian:{Rows}");

    /// <summary>The choices that the command line names; "all" when it names none.</summary>
    public static IReadOnlyList<MeasurementChoice> All(Arguments arguments)
    {
        string[] masks = arguments.Texts(CommonOptions.Mask);
        foreach (string name in masks.Where(mask => !mask.StartsWith(Prefix, StringComparison.Ordinal)).SelectMany(mask => mask.Split('+')).Select(part => part.Split(':')[0]))
        {
            string[] known = [.. Words.Select(word => word.TrimEnd(':'))];
            if (!known.Contains(name))
            {
                throw new UsageException($"--mask {name}: no such mask{Nearest.Hint(name, known)}; there are {string.Join(", ", known)}, some with a value behind a colon");
            }
        }

        int? rows = arguments.Text(CommonOptions.Measure) is { } measure ? RowsOf(measure) : null;
        return [.. (masks.Length == 0 ? ["all"] : masks).Select(mask => new MeasurementChoice(mask, rows))];
    }

    /// <summary>M of gaussian:M.</summary>
    public static int RowsOf(string measure) =>
        measure.StartsWith("gaussian:", StringComparison.Ordinal)
        && int.TryParse(measure["gaussian:".Length..], NumberStyles.None, CultureInfo.InvariantCulture, out int count) && count > 0
            ? count
            : throw new UsageException($"--measure {measure}: write gaussian:M with a positive number of rows");

    /// <summary>The one choice that the command line names.</summary>
    public static MeasurementChoice Single(Arguments arguments)
    {
        IReadOnlyList<MeasurementChoice> choices = All(arguments);
        return choices.Count == 1 ? choices[0] : throw new UsageException("one mask at a time: --mask was given more than once (join patterns with +)");
    }

    /// <summary>The measurement for a network's output; random masks and matrices are drawn at <paramref name="key"/>.</summary>
    public Measurement For(GenerativeNetwork network, RandomKey key)
    {
        Subsampling mask = Mask == "all" ? Subsampling.All(network.OutputDimension)
            : Mask.StartsWith(Prefix, StringComparison.Ordinal) ? Painted(network)
            : MaskPattern.Parse(Mask, network, key.Child("mask"));
        return Rows is { } rows ? new GaussianSensing(mask, rows, key.Child("sensing")) : mask;
    }

    // White pixels are observed, in every channel.
    private Subsampling Painted(GenerativeNetwork network)
    {
        Picture picture = PictureFit.Channels(PictureFile.Read(Mask[Prefix.Length..]), 1);
        Shape shape = network.OutputShape;
        if (!PixelRange.Shows(network) || (picture.Height, picture.Width) != (shape.Height, shape.Width))
        {
            throw new UsageException($"--mask {Mask}: {picture.Height} x {picture.Width} pixels, the network's output is {shape}; a mask must have its rows and columns");
        }

        return new Subsampling(network.OutputDimension, Enumerable.Range(0, network.OutputDimension).Where(i => picture.Values[i % shape.Positions] >= 0.5), Mask);
    }
}
