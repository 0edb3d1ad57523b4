using System.Globalization;
using System.Text.RegularExpressions;
using Inversion.Tests.Cli;

namespace Inversion.Tests.Docs;

/// <summary>
/// A page's shell blocks, run in order in an empty folder, and what the page says they print: the block marked text that follows.
/// A pasted line must be printed, and in this order, but for seconds, for the spaces of tables, and for numbers below 10⁻⁸, which are roundings.
/// A line … stands for lines that were left out, … at the end of a line for its rest. Blocks marked "sh long" are not run.
/// </summary>
internal sealed partial class Transcript(string folder)
{
    private int exit;

    /// <summary>Where the page differs from what was printed.</summary>
    public List<string> Differences { get; } = [];

    /// <summary>How many commands were run.</summary>
    public int Commands { get; private set; }

    /// <summary>Runs a page.</summary>
    public void Run(Page page)
    {
        List<string> printed = [];
        foreach ((string language, string[] lines) in page.Blocks)
        {
            if (language == "sh")
            {
                printed = [.. Page.CommandLines(lines).SelectMany(Execute)];
            }
            else if (language == "text")
            {
                Compare(lines, printed);
            }
        }
    }

    // What sets the page's shell up (a variable, a function, a folder, the build) is done here by other means.
    private IEnumerable<string> Execute(string line)
    {
        if (line == "echo $?")
        {
            return [exit.ToString(CultureInfo.InvariantCulture)];
        }

        if (!line.StartsWith("inversion ", StringComparison.Ordinal))
        {
            return Setup().IsMatch(line) ? [] : throw new InvalidOperationException($"a page names a command that its test cannot run: {line}");
        }

        Commands++;
        string[] words = Page.Words(line.Replace("$INVERSION", Repository.Root, StringComparison.Ordinal));
        CommandLine.Outcome outcome = CommandLine.Run(folder, words[1..]);
        exit = outcome.Exit;
        if (exit is not (0 or 1 or 2))
        {
            Differences.Add($"{line}: exit code {exit}: {outcome.Error}");
        }

        return (outcome.Output + "\n" + outcome.Error).Split('\n');
    }

    private void Compare(string[] pasted, List<string> printed)
    {
        string[] normal = [.. printed.Select(Normal)];
        int at = 0;
        foreach (string line in pasted.Select(Normal).Where(line => line.Length > 0 && line != "…"))
        {
            bool isCut = line.EndsWith('…');
            string wanted = isCut ? line[..^1].TrimEnd() : line;
            int found = Array.FindIndex(normal, at, candidate => isCut ? candidate.StartsWith(wanted, StringComparison.Ordinal) : candidate == wanted);
            if (found < 0)
            {
                Differences.Add($"not printed: {line}");
            }
            else
            {
                at = found + 1;
            }
        }
    }

    private static string Normal(string line) => Spaces().Replace(Rounding().Replace(Seconds().Replace(line, "T s"), "0"), " ").Trim();

    [GeneratedRegex(@"\d+(\.\d+)? s\b")]
    private static partial Regex Seconds();

    [GeneratedRegex(@"\b\d(\.\d+)?[Ee][-−](09|[1-9]\d+)\b")]
    private static partial Regex Rounding();

    [GeneratedRegex(@"[\s─]+")]
    private static partial Regex Spaces();

    [GeneratedRegex(@"^(INVERSION=|inversion\(\) |dotnet build |mkdir )")]
    private static partial Regex Setup();
}
