using System.Globalization;
using Inversion.Solving;

namespace Inversion.Cli.Options;

/// <summary>The algorithm of each descent: --solver and --sign-flip.</summary>
internal static class SolverChoice
{
    private const string Default = "gauss-newton";
    private const string Factored = "plugin:";

    /// <summary>The words that --solver takes.</summary>
    public static IReadOnlyList<string> Words { get; } = [.. SolverMethod.Names, Factored];

    /// <summary>What --solver takes, for a help text.</summary>
    public static string Names { get; } = $"{string.Join(", ", SolverMethod.Names)}; {Factored}F takes F of its step [{Default}]";

    /// <summary>The options of each descent that these values name.</summary>
    /// <param name="solve">What they change.</param>
    /// <param name="solver">The algorithm; null for Gauss–Newton.</param>
    /// <param name="signFlip">none, code or blocks; null for none.</param>
    /// <exception cref="UsageException">There is no such value.</exception>
    public static SolveOptions Of(SolveOptions solve, string? solver, string? signFlip)
    {
        string name = solver ?? Default;
        SignFlip flip = (signFlip ?? "none") switch
        {
            "none" => SignFlip.None,
            "code" => SignFlip.Code,
            "blocks" => SignFlip.Blocks,
            string other => throw new UsageException($"--sign-flip {other}: none, code or blocks is needed"),
        };

        // A slow method gets the whole budget for its steps; Gauss–Newton keeps its early stop.
        SolveOptions chosen = name == Default ? solve : solve with { Method = Method(name), MaxIterations = int.MaxValue, StagnationWindow = 200 };
        return chosen with { SignFlip = flip };
    }

    private static SolverMethod Method(string name)
    {
        if (!name.StartsWith(Factored, StringComparison.Ordinal))
        {
            return SolverMethod.Names.Contains(name)
                ? SolverMethod.Parse(name)
                : throw new UsageException($"--solver {name}: the solvers are {string.Join(", ", SolverMethod.Names)}{Nearest.Hint(name, SolverMethod.Names)}");
        }

        return double.TryParse(name[Factored.Length..], NumberStyles.Float, CultureInfo.InvariantCulture, out double factor) && double.IsFinite(factor) && factor > 0
            ? new Plugin { Factor = factor }
            : throw new UsageException($"--solver {name}: write {Factored}F with a positive F");
    }
}
