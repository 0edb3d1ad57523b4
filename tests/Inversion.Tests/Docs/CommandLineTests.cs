using System.CommandLine;
using Inversion.Cli;
using Inversion.Cli.Commands;
using Xunit;

namespace Inversion.Tests.Docs;

/// <summary>
/// Every call of the program that a page names, in a shell block or between back quotes, is read by the program's own parser, and every value that
/// depends on no file by the code that reads it. Nothing is run here: <see cref="TutorialTests"/> and <see cref="ExecutedCallTests"/> do that.
/// </summary>
public sealed class CommandLineTests
{
    private static readonly RootCommand Root = InversionCommand.Create();

    [Fact]
    public void EveryCallThatAPageNames_IsOneThatTheProgramTakes()
    {
        List<string> wrong = [];
        int calls = 0;
        foreach (Page page in Page.All())
        {
            foreach (string call in page.Calls())
            {
                calls++;
                wrong.AddRange(Faults(call).Select(fault => $"{page.Name}: inversion {call}: {fault}"));
            }
        }

        Assert.Empty(wrong);
        Assert.True(calls >= 70, $"{calls} calls were found on the pages");
    }

    [Fact]
    public void EveryOptionBetweenBackQuotes_IsOneOfTheProgram()
    {
        HashSet<string> known = [.. Root.Options.Select(option => option.Name), .. Root.Subcommands.SelectMany(command => command.Options).Select(option => option.Name), "--help"];
        List<string> wrong = [];

        // Those of the training, the benchmarks and schedulers stand on pages of their own.
        foreach (Page page in Page.All().Where(page => page.Name is not ("docs/training.md" or "docs/performance.md" or "models/README.md" or "deploy/README.md")))
        {
            wrong.AddRange(page.InlineCode().Where(code => code.StartsWith("--", StringComparison.Ordinal)).SelectMany(code => code.Split(' ', '='))
                .Where(word => word.StartsWith("--", StringComparison.Ordinal) && !known.Contains(word)).Select(word => $"{page.Name}: no command has {word}"));
        }

        Assert.Empty(wrong);
    }

    [Fact]
    public void EveryCommand_HasASectionOnItsPage()
    {
        string[] sections = [.. File.ReadAllLines(Path.Combine(Repository.Root, "docs", "commands.md")).Where(line => line.StartsWith("## ", StringComparison.Ordinal)).Select(line => line[3..])];

        Assert.All(Root.Subcommands, command => Assert.Contains(command.Name, sections));
    }

    [Theory]
    [InlineData("audit --epsilom 0.1")]
    [InlineData("audit --claim desent")]
    [InlineData("audit --claim descent --expect origin=suported")]
    [InlineData("audit --network theorm")]
    [InlineData("invert --codes")]
    [InlineData("invert --codes many")]
    [InlineData("invert --mask tpo")]
    [InlineData("invert --solver newton")]
    [InlineData("sweep --plan phase-transitions")]
    [InlineData("sweep --weights gausian")]
    [InlineData("adit")]
    public void ACallThatTheProgramRefuses_IsFound(string call) => Assert.NotEmpty(Faults(call));

    // Words in capitals, and … for what is left out, stand for the reader's own.
    private static IEnumerable<string> Faults(string call)
    {
        string[] words = [.. Page.Words(call).Where(word => word != "…")];
        if (words.Length == 1 && Root.Subcommands.Any(command => command.Name == words[0]))
        {
            return [];
        }

        ParseResult parsed = Root.Parse(words);
        return parsed.Errors.Count > 0 ? [CommandLineErrors.Describe(parsed)] : OptionValues.Faults(parsed);
    }
}
