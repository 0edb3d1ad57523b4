using System.CommandLine;
using System.CommandLine.Completions;

namespace Inversion.Cli.Options;

/// <summary>The values that an option takes, for a shell that completes them. A word that ends with : or = wants more behind it.</summary>
internal static class Completions
{
    /// <summary>The verdicts that --expect takes.</summary>
    public static IReadOnlyList<string> Verdicts { get; } = ["proved", "supported", "refuted", "undecided"];

    /// <summary>The words of a help text's A|b|c that stand for themselves: those without a capital.</summary>
    public static IEnumerable<string> Literal(string value) =>
        value.Contains('|', StringComparison.Ordinal) ? value.Split('|').Where(word => !word.Any(char.IsAsciiLetterUpper)) : [];

    /// <summary>Completes to one of these words.</summary>
    public static T Offering<T>(this T option, IEnumerable<string> words)
        where T : Option
    {
        option.CompletionSources.Add([.. words]);
        return option;
    }

    /// <summary>Completes the last of several words joined by <paramref name="joint"/>, to one that is not there yet.</summary>
    public static T OfferingJoined<T>(this T option, char joint, IEnumerable<string> words)
        where T : Option
    {
        string[] all = [.. words];
        option.CompletionSources.Add(context =>
        {
            string before = context.WordToComplete[..(context.WordToComplete.LastIndexOf(joint) + 1)];
            string[] taken = before.Split(joint);
            return all.Where(word => !taken.Contains(word)).Select(word => new CompletionItem(before + word));
        });
        return option;
    }

    /// <summary>Completes CLAIM=VERDICT: first the claim, then the verdict.</summary>
    public static T OfferingExpectations<T>(this T option, IEnumerable<string> claims)
        where T : Option
    {
        string[] all = [.. claims];
        option.CompletionSources.Add(context =>
        {
            string before = context.WordToComplete[..(context.WordToComplete.LastIndexOf('=') + 1)];
            return before.Length == 0
                ? all.Select(claim => new CompletionItem(claim + "="))
                : Verdicts.Select(verdict => new CompletionItem(before + verdict));
        });
        return option;
    }
}
