using System.Text.RegularExpressions;
using Xunit;

namespace Inversion.Tests.Conventions;

/// <summary>The sources of the checkout that the tests were built from.</summary>
internal static partial class SourceTree
{
    private static readonly string? Root = Find();

    /// <summary>Files below a folder of the checkout with this ending, without what a build made.</summary>
    public static IReadOnlyList<SourceFile> Files(string folder, string ending)
    {
        Assert.SkipWhen(Root is null, "the tests do not run inside a checkout");
        string path = Path.Combine(Root, folder);
        return !Directory.Exists(path)
            ? []
            : [.. Directory.EnumerateFiles(path, $"*{ending}", SearchOption.AllDirectories)
                .Select(file => Path.GetRelativePath(Root, file).Replace('\\', '/'))
                .Where(file => !BuildOutput().IsMatch(file))
                .Order(StringComparer.Ordinal)
                .Select(file => new SourceFile(file, File.ReadAllText(Path.Combine(Root, file))))];
    }

    /// <summary>A folder of the checkout.</summary>
    public static string Folder(string folder)
    {
        Assert.SkipWhen(Root is null, "the tests do not run inside a checkout");
        return Path.Combine(Root, folder);
    }

    private static string? Find()
    {
        DirectoryInfo? folder = new(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Inversion.sln")))
        {
            folder = folder.Parent;
        }

        return folder?.FullName;
    }

    [GeneratedRegex("(^|/)(bin|obj)/")]
    private static partial Regex BuildOutput();
}
