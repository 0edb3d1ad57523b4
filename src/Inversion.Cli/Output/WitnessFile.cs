using System.Text.Json;
using System.Text.Json.Nodes;
using Inversion.Verify;
using Microsoft.FSharp.Core;

namespace Inversion.Cli.Output;

/// <summary>A witness file: the witness, its claim, and the subject that it is about.</summary>
/// <param name="Path">The file.</param>
/// <param name="Witness">The witness.</param>
/// <param name="Claim">The claim that it refutes.</param>
/// <param name="Subject">The network and what is observed of it.</param>
/// <param name="Record">The subject's record, as the file holds it.</param>
internal sealed record WitnessFile(string Path, Witness Witness, Claim Claim, Subject Subject, JsonNode Record)
{
    /// <summary>The files of a target: itself, or every witness of a run folder, in order.</summary>
    /// <exception cref="InputException">There is no such file, and no run folder.</exception>
    public static string[] Find(string target)
    {
        if (File.Exists(target))
        {
            return [target];
        }

        string folder = System.IO.Path.Combine(target, "witnesses");
        if (!Directory.Exists(folder))
        {
            throw new InputException(Directory.Exists(target) ? $"{target}: not a run folder (it has no witnesses/)" : $"{target}: no such file or folder");
        }

        return [.. Directory.GetFiles(folder, "*.json").Order(StringComparer.Ordinal)];
    }

    /// <summary>Reads a witness alone.</summary>
    /// <exception cref="InputException">The file is damaged.</exception>
    public static (Witness Witness, JsonNode? Subject) Open(string path)
    {
        try
        {
            JsonNode? node = JsonNode.Parse(File.ReadAllText(path));
            return node?["schema"]?.GetValue<string>() == RunFolder.WitnessSchema
                ? (Json.toWitness(node), node["subject"])
                : throw new InputException($"{path}: not a witness ('schema' must be {RunFolder.WitnessSchema})");
        }
        catch (Exception problem) when (problem is JsonException or FormatException or InvalidOperationException or IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new InputException($"{path}: {problem.Message.Split('\n')[0]}");
        }
    }

    /// <summary>Reads a witness and its subject.</summary>
    /// <exception cref="InputException">The file is damaged, or its network is gone or another one.</exception>
    public static WitnessFile Read(string path)
    {
        (Witness witness, JsonNode? subject) = Open(path);
        FSharpOption<Claim>? claim = Catalogue.tryFind(witness.Claim);
        return claim is null
            ? throw new InputException(SweepClaims.ids.Contains(witness.Claim)
                ? $"{path}: is about the trials of a sweep, not about one network; judge it with: inversion replay {path}"
                : $"{path}: '{witness.Claim}' is not a claim")
            : new WitnessFile(path, witness, claim.Value, SubjectRecord.Read(subject, path), subject!);
    }

    /// <summary>Writes a witness beside its subject's record, null for one that is about no single network.</summary>
    public static void Write(string path, Witness witness, JsonNode? record)
    {
        JsonObject file = Json.ofWitness(witness);
        file.Insert(0, "schema", RunFolder.WitnessSchema);
        file["subject"] = record?.DeepClone();
        JsonText.Write(path, file);
    }

    /// <summary>What judging the witness gives.</summary>
    /// <exception cref="InputException">The witness' vectors do not fit its claim and network.</exception>
    public T Judged<T>(Func<T> judge)
    {
        try
        {
            return judge();
        }
        catch (Exception problem) when (problem is FormatException or ArgumentException or IndexOutOfRangeException)
        {
            throw new InputException($"{Path}: the witness does not fit its claim and network: {problem.Message.Split('\n')[0]}");
        }
    }

    /// <summary>The side of a limit in words.</summary>
    public static string Side(Side side) => side switch
    {
        Verify.Side.AtMost => "at most",
        Verify.Side.Below => "below",
        Verify.Side.AtLeast => "at least",
        _ => "above",
    };
}
