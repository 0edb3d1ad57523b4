using System.CommandLine;
using Inversion.Cli.Options;

namespace Inversion.Cli;

/// <summary>One line for a command line that does not parse, with the nearest valid word.</summary>
internal static class CommandLineErrors
{
    /// <summary>What is wrong and what to do.</summary>
    public static string Describe(ParseResult parsed)
    {
        Command command = parsed.CommandResult.Command;
        string path = command is RootCommand ? "inversion" : $"inversion {command.Name}";
        if (command is RootCommand && parsed.UnmatchedTokens.Count == 0)
        {
            return $"no command; the commands are {string.Join(", ", command.Subcommands.Select(sub => sub.Name))} (inversion --help explains)";
        }

        foreach (string token in parsed.UnmatchedTokens)
        {
            bool option = token.StartsWith('-');
            IEnumerable<string> words = option ? command.Options.Concat(parsed.RootCommandResult.Command.Options.Where(o => o.Recursive)).Select(o => o.Name) : command.Subcommands.Select(sub => sub.Name);
            return $"'{token}' is not {(option ? "an option" : command is RootCommand ? "a command" : "an argument")} of {path}{Nearest.Hint(token, words)} ({path} --help lists them)";
        }

        return $"{parsed.Errors[0].Message} ({path} --help explains)";
    }
}
