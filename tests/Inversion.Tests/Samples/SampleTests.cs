using Inversion.Tests.Docs;
using Xunit;

namespace Inversion.Tests.Samples;

/// <summary>Every line of code that a page shows stands in a sample that is compiled and run.</summary>
public sealed class SampleTests
{
    private static readonly string[] CSharp = ["tests/Inversion.Tests/Samples/ReadmeSample.cs", "tests/Inversion.Tests/Samples/PageSamples.cs"];
    private static readonly string[] FSharp = ["tests/Inversion.Laws/ReadmeSample.fs", "tests/Inversion.Laws/PageSamples.fs"];

    [Fact]
    public void EveryLineOfCodeOnAPage_StandsInACompiledSample()
    {
        HashSet<string> csharp = Lines(CSharp);
        HashSet<string> fsharp = Lines(FSharp);
        int shown = 0;
        foreach (Page page in Page.All().Concat(Packages()))
        {
            foreach ((string language, string[] lines) in page.Blocks.Where(block => block.Language is "csharp" or "fsharp"))
            {
                foreach (string line in lines.Select(line => line.Trim()).Where(line => line.Length > 0))
                {
                    Assert.True((language == "csharp" ? csharp : fsharp).Contains(line), $"{page.Name}: '{line}' stands in no sample that is compiled");
                    shown++;
                }
            }
        }

        Assert.InRange(shown, 50, 500);
    }

    private static IEnumerable<Page> Packages() =>
        ((string[])["src/Inversion", "src/Inversion.Cli", "verify/Inversion.Certificates", "verify/Inversion.Verify", "verify/Inversion.Verify.FsCheck"]).Select(folder => Page.Read(folder + "/PACKAGE.md"));

    private static HashSet<string> Lines(string[] sources) =>
        [.. sources.SelectMany(source => File.ReadAllLines(Path.Combine(Repository.Root, source))).Select(line => line.Trim())];
}
