using Xunit;

namespace Inversion.Tests.Cli;

public sealed class CompletionTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("aud", "audit")]
    [InlineData("audit --network di", "digits")]
    [InlineData("audit --network theo", "theorem")]
    [InlineData("audit --weights la", "laplace")]
    [InlineData("audit --claim des", "descent")]
    [InlineData("audit --claim descent,ori", "descent,origin")]
    [InlineData("audit --expect desc", "descent=")]
    [InlineData("audit --expect descent=sup", "descent=supported")]
    [InlineData("audit --level pro", "proved")]
    [InlineData("audit --mask ran", "random:")]
    [InlineData("audit --mask top+lef", "top+left")]
    [InlineData("audit --activation leaky", "leaky-relu")]
    [InlineData("sweep --plan phase", "phase-transition")]
    [InlineData("sweep --expect phase", "phase-transition=")]
    [InlineData("sweep --solver gauss", "gauss-newton")]
    [InlineData("invert --qui", "--quiet")]
    [InlineData("invert --sign-flip co", "code")]
    [InlineData("inspect fac", "faces")]
    [InlineData("completion ba", "bash")]
    public void Suggest_AtTheEndOfALine_NamesTheWord(string line, string expected)
    {
        CommandLine.Outcome outcome = CommandLine.Run(folder.Path, $"[suggest:{line.Length}]", line);

        Assert.Equal(0, outcome.Exit);
        Assert.Empty(outcome.Error);
        Assert.Contains(expected, outcome.Output.Split('\n'));
    }

    [Theory]
    [InlineData("inversion aud", "audit")]
    [InlineData("inversion audit --expect descent=sup", "supported")]
    [InlineData("inversion audit --mask top+lef", "top+left")]
    [InlineData("inversion sweep --plan ph", "phase-transition")]
    [InlineData("inversion audit --out no-such", "")]
    public void BashScript_RunByBash_OffersTheWordThatBashWants(string line, string expected)
    {
        Assert.SkipUnless(File.Exists("/bin/bash"), "no bash here");
        string program = Path.Combine(AppContext.BaseDirectory, "Inversion.Cli.dll");

        // What bash hands over: the line, the cursor, and the word behind the last blank, = or :.
        string script = $"""
            inversion() ( dotnet exec '{program}' "$@" )
            source <(inversion completion bash)
            COMP_LINE='{line}' COMP_POINT={line.Length}
            _inversion inversion '{line[(line.LastIndexOfAny([' ', '=', ':']) + 1)..]}'
            printf '%s\n' "${"{"}COMPREPLY[*]{"}"}"
            """;
        CommandLine.Outcome outcome = CommandLine.RunScript(folder.Path, script);

        Assert.Equal(expected, outcome.Output.TrimEnd('\n'));
        Assert.Empty(outcome.Error);
    }

    [Fact]
    public void UnknownShell_IsToldWithTheNearest()
    {
        CommandLine.Outcome outcome = CommandLine.Run(folder.Path, "completion", "fsh");

        Assert.Equal(64, outcome.Exit);
        Assert.Contains("did you mean fish?", outcome.Error, StringComparison.Ordinal);
    }
}
