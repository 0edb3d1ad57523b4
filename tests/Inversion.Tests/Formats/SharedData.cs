using System.Text.Json;
using Xunit;

namespace Inversion.Tests.Formats;

/// <summary>Reference files that lie beside a checkout, where there are any.</summary>
internal static class SharedData
{
    /// <summary>The folder, or null.</summary>
    public static string? Root { get; } = Find();

    /// <summary>A path in it; the test is skipped where it is missing.</summary>
    public static string Require(string relative)
    {
        string path = Path.Combine(Root ?? string.Empty, relative);
        Assert.SkipUnless(Root is not null && Path.Exists(path), $"shared/{relative} is not beside this checkout");
        return path;
    }

    /// <summary>The numbers of a JSON list, nested lists flattened.</summary>
    public static double[] Numbers(JsonElement element) =>
        element.ValueKind == JsonValueKind.Array ? [.. element.EnumerateArray().SelectMany(Numbers)] : [element.GetDouble()];

    private static string? Find()
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            string candidate = Path.Combine(folder.FullName, "shared");
            if (Directory.Exists(Path.Combine(candidate, "oracle")))
            {
                return candidate;
            }
        }

        return null;
    }
}
