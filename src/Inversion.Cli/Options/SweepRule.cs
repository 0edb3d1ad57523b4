using System.CommandLine;
using Inversion.Sweeps;

namespace Inversion.Cli.Options;

/// <summary>When a sweep's cells stop, what their limits promise, and what their rates are compared with.</summary>
internal static class SweepRule
{
    private const string Each = "each";
    private const string Together = "together";

    private static readonly Option<string?> UntilWidth = CommonOptions.One("--until-width", "W", "Stop a cell when the confidence sequence of its rate is no wider");
    private static readonly Option<string?> UntilDecided = CommonOptions.One("--until-decided", "R", "Stop a cell when the confidence sequence of its rate lies on one side of R");
    private static readonly Option<string?> Confidence = CommonOptions.One("--confidence", "C", "Confidence of the limits [0.95]");
    private static readonly Option<string?> Limits = CommonOptions.One("--limits", $"{Each}|{Together}", $"C is the confidence of each cell's limits alone, or of all cells' together [{Together} where a rule stops cells, else {Each}]");
    private static readonly Option<string?> Threshold = CommonOptions.One("--threshold", "R", "Test each cell's rate against R; p-values adjusted after Holm for the number of cells");

    /// <summary>The options.</summary>
    public static IReadOnlyList<Option> Options { get; } = [UntilWidth, UntilDecided, Confidence, Limits, Threshold];

    /// <summary>The rule and the threshold that the options describe, for a grid of so many cells.</summary>
    public static (StopRule Rule, double? Threshold) Of(Arguments arguments, int cells)
    {
        double confidence = arguments.Number(Confidence, 0.95, c => c is > 0 and < 1, "a number between 0 and 1");
        double? decided = Share(arguments, UntilDecided);
        StopRule rule = new(Share(arguments, UntilWidth), decided, confidence);
        double? threshold = Share(arguments, Threshold);
        if (threshold is not null && decided is not null)
        {
            throw new UsageException("--until-decided and --threshold exclude each other: the rate that decides is the one that is tested");
        }

        return (rule with { Cells = AreTogether(arguments, rule) ? cells : 1 }, decided ?? threshold);
    }

    // A rule that stops cells decides many questions at once, and its answers are read as one: they must hold as one.
    private static bool AreTogether(Arguments arguments, StopRule rule)
    {
        string? text = arguments.Text(Limits);
        if (text is null && rule.IsActive)
        {
            arguments.Resolved[Limits.Name.TrimStart('-')] = text = Together;
        }

        return text is null or Each or Together
            ? text is Together
            : throw new UsageException($"--limits {text}: {Each} or {Together} is needed");
    }

    private static double? Share(Arguments arguments, Option<string?> option) =>
        arguments.Text(option) is null ? null : arguments.Number(option, 0, share => share is > 0 and < 1, "a number between 0 and 1");
}
