using System.Globalization;
using Spectre.Console;

namespace Inversion.Cli.Output;

/// <summary>What the terminal can show: colors only where a person looks and wants them, lines as wide as it is.</summary>
internal static class Terminal
{
    private const int WidthOffTerminal = 150;
    private const int WidthUnknown = 80;
    private const int LeastWidth = 20;

    /// <summary>True where a line on standard error can be written over: a terminal that is not dumb.</summary>
    public static bool CanRedraw => !Console.IsErrorRedirected && !IsDumb;

    private static bool IsDumb => Environment.GetEnvironmentVariable("TERM") is "dumb";

    /// <summary>Standard output for tables. Plain text off a terminal, on a dumb one, and where NO_COLOR is set to anything (no-color.org).</summary>
    /// <remarks>Decided here: Spectre.Console itself colors what a build server redirects to a file, and keeps bold under NO_COLOR.</remarks>
    public static IAnsiConsole ForTables()
    {
        bool isPlain = Console.IsOutputRedirected || IsDumb || !string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR"));
        IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = isPlain ? AnsiSupport.No : AnsiSupport.Detect,
            ColorSystem = isPlain ? ColorSystemSupport.NoColors : ColorSystemSupport.Detect,
            Out = new AnsiConsoleOutput(Console.Out),
        });
        console.Profile.Capabilities.Ansi &= !isPlain;
        console.Profile.Width = Width(Environment.GetEnvironmentVariable("COLUMNS"), Console.IsOutputRedirected ? WidthOffTerminal : Console.WindowWidth);
        return console;
    }

    /// <summary>COLUMNS, where it is exported, else the terminal's own width.</summary>
    internal static int Width(string? columns, int own) =>
        int.TryParse(columns, NumberStyles.None, CultureInfo.InvariantCulture, out int wanted) && wanted > 0 ? Math.Max(LeastWidth, wanted)
        : own > 0 ? Math.Max(LeastWidth, own)
        : WidthUnknown;
}
