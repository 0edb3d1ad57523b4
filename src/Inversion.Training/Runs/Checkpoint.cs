using System.Globalization;
using System.Text.Json.Nodes;
using Inversion.Networks.Formats;
using Inversion.Training.Methods;
using Inversion.Training.Nets;

namespace Inversion.Training.Runs;

/// <summary>checkpoint.safetensors: every tensor of a run after a number of steps. All draws are addressed by the step, so there is no other state.</summary>
internal static class Checkpoint
{
    private const string StepKey = "inversion.step";

    /// <summary>Where a folder keeps it.</summary>
    public static string PathIn(string folder) => Path.Combine(folder, "checkpoint.safetensors");

    /// <summary>Replaces the checkpoint.</summary>
    public static void Save(string folder, Method method, long step, JsonObject record) => SafetensorsWriter.Write(
        PathIn(folder),
        [.. method.State.SelectMany(state => state.Set.Save(state.Prefix))],
        new Dictionary<string, string> { [StepKey] = step.ToString(CultureInfo.InvariantCulture), [Provenance.Key] = record.ToJsonString() },
        singlePrecision: true);

    /// <summary>Takes every tensor from the checkpoint; the number of steps it was taken after.</summary>
    /// <exception cref="TrainingException">The checkpoint is of a run with other data, settings, threads or versions.</exception>
    /// <exception cref="NetworkFileException">The file is missing or damaged.</exception>
    public static long Load(string folder, Method method, JsonObject record)
    {
        SafetensorsFile file = SafetensorsFile.Read(PathIn(folder));
        if (!file.Metadata.TryGetValue(StepKey, out string? text) || !long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out long step)
            || !file.Metadata.TryGetValue(Provenance.Key, out string? before))
        {
            throw new TrainingException($"{file.Name}: is no checkpoint: it lacks '{StepKey}' or '{Provenance.Key}'");
        }

        if (before != record.ToJsonString())
        {
            throw new TrainingException($"{file.Name}: was made with {Difference(before, record)}; go on with the same data, options and versions, or choose another --out");
        }

        foreach ((string prefix, ParameterSet set) in method.State)
        {
            set.Load(file, prefix);
        }

        return step;
    }

    private static string Difference(string before, JsonObject record)
    {
        try
        {
            JsonObject old = JsonNode.Parse(before)!.AsObject();
            IEnumerable<KeyValuePair<string, JsonNode?>> was = Flat(old);
            Dictionary<string, JsonNode?> now = Flat(record).ToDictionary();
            KeyValuePair<string, JsonNode?> first = was.First(pair => !now.TryGetValue(pair.Key, out JsonNode? value) || !JsonNode.DeepEquals(value, pair.Value));
            return $"{first.Key} {first.Value?.ToJsonString()}";
        }
        catch (Exception problem) when (problem is System.Text.Json.JsonException or InvalidOperationException)
        {
            return "another record";
        }
    }

    private static IEnumerable<KeyValuePair<string, JsonNode?>> Flat(JsonObject record) =>
        record.SelectMany(pair => pair.Value is JsonObject inner ? Flat(inner) : [pair]);
}
