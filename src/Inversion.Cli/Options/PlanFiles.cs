using System.Security.Cryptography;
using System.Text.Json.Nodes;

namespace Inversion.Cli.Options;

/// <summary>The files that a plan names, by their hashes: a file that was changed makes another plan, whose trials must not be mixed with those of the old one.</summary>
internal static class PlanFiles
{
    /// <summary>The plan with the SHA-256 of those of <paramref name="names"/> that are files or networks of the program, under "files".</summary>
    public static JsonObject Hashed(JsonObject plan, IEnumerable<string> names)
    {
        JsonObject text = (JsonObject)plan.DeepClone();
        text["files"] = new JsonObject(names.Distinct().Where(file => File.Exists(ShippedModels.Resolve(file))).Select(file =>
            KeyValuePair.Create(file, (JsonNode?)JsonValue.Create(Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(ShippedModels.Resolve(file))))))));
        return text;
    }

    /// <summary>The files that a mask names.</summary>
    public static IEnumerable<string> OfMask(string mask) => mask.Split('+')
        .Select(part => Array.Find((string[])["rows:", "picture:"], prefix => part.StartsWith(prefix, StringComparison.Ordinal)) is { } prefix ? part[prefix.Length..] : null)
        .OfType<string>();
}
