using System.Reflection;
using System.Text.Json.Nodes;
using Inversion.Networks;
using Inversion.Training.Data;
using TorchSharp;

namespace Inversion.Training.Runs;

/// <summary>What a model file says about where it comes from.</summary>
internal static class Provenance
{
    /// <summary>The metadata key of the record below.</summary>
    public const string Key = "inversion.training";

    /// <summary>The metadata key that says how the input is split, in conditional models.</summary>
    public const string ConditionKey = "inversion.condition";

    /// <summary>Data, settings, steps and versions.</summary>
    public static JsonObject Record(TrainSettings settings, PictureSet pictures, long steps, int threads)
    {
        JsonObject record = new() { ["schema"] = "inversion.training/1" };
        record["data"] = new JsonArray([.. pictures.Sources.Select(source => (JsonNode)new JsonObject { ["file"] = source.Name, ["sha256"] = source.Sha256 })]);
        record["pictures"] = pictures.Count;
        record["settings"] = settings.ToJson();
        record["steps"] = steps;
        record["threads"] = threads;
        record["versions"] = new JsonObject
        {
            ["inversion"] = Version(typeof(GenerativeNetwork).Assembly),
            ["torchsharp"] = Version(typeof(torch).Assembly),
            ["libtorch"] = torch.__version__,
            ["runtime"] = Environment.Version.ToString(),
        };
        return record;
    }

    /// <summary>Everything under __metadata__ besides the layers.</summary>
    public static Dictionary<string, string> Metadata(TrainSettings settings, JsonObject record, string licence)
    {
        Dictionary<string, string> metadata = new()
        {
            [Key] = record.ToJsonString(),
            ["licence"] = licence,
            ["origin"] = $"trained by Inversion.Training, {settings.Method}, seed {settings.Seed}",
        };
        if (settings.Shape.Classes > 0)
        {
            metadata[ConditionKey] = new JsonObject
            {
                ["schema"] = "inversion.condition/1",
                ["latent"] = settings.Shape.Latent,
                ["classes"] = settings.Shape.Classes,
                ["encoding"] = "one-hot",
            }.ToJsonString();
        }

        return metadata;
    }

    private static string Version(Assembly assembly) => assembly.GetName().Version?.ToString(3) ?? "unknown";
}
