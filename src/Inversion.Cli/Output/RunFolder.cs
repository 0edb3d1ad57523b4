using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Inversion.Cli.Options;
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
        WriteManifest(folder, subjects.Values.Select(entry => entry.Source));
        // Whoever has cancelled does not wait for pictures.
        ReportFiles.Write(folder, name => exit == ExitCode.Cancelled ? null : Named(subjects, name));
        return summary;
    }

    /// <summary>The subject of this name; of an ensemble the first.</summary>
    public static Subject? Named(IReadOnlyDictionary<string, (Subject Subject, NetworkSource Source)> subjects, string name) =>
        subjects.TryGetValue(name, out (Subject Subject, NetworkSource Source) single) ? single.Subject
        : subjects.TryGetValue($"{name} #0", out (Subject Subject, NetworkSource Source) first) ? first.Subject
        : null;

    /// <summary>Writes manifest.json: versions, machine, and the hash of every network file.</summary>
    public static void WriteManifest(DirectoryInfo folder, IEnumerable<NetworkSource> sources) =>
        JsonText.Write(Path.Combine(folder.FullName, "manifest.json"), Manifest(sources));

    private static JsonObject Manifest(IEnumerable<NetworkSource> sources)
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
        };
    }
}
