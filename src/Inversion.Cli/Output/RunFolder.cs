using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Inversion.Cli.Options;
using Inversion.Networks;
using Inversion.Verify;
using Microsoft.FSharp.Core;

namespace Inversion.Cli.Output;

/// <summary>The folder of one audit: plan.json, summary.json, witnesses/*.json, manifest.json, and the report.</summary>
internal static class RunFolder
{
    /// <summary>The schema that summary.json names.</summary>
    public const string SummarySchema = "inversion.audit/1";

    /// <summary>The schema that a witness file names.</summary>
    public const string WitnessSchema = "inversion.witness/1";

    /// <summary>Writes everything and returns the summary.</summary>
    /// <param name="folder">An existing folder. Files of the same names are replaced.</param>
    /// <param name="plan">The resolved plan.</param>
    /// <param name="seed">The seed.</param>
    /// <param name="findings">What was found.</param>
    /// <param name="subjects">Every subject by the findings' keys' networks, with its source.</param>
    /// <param name="exit">The exit code.</param>
    public static JsonObject Write(
        DirectoryInfo folder, JsonObject plan, string seed, IReadOnlyList<Finding> findings, IReadOnlyDictionary<string, (Subject Subject, NetworkSource Source)> subjects, int exit)
    {
        string witnesses = folder.CreateSubdirectory("witnesses").FullName;
        foreach (string old in Directory.EnumerateFiles(witnesses, "*.json"))
        {
            File.Delete(old);
        }

        JsonArray list = [];
        int number = 0;
        foreach (Finding finding in findings)
        {
            number++;
            string? file = null;
            if (finding.Verdict is Verdict.Refuted refuted)
            {
                file = $"witnesses/{number:d3}-{finding.Claim}.json";
                (Subject subject, NetworkSource source) = subjects[finding.Subject];
                WitnessFile.Write(Path.Combine(folder.FullName, file), refuted.Witness, SubjectRecord.Write(subject, source));
            }

            list.Add(Json.ofFinding(file is null ? null : FSharpOption<string>.Some(file), finding));
        }

        JsonObject summary = new()
        {
            ["schema"] = SummarySchema,
            ["seed"] = seed,
            ["plan"] = plan.DeepClone(),
            ["findings"] = list,
            ["exit"] = exit,
        };
        JsonText.Write(Path.Combine(folder.FullName, "plan.json"), plan);
        JsonText.Write(Path.Combine(folder.FullName, "summary.json"), summary);
        WriteManifest(folder, subjects.Values.Select(entry => entry.Source), Described(subjects));
        // Whoever has cancelled does not wait for pictures.
        ReportFiles.Write(folder, name => exit == ExitCode.Cancelled ? null : Named(subjects, name));
        return summary;
    }

    /// <summary>The subject of this name; of an ensemble the first.</summary>
    public static Subject? Named(IReadOnlyDictionary<string, (Subject Subject, NetworkSource Source)> subjects, string name) =>
        subjects.TryGetValue(name, out (Subject Subject, NetworkSource Source) single) ? single.Subject
        : subjects.TryGetValue($"{name} #0", out (Subject Subject, NetworkSource Source) first) ? first.Subject
        : null;

    /// <summary>Writes manifest.json: versions, machine, the hash of every network file, and what the names of the networks stand for.</summary>
    public static void WriteManifest(DirectoryInfo folder, IEnumerable<NetworkSource> sources, IReadOnlyList<KeyValuePair<string, string>>? networks = null) =>
        JsonText.Write(Path.Combine(folder.FullName, "manifest.json"), Manifest(sources, networks ?? []));

    // An ensemble by what its draws have in common.
    private static KeyValuePair<string, string>[] Described(IReadOnlyDictionary<string, (Subject Subject, NetworkSource Source)> subjects) =>
        [.. subjects.GroupBy(entry => EnsembleName(entry.Key, entry.Value.Source)).Select(group => KeyValuePair.Create(group.Key, Description([.. group.Select(entry => entry.Value)])))];

    private static string EnsembleName(string name, NetworkSource source) => source.Builder is not null && name.LastIndexOf(" #", StringComparison.Ordinal) is > 0 and int at ? name[..at] : name;

    private static string Description((Subject Subject, NetworkSource Source)[] members)
    {
        (Subject subject, NetworkSource source) = members[0];
        int[] rows = [.. members.Select(member => member.Subject.Measurement.Count).Distinct().Order()];
        string law = source.Builder is { } builder ? $"input {builder.Input}, layers {builder.Layers}, {builder.Law.Name()} weights, {builder.Activation}" : source.Preset is null ? $"the file {source.Path}" : $"{source.Preset}, which comes with the program";
        string observed = rows is [var only] ? $"{only}" : $"{rows[0]} to {rows[^1]}";
        string drawn = members.Length > 1 ? $"; {members.Length} draws" : string.Empty;
        return $"{law}; codes of {subject.Network.LatentDimension} entries, {subject.Network.OutputDimension} outputs, {observed} measured{drawn}";
    }

    private static JsonObject Manifest(IEnumerable<NetworkSource> sources, IReadOnlyList<KeyValuePair<string, string>> networks)
    {
        JsonArray inputs = [];
        foreach (NetworkSource source in sources.Where(source => source.Path is not null).DistinctBy(source => source.Path))
        {
            inputs.Add(new JsonObject { ["file"] = source.Preset ?? source.Path, ["sha256"] = Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(source.Path!))) });
        }

        return new JsonObject
        {
            ["program"] = "inversion",
            ["version"] = typeof(RunFolder).Assembly.GetName().Version?.ToString(3),
            ["runtime"] = RuntimeInformation.FrameworkDescription,
            ["system"] = RuntimeInformation.OSDescription,
            ["architecture"] = RuntimeInformation.ProcessArchitecture.ToString(),
            ["processors"] = Environment.ProcessorCount,
            ["written"] = DateTimeOffset.UtcNow.ToString("O", System.Globalization.CultureInfo.InvariantCulture),
            ["inputs"] = inputs,
            ["networks"] = new JsonObject(networks.Select(network => KeyValuePair.Create(network.Key, (JsonNode?)JsonValue.Create(network.Value)))),
        };
    }
}
