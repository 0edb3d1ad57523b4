using Inversion.Verify;
using Xunit;

namespace Inversion.Tests.Docs;

/// <summary>Every claim has a page, and every page the same five parts, none of them empty.</summary>
public sealed class ClaimPageTests
{
    private static readonly string[] Parts = ["Statement", "What is measured", "How it can be refuted or proved", "How to read it", "Known limits"];

    public static TheoryData<string> Claims => [.. Auditor.Claims, .. SweepClaims.ids];

    [Theory]
    [MemberData(nameof(Claims))]
    public void EveryClaim_HasAPageOfFiveParts(string claim)
    {
        string page = File.ReadAllText(Path.Combine(Repository.Root, "docs", "claims", claim + ".md"));
        string[] sections = page.Split("\n## ");

        Assert.StartsWith($"# {claim}\n", page, StringComparison.Ordinal);
        Assert.Equal(Parts, sections[1..].Select(section => section.Split('\n')[0]));
        Assert.All(sections[1..], section => Assert.True(section.Split('\n', 2)[1].Trim().Length > 20, $"{claim}: {section}"));
        Assert.Contains($"(claims/{claim}.md)", File.ReadAllText(Path.Combine(Repository.Root, "docs", "claims.md")), StringComparison.Ordinal);
    }

    [Fact]
    public void ThePageOfNoClaim_IsLeftOver() =>
        Assert.Equal(
            Auditor.Claims.Concat(SweepClaims.ids).Order(StringComparer.Ordinal),
            Directory.GetFiles(Path.Combine(Repository.Root, "docs", "claims")).Select(file => Path.GetFileNameWithoutExtension(file)).Order(StringComparer.Ordinal));
}
