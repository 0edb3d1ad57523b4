using System.Text.RegularExpressions;
using Xunit;

namespace Inversion.Tests.Conventions;

public sealed partial class LicenceTests
{
    [Fact]
    public void EveryLibraryOfTheLock_IsListedWithItsTerms()
    {
        string dependencies = File.ReadAllText(Path.Combine(SourceTree.Folder("."), "paket.lock")).Split("\nGROUP ")[0];
        string listed = File.ReadAllText(SourceTree.Folder("src/Inversion.Cli/Licences/THIRD-PARTY.md"));
        string[] locked = [.. Package().Matches(dependencies).Select(match => match.Groups[1].Value)];

        Assert.NotEmpty(locked);
        Assert.Equal([], locked.Where(id => !Regex.IsMatch(listed, $@"^\| {Regex.Escape(id)} \| [0-9.]+ \| (MIT|BSD-3-Clause|Apache-2\.0)", RegexOptions.Multiline)));
    }

    [GeneratedRegex(@"^    ([^ ]+) \(", RegexOptions.Multiline)]
    private static partial Regex Package();
}
