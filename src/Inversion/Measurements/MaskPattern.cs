using System.Globalization;
using System.Text.Json;
using Inversion.Networks;
using Inversion.Randomness;

namespace Inversion.Measurements;

/// <summary>
/// Reads the masks of the command line: what is observed. all, random:RATE, contiguous:RATE, blocks:RATE, offsets:RATE, adversarial:RATE,
/// top, bottom, left, right, center, border (with an optional share, 0.5 if none is named), rows:FILE, block:P, joined with + (their union).
/// </summary>
/// <remarks>
/// <para>
/// Geometric patterns observe every channel of a position. In one dimension top and left are the start, bottom and right the end.
/// block:P observes the outputs that position P of the latent code reaches; block:P@L those that position P reaches of what enters
/// the L-th layer with weights (block:P@2 in a two-layer network: one copy of F₂).
/// </para>
/// <para>
/// contiguous:R observes a run of outputs from a random start, ordered by position (row by row), the channels of a position in turn; it cuts
/// blocks and positions. blocks:R observes all that some random positions of what enters the last layer with weights reach, offsets:R the
/// outputs of that layer at some random offsets, the same in every block (their coordinates modulo its stride). adversarial:R observes the
/// outputs that an adversary leaves who knows the network (<see cref="AdversarialRows"/>). R is rounded to whole outputs, blocks, offsets.
/// </para>
/// </remarks>
public static class MaskPattern
{
    /// <summary>The names that <see cref="Parse"/> reads; one that ends with a colon needs a value behind it.</summary>
    public static IReadOnlyList<string> Names { get; } =
        ["all", "random:", "contiguous:", "blocks:", "offsets:", "adversarial:", "top", "bottom", "left", "right", "center", "border", "rows:", "block:"];

    /// <summary>The mask that <paramref name="text"/> describes.</summary>
    /// <param name="text">The pattern.</param>
    /// <param name="network">The network whose output is masked.</param>
    /// <param name="key">Address of the random draws of random:RATE.</param>
    /// <exception cref="MeasurementException">The text is no mask, a share lies outside [0, 1], or a position does not exist.</exception>
    public static Subsampling Parse(string text, GenerativeNetwork network, RandomKey key)
    {
        bool[] observed = new bool[network.OutputDimension];
        string[] parts = text.Split('+');
        int[]? listed = null;
        foreach (string part in parts)
        {
            int colon = part.IndexOf(':');
            string name = colon < 0 ? part : part[..colon];
            string? argument = colon < 0 ? null : part[(colon + 1)..];
            switch (name)
            {
                case "all" when argument is null:
                    Array.Fill(observed, true);
                    break;
                case "random" when argument is not null:
                    AddRandom(observed, Share(part, argument), key.Child(part));
                    break;
                case "contiguous" when argument is not null:
                    RowSubsets.AddContiguous(observed, network.OutputShape, Share(part, argument), key.Child(part));
                    break;
                case "blocks" when argument is not null:
                    RowSubsets.AddBlocks(observed, network, part, Share(part, argument), key.Child(part));
                    break;
                case "offsets" when argument is not null:
                    RowSubsets.AddOffsets(observed, network, part, Share(part, argument), key.Child(part));
                    break;
                case "adversarial" when argument is not null:
                    Array.ForEach(AdversarialRows.Choose(network, Rounded(Share(part, argument) * observed.Length), key.Child(part)), index => observed[index] = true);
                    break;
                case "rows" when argument is not null:
                    listed = ReadRows(argument, observed.Length);
                    Array.ForEach(listed, index => observed[index] = true);
                    break;
                case "block" when argument is not null:
                    AddBlock(observed, network, part, argument);
                    break;
                case "top" or "bottom" or "left" or "right" or "center" or "border":
                    AddRegion(observed, network.OutputShape, name, argument is null ? 0.5 : Share(part, argument));
                    break;
                default:
                    throw new MeasurementException(
                        $"'{part}' is not a mask: all, random:RATE, contiguous:RATE, blocks:RATE, offsets:RATE, adversarial:RATE, top, bottom, left, right, center, border (each with :SHARE), rows:FILE, block:P, joined with +");
            }
        }

        IEnumerable<int> indices = parts.Length == 1 && listed is not null
            ? listed
            : Enumerable.Range(0, observed.Length).Where(i => observed[i]);
        return new Subsampling(observed.Length, indices, text);
    }

    /// <summary>The nearest whole number, halves upward.</summary>
    internal static int Rounded(double count) => (int)Math.Round(count, MidpointRounding.AwayFromZero);

    private static double Share(string part, string argument) =>
        double.TryParse(argument, NumberStyles.Float, CultureInfo.InvariantCulture, out double share) && share is >= 0 and <= 1
            ? share
            : throw new MeasurementException($"'{part}': the share must be a number between 0 and 1");

    private static void AddRandom(bool[] observed, double rate, RandomKey key)
    {
        int count = Rounded(rate * observed.Length);
        foreach (int index in key.Open().Permutation(observed.Length).AsSpan(0, count))
        {
            observed[index] = true;
        }
    }

    private static void AddRegion(bool[] observed, Shape shape, string name, double share)
    {
        bool flat = shape.SpatialRank == 0;
        int height = shape.Height;
        int width = flat ? shape.Channels : shape.Width;
        bool sequence = height == 1;
        bool line = sequence || width == 1;

        // The middle square (interval) covers `inner` of the area; the border is what is left outside a middle of 1 − share.
        double inner = name == "border" ? 1 - share : share;
        double side = line ? inner : Math.Sqrt(inner);
        int innerHeight = Inner(height, side, sequence);
        int innerWidth = Inner(width, side, line && !sequence);
        int firstRow = (height - innerHeight) / 2;
        int firstColumn = (width - innerWidth) / 2;
        int rows = Rounded(height * share);
        int columns = Rounded(width * share);
        for (int p = 0; p < height * width; p++)
        {
            int row = p / width;
            int column = p % width;
            bool middle = row >= firstRow && row < firstRow + innerHeight && column >= firstColumn && column < firstColumn + innerWidth;
            bool inside = name switch
            {
                "center" => middle,
                "border" => !middle,
                "top" when !sequence => row < rows,
                "bottom" when !sequence => row >= height - rows,
                "top" or "left" => column < columns,
                _ => column >= width - columns,
            };
            for (int c = 0; inside && c < (flat ? 1 : shape.Channels); c++)
            {
                observed[(c * shape.Positions) + p] = true;
            }
        }
    }

    private static int Inner(int size, double side, bool single) => single ? 1 : Rounded(size * side);

    private static int[] ReadRows(string file, int length)
    {
        int[]? rows;
        try
        {
            rows = JsonSerializer.Deserialize<int[]>(File.ReadAllText(file));
        }
        catch (Exception problem) when (problem is JsonException or IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw new MeasurementException($"rows:{file}: {(problem is JsonException ? "not a JSON array of whole numbers" : problem.Message)}") { InFile = true };
        }

        if (rows is null)
        {
            throw new MeasurementException($"rows:{file}: not a JSON array of whole numbers") { InFile = true };
        }

        HashSet<int> seen = [];
        for (int i = 0; i < rows.Length; i++)
        {
            if (rows[i] < 0 || rows[i] >= length)
            {
                throw new MeasurementException($"rows:{file}: entry {i} is {rows[i]}; the output has entries 0…{length - 1}") { InFile = true };
            }

            if (!seen.Add(rows[i]))
            {
                throw new MeasurementException($"rows:{file}: entry {i} names {rows[i]} again") { InFile = true };
            }
        }

        return rows;
    }

    private static void AddBlock(bool[] observed, GenerativeNetwork network, string part, string argument)
    {
        string[] words = argument.Split('@');
        int layer = 1;
        if (words.Length > 2 || !int.TryParse(words[0], NumberStyles.None, CultureInfo.InvariantCulture, out int position)
            || (words.Length == 2 && !int.TryParse(words[1], NumberStyles.None, CultureInfo.InvariantCulture, out layer)))
        {
            throw new MeasurementException($"'{part}': write block:POSITION or block:POSITION@LAYER");
        }

        int[] affine = RowSubsets.LayersWithWeights(network);
        if (layer < 1 || layer > affine.Length)
        {
            throw new MeasurementException($"'{part}': the network has {affine.Length} layers with weights");
        }

        Shape shape = network.Shapes[affine[layer - 1]];
        if (position >= shape.Positions)
        {
            throw new MeasurementException($"'{part}': {shape} has positions 0…{shape.Positions - 1}");
        }

        bool[] reached = Reach.From(network, affine[layer - 1], position);
        for (int i = 0; i < observed.Length; i++)
        {
            observed[i] |= reached[i];
        }
    }
}
