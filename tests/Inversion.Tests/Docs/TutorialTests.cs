using Inversion.Tests.Cli;
using Xunit;

namespace Inversion.Tests.Docs;

/// <summary>The pages whose commands are run one after the other in an empty folder; what they print is compared with the page.</summary>
public sealed class TutorialTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("docs/tutorial.md", 10)]
    [InlineData("docs/commands.md", 19)]
    public void EveryCommandOfThePage_PrintsWhatThePageShows(string name, int least)
    {
        Transcript transcript = new(folder.Path);

        transcript.Run(Page.Read(name));

        Assert.Empty(transcript.Differences);
        Assert.True(transcript.Commands >= least, $"{name} has {transcript.Commands} commands");
        if (name == "docs/tutorial.md")
        {
            string compared = File.ReadAllText(folder.File("compared", "report.md"));
            Assert.All(Page.Read(name).Blocks.Single(block => block.Language == "markdown").Lines.Where(line => line.Length > 0), line => Assert.Contains(line, compared, StringComparison.Ordinal));
        }
    }

    [Fact]
    public void ANumberThatIsNotPrinted_IsADifference()
    {
        string page = folder.File("page.md");
        File.WriteAllText(page, "```sh\ninversion inspect --input 2x1 --layers 4k2\necho $?\n```\n\n```text\n2x1:4k2: 2x1 -> 4x2, 1 layers with weights, 17 parameters\n…\n0\n```\n");
        Transcript transcript = new(folder.Path);

        transcript.Run(Page.Read(page));

        Assert.Equal(["not printed: 2x1:4k2: 2x1 -> 4x2, 1 layers with weights, 17 parameters"], transcript.Differences);
    }
}
