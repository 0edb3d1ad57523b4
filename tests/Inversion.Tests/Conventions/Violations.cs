using Xunit;

namespace Inversion.Tests.Conventions;

/// <summary>Fails with every violation of a rule, not only the first.</summary>
internal static class Violations
{
    public static void None(IEnumerable<string?> found)
    {
        string all = string.Join('\n', found);
        Assert.True(all.Length == 0, all);
    }
}
