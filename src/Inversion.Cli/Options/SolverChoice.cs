using System.Globalization;
using Inversion.Solving;

namespace Inversion.Cli.Options;

/// <summary>The algorithm of each descent: --solver and --sign-flip.</summary>
internal static class SolverChoice
{
    /// <summary>Gauss–Newton and L-BFGS in turn.</summary>
    public const string Alternate = "alternate";

    /// <summary>Gauss and Newton's method alone.</summary>
    public const string GaussNewton = "gauss-newton";

    /// <summary>Gauss–Newton and L-BFGS in turn, from starts on a smoothed network.</summary>
    public const string Smoothed = "smoothed";

    private const string Factored = "plugin:";
    private const string Paper = "paper";
    private const int PaperSteps = 500;

    /// <summary>The words that --solver takes.</summary>
    public static IReadOnlyList<string> Words { get; } = [Alternate, Smoothed, .. SolverMethod.Names, Factored, Paper];

    /// <summary>What --solver takes, for a help text.</summary>
    public static string Names { get; } =
        $"{Alternate} ({GaussNewton} and l-bfgs in turn), {Smoothed} (the same from starts on a smoothed network: for long codes and large budgets), {string.Join(", ", SolverMethod.Names)}; {Factored}F takes F of its step; {Paper} is the paper's own, {PaperSteps} steps of Adam at 0.1 from a random code, {Paper}:N the best of N such, whatever the budget";

    /// <summary>True for a setting that says its own restarts and budget.</summary>
    public static bool IsPaper(string? solver) => solver == Paper || (solver?.StartsWith(Paper + ":", StringComparison.Ordinal) ?? false);

    /// <summary>The search that these values name.</summary>
    /// <param name="search">What they change.</param>
    /// <param name="solver">The algorithm.</param>
    /// <param name="signFlip">none, code or blocks; null for none.</param>
    /// <exception cref="UsageException">There is no such value.</exception>
    public static InvertOptions Of(InvertOptions search, string solver, string? signFlip)
    {
        if (!IsPaper(solver))
        {
            bool isAlternate = solver is Alternate or Smoothed;
            return search with
            {
                Solve = Of(search.Solve, isAlternate ? GaussNewton : solver, signFlip),
                Second = isAlternate ? InvertOptions.Alternating.Second! with { SignFlip = Flip(signFlip) } : null,
                Smoothing = solver == Smoothed ? InvertOptions.Smoothed.Smoothing : null,
            };
        }

        int starts = solver == Paper ? 1
            : int.TryParse(solver![(Paper.Length + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number > 0
                ? number
                : throw new UsageException($"--solver {solver}: write {Paper}, or {Paper}:N with N at least 1");
        SolveOptions descent = Of(new SolveOptions(), nameof(Adam).ToLowerInvariant(), signFlip) with { MaxIterations = PaperSteps, StagnationWindow = 0 };
        return search with { Budget = double.PositiveInfinity, MaxStarts = starts, Screened = 1, Solve = descent, Second = null };
    }

    // A slow method gets the whole budget for its steps; Gauss–Newton keeps its early stop.
    private static SolveOptions Of(SolveOptions solve, string name, string? signFlip)
    {
        SolveOptions chosen = name == GaussNewton ? solve : solve with { Method = Method(name), MaxIterations = int.MaxValue, StagnationWindow = 200 };
        return chosen with { SignFlip = Flip(signFlip) };
    }

    private static SignFlip Flip(string? name) => (name ?? "none") switch
    {
        "none" => SignFlip.None,
        "code" => SignFlip.Code,
        "blocks" => SignFlip.Blocks,
        string other => throw new UsageException($"--sign-flip {other}: none, code or blocks is needed"),
    };

    private static SolverMethod Method(string name)
    {
        if (!name.StartsWith(Factored, StringComparison.Ordinal))
        {
            return SolverMethod.Names.Contains(name)
                ? SolverMethod.Parse(name)
                : throw new UsageException($"--solver {name}: the solvers are {Alternate}, {Smoothed}, {string.Join(", ", SolverMethod.Names)}, {Paper}{Nearest.Hint(name, [Alternate, Smoothed, .. SolverMethod.Names, Paper])}");
        }

        return double.TryParse(name[Factored.Length..], NumberStyles.Float, CultureInfo.InvariantCulture, out double factor) && double.IsFinite(factor) && factor > 0
            ? new Plugin { Factor = factor }
            : throw new UsageException($"--solver {name}: write {Factored}F with a positive F");
    }
}
