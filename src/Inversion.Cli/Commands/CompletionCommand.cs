using System.CommandLine;
using Inversion.Cli.Options;

namespace Inversion.Cli.Commands;

/// <summary>completion: prints the script by which a shell completes the program's commands, options and values.</summary>
internal static class CompletionCommand
{
    // Each asks the program itself: "[suggest:POSITION]" and the line without the program's name.
    private static readonly Dictionary<string, string> Scripts = new()
    {
        ["bash"] = """
            _inversion() {
                local rest=${COMP_LINE#* } word=${COMP_LINE:0:COMP_POINT} item
                word=${word##* }
                COMPREPLY=()
                while IFS= read -r item; do
                    # Bash breaks words at = and : too, and wants what comes behind.
                    [[ $item == "$word"* ]] && COMPREPLY+=("${item#"${word%"$2"}"}")
                done < <(inversion "[suggest:$((COMP_POINT - ${#COMP_LINE} + ${#rest}))]" "$rest" 2>/dev/null </dev/null)
                [[ ${#COMPREPLY[@]} == 1 && ${COMPREPLY[0]} == *[=:] ]] && compopt -o nospace 2>/dev/null
                # Run folders beside options, where a word is not begun.
                [[ -z $word && $rest == *' '* && ${COMPREPLY[0]} == -* ]] && compopt -o plusdirs 2>/dev/null
                return 0
            }
            complete -o default -F _inversion inversion
            """,
        ["zsh"] = """
            _inversion() {
                local rest="${BUFFER#* }"
                local -a found unfinished
                found=("${(@f)$(inversion "[suggest:$((CURSOR - ${#BUFFER} + ${#rest}))]" "$rest" 2>/dev/null </dev/null)}")
                unfinished=("${(@M)found:#*[=:]}")
                found=("${(@)found:#*[=:]}")
                compadd -S '' -a unfinished || compadd -a found || _files
            }
            compdef _inversion inversion
            """,
        ["fish"] = """
            function __inversion_complete
                set -l rest (commandline -cp | string replace -r '^\S+ ' '')
                set -l found (inversion "[suggest:"(string length -- "$rest")"]" "$rest" 2>/dev/null </dev/null)
                # Files behind a command, where the program knows nothing but options.
                set -l before (commandline -opc)
                if set -q before[2]; and not string match -q -- '-*' (commandline -ct); and not printf '%s\n' $found | string match -qr '^[^-]'
                    __fish_complete_path (commandline -ct)
                end
                string join \n -- $found
            end
            complete -c inversion -f -a '(__inversion_complete)'
            """,
        ["pwsh"] = """
            Register-ArgumentCompleter -Native -CommandName inversion -ScriptBlock {
                param($word, $line, $position)
                # The position counts from the start of the input, of which the command may be a part.
                $start = $line.Extent.StartOffset
                $typed = $line.ToString().PadRight($position - $start)
                $rest = $typed -replace '^\S+ ', ''
                $at = $position - $start - ($typed.Length - $rest.Length)
                # PowerShell breaks words at commas, and wants what comes behind.
                $whole = $rest.Substring(0, $at) -replace '^.*\s', ''
                $kept = if ($whole.EndsWith($word)) { $whole.Length - $word.Length } else { 0 }
                inversion "[suggest:$at]" "$rest" 2>$null | Where-Object { $_.StartsWith($whole) } |
                    ForEach-Object { [System.Management.Automation.CompletionResult]::new($_.Substring($kept)) }
            }
            """,
    };

    private static readonly Argument<string> Shell = new("SHELL") { Description = "bash, zsh, fish or pwsh" };

    public static Command Create()
    {
        Command command = new("completion", """
            Prints a script that completes commands, options and values in a shell.

            Example: source <(inversion completion bash)
            """);
        Shell.CompletionSources.Add([.. Scripts.Keys]);
        command.Add(Shell);
        command.SetAction(Run);
        return command;
    }

    private static int Run(ParseResult parsed)
    {
        string shell = parsed.GetRequiredValue(Shell);
        if (!Scripts.TryGetValue(shell, out string? script))
        {
            throw new UsageException($"completion {shell}: the shells are {string.Join(", ", Scripts.Keys)}{Nearest.Hint(shell, Scripts.Keys)}");
        }

        Console.Out.WriteLine(script);
        return ExitCode.Success;
    }
}
