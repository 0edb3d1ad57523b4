using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using Inversion.Cli;
using Inversion.Cli.Options;
using Inversion.Measurements;
using Inversion.Networks;
using Inversion.Randomness;
using Inversion.Solving;
using Inversion.Verify;

namespace Inversion.Tests.Docs;

/// <summary>Values of options that depend on no file, read by the code that reads them when a command runs.</summary>
internal static class OptionValues
{
    private static readonly GenerativeNetwork Small = new NetworkBuilder { Input = Shape.Parse("2x2"), Layers = "4k2,4k2" }.Draw(default);

    /// <summary>What is wrong with the values of a call.</summary>
    public static IEnumerable<string> Faults(ParseResult parsed) => parsed.CommandResult.Children.OfType<OptionResult>()
        .SelectMany(result => result.Tokens.Select(token => (result.Option.Name, token.Value)))
        .Where(pair => !IsPlaceholder(pair.Value) && !IsTaken(pair.Name, pair.Value))
        .Select(pair => $"{pair.Name} {pair.Value}");

    // FILE, I/N, NAME.json and the like are the reader's.
    private static bool IsPlaceholder(string value) => value.Contains('…', StringComparison.Ordinal) || (value.Any(char.IsAsciiLetterUpper) && !value.Any(char.IsAsciiLetterLower));

    private static bool IsTaken(string option, string value) => option switch
    {
        "--claim" => value.Split(',').All(claim => Auditor.Claims.Contains(claim)),
        "--expect" => value.Split(',').All(text => Gate.parse(text).IsOk && (Auditor.Claims.Contains(text.Split('=')[0]) || SweepClaims.ids.Contains(text.Split('=')[0]))),
        "--network" => value.Contains('.', StringComparison.Ordinal) && value != "paper-4.2" || value.Contains('/', StringComparison.Ordinal) || ShippedModels.Names.Contains(value) || Presets.Find(value) is not null,
        "--mask" => IsMask(value),
        "--measure" => Succeeds(() => (object)MeasurementChoice.RowsOf(value)),
        "--weights" => WeightLaws.ByName.ContainsKey(value),
        "--solver" => Succeeds(() => SolverChoice.Of(new InvertOptions(), value, null)),
        "--sign-flip" => Succeeds(() => SolverChoice.Of(new InvertOptions(), SolverChoice.GaussNewton, value)),
        "--plan" => value.Contains('.', StringComparison.Ordinal) || File.Exists(Path.Combine(AppContext.BaseDirectory, "plans", value + ".json")),
        "--seed" => RandomKey.TryParse(value, out _),
        "--input" => Succeeds(() => Shape.Parse(value)),
        "--activation" or "--last-activation" => Succeeds(() => new NetworkBuilder { Input = Shape.Parse("2x1"), Layers = "4k2", Activation = value }.Draw(default)),
        "--level" => value is "supported" or "proved",
        "--weight-scale" => value is "normalized" or "textbook",
        "--codes" or "--trials" or "--draws" or "--starts" or "--steps" or "--samples" or "--budget" or "--threads" or "--grid" or "--bins" or "--draw" or "--restarts" or "--finding" =>
            int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out _),
        "--epsilon" or "--confidence" or "--rate" or "--noise" or "--until-width" or "--until-decided" or "--threshold" or "--success" or "--max-time" or "--span" or "--seconds" =>
            double.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out _),
        _ => true,
    };

    // A subset that is searched for is not searched for here; a mask without its share gets one, as --rate gives it.
    private static bool IsMask(string value) => value.StartsWith("picture:", StringComparison.Ordinal) || value.StartsWith("rows:", StringComparison.Ordinal)
        || value is "all" or "adversarial" || value.StartsWith("adversarial:", StringComparison.Ordinal)
        || Succeeds(() => MaskPattern.Parse(value is "random" or "contiguous" or "blocks" or "offsets" ? value + ":0.5" : value, Small, RandomKey.Parse("1")));

    private static bool Succeeds(Func<object> read)
    {
        try
        {
            return read() is not null;
        }
        catch (Exception problem) when (problem is UsageException or MeasurementException or NetworkException or ArgumentException or FormatException)
        {
            return false;
        }
    }
}
