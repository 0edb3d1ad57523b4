using System.Text;
using System.Text.Json;

namespace Inversion.Networks.Formats;

/// <summary>How a conditional generator's input splits, as its file says: the latent code, then the class, 1 in its place and 0 elsewhere.</summary>
/// <param name="Latent">Entries of the code.</param>
/// <param name="Classes">Classes, from 0.</param>
public sealed record ConditionRecord(int Latent, int Classes)
{
    /// <summary>The metadata key.</summary>
    public const string Key = "inversion.condition";

    private const string Schema = "inversion.condition/1";

    /// <summary>The record of a file; null for one without classes, and for ONNX.</summary>
    /// <exception cref="NetworkFileException">The file cannot be read, or the record is damaged.</exception>
    public static ConditionRecord? Find(string path) => Read(path, NetworkLoader.Inspect(path).Metadata);

    /// <summary>The network with a class fixed.</summary>
    /// <exception cref="NetworkException">There is no such class, or the network's input does not split so.</exception>
    public GenerativeNetwork Bind(GenerativeNetwork network, int label)
    {
        if (label < 0 || label >= Classes)
        {
            throw new NetworkException($"class {label}: {network.Name} has the classes 0 to {Classes - 1}");
        }

        double[] condition = new double[Classes];
        condition[label] = 1;
        return ClassBinding.Bind(network, Latent, condition);
    }

    /// <summary>The record among a file's metadata.</summary>
    internal static ConditionRecord? Read(string path, IReadOnlyDictionary<string, string> metadata)
    {
        if (!metadata.TryGetValue(Key, out string? text))
        {
            return null;
        }

        using JsonDocument document = JsonField.Parse(Encoding.UTF8.GetBytes(text), path, $"metadata '{Key}'");
        JsonField root = new(document.RootElement, path, Key);
        string schema = root.Required("schema").Text();
        return schema == Schema
            ? new ConditionRecord(root.Required("latent").Whole(1), root.Required("classes").Whole(1))
            : throw root.Error($"field 'schema' is '{schema}'; this version reads '{Schema}'");
    }
}
