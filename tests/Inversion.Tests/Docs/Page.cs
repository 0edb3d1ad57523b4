using System.Text;
using System.Text.RegularExpressions;

namespace Inversion.Tests.Docs;

/// <summary>A page of the documentation: its fenced blocks, and the command lines that it names.</summary>
internal sealed partial class Page
{
    private readonly string prose;

    private Page(string name, string text)
    {
        Name = name;
        List<(string Language, string[] Lines)> blocks = [];
        StringBuilder outside = new();
        List<string>? inside = null;
        string language = string.Empty;
        foreach (string line in text.Split('\n'))
        {
            string trimmed = line.Trim();
            if (!trimmed.StartsWith("```", StringComparison.Ordinal))
            {
                _ = inside is null ? outside.Append(line).Append('\n') : null;
                inside?.Add(line);
            }
            else if (inside is null)
            {
                (inside, language) = ([], trimmed[3..]);
            }
            else
            {
                blocks.Add((language, [.. inside]));
                inside = null;
            }
        }

        Blocks = blocks;
        prose = outside.ToString();
    }

    /// <summary>The page's path from the repository's root.</summary>
    public string Name { get; }

    /// <summary>The fenced blocks in their order, each with what stands after its opening fence.</summary>
    public IReadOnlyList<(string Language, string[] Lines)> Blocks { get; }

    /// <summary>The page at this path from the repository's root.</summary>
    public static Page Read(string name) => new(name, File.ReadAllText(Path.Combine(Repository.Root, name)));

    /// <summary>Every page that speaks of the command line.</summary>
    public static IEnumerable<Page> All() => new[] { "README.md", "models/README.md", "deploy/README.md" }
        .Concat(Directory.GetFiles(Path.Combine(Repository.Root, "docs"), "*.md", SearchOption.AllDirectories)
            .Select(file => Path.GetRelativePath(Repository.Root, file)).Order(StringComparer.Ordinal))
        .Select(Read);

    /// <summary>The text between back quotes outside fenced blocks, which may go on over the end of a line.</summary>
    public IEnumerable<string> InlineCode() => Inline().Matches(prose).Select(match => string.Join(' ', match.Groups[1].Value.Split((char[])['\n', ' '], StringSplitOptions.RemoveEmptyEntries)));

    /// <summary>The command lines of a shell block, without comments, joined where they go on.</summary>
    public static IEnumerable<string> CommandLines(IEnumerable<string> block) =>
        string.Join('\n', block).Replace("\\\n", " ", StringComparison.Ordinal).Split('\n')
            .Select(line => Comment().Replace(line, string.Empty).Trim()).Where(line => line.Length > 0);

    /// <summary>Every call of the program on the page, in blocks and between back quotes, without the program's name.</summary>
    public IEnumerable<string> Calls() => Blocks.Where(block => block.Language is "" or "sh" or "sh long").SelectMany(block => CommandLines(block.Lines))
        .Concat(InlineCode())
        .Select(Call).OfType<string>();

    /// <summary>The calls in the files of build services on the page: folded over the lines that begin with an option.</summary>
    public IEnumerable<string> PipelineCalls()
    {
        const string program = "/src/Inversion.Cli -c Release -- ";
        foreach ((_, string[] lines) in Blocks.Where(block => block.Language == "yaml"))
        {
            for (int first = 0; first < lines.Length; first++)
            {
                int at = lines[first].IndexOf(program, StringComparison.Ordinal);
                if (at >= 0)
                {
                    yield return string.Join(' ', [lines[first][(at + program.Length)..].Trim(), .. lines[(first + 1)..].Select(line => line.Trim()).TakeWhile(line => line.StartsWith("--", StringComparison.Ordinal))]);
                }
            }
        }
    }

    /// <summary>The words of a command line, as a shell without variables splits them.</summary>
    public static string[] Words(string line) => [.. Word().Matches(line).Select(match => match.Value.Replace("\"", string.Empty, StringComparison.Ordinal).Replace("'", string.Empty, StringComparison.Ordinal))];

    private static string? Call(string line)
    {
        foreach (string name in (string[])["inversion ", "dotnet run --project src/Inversion.Cli -c Release -- "])
        {
            if (line.StartsWith(name, StringComparison.Ordinal))
            {
                return line[name.Length..];
            }
        }

        return null;
    }

    [GeneratedRegex("(?<!`)`([^`]+)`(?!`)")]
    private static partial Regex Inline();

    [GeneratedRegex(@"\s#.*$")]
    private static partial Regex Comment();

    [GeneratedRegex("""(?:[^\s"']|"[^"]*"|'[^']*')+""")]
    private static partial Regex Word();
}
