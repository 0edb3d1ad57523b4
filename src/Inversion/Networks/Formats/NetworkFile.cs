using System.Text;
using System.Text.Json;

namespace Inversion.Networks.Formats;

/// <summary>
/// Networks in safetensors files: the weights are tensors, the layers a JSON list under the metadata key <see cref="NetworkKey"/>
/// (docs/formats.md has every field).
/// </summary>
public static class NetworkFile
{
    /// <summary>The metadata key that holds the list of layers.</summary>
    public const string NetworkKey = "inversion.network";

    /// <summary>The schema that is read and written.</summary>
    public const string NetworkSchema = "inversion.network/1";

    /// <summary>Reads a network file.</summary>
    /// <exception cref="NetworkFileException">The file cannot be read, or does not describe a network; the message names the layer, field or tensor.</exception>
    public static GenerativeNetwork Read(string path) => Read(SafetensorsFile.Read(path));

    /// <summary>Reads a network from a stream, which stays open.</summary>
    /// <exception cref="NetworkFileException">As for a file.</exception>
    public static GenerativeNetwork Read(Stream stream, string name = "stream") => Read(SafetensorsFile.Read(stream, name));

    /// <summary>Reads the network of a file in memory. The network is called by the file's name without folder and extension.</summary>
    /// <exception cref="NetworkFileException">The file does not describe a network; the message names the layer, field or tensor.</exception>
    public static GenerativeNetwork Read(SafetensorsFile file)
    {
        if (!file.Metadata.TryGetValue(NetworkKey, out string? text))
        {
            throw new NetworkFileException(file.Name, $"has no metadata key '{NetworkKey}', which lists the layers (see docs/formats.md)");
        }

        OriginRecord origin = OriginRecord.Read(file);
        using JsonDocument document = JsonField.Parse(Encoding.UTF8.GetBytes(text), file.Name, $"metadata '{NetworkKey}'");
        JsonField root = new(document.RootElement, file.Name, NetworkKey);
        string schema = root.Required("schema").Text();
        if (schema != NetworkSchema)
        {
            throw root.Error($"field 'schema' is '{schema}'; this version reads '{NetworkSchema}'");
        }

        Shape input = ReadShape(root.Required("input"));
        Shape shape = input;
        List<Layer> layers = [];
        foreach (JsonField item in root.Required("layers").Items())
        {
            JsonField field = item.Named($"layer {layers.Count}");
            string type = field.Required("type").Text();
            field = field.Named($"layer {layers.Count} ({type})");
            try
            {
                Layer layer = new LayerReader(file, field, type, shape).Read(origin.NominalScale(layers.Count));
                shape = layer.OutputShape(shape);
                layers.Add(layer);
            }
            catch (Exception problem) when (problem is NetworkException or OverflowException)
            {
                throw field.Error(problem is NetworkException ? problem.Message : "its output is too large", problem);
            }
        }

        try
        {
            return new GenerativeNetwork(input, layers, NetworkLoader.DisplayName(file.Name)) { Origin = origin.Drawn };
        }
        catch (NetworkException problem)
        {
            throw root.Error(problem.Message, problem);
        }
    }

    /// <summary>Writes a network: to a temporary file beside the target, which is then renamed. Double precision keeps every bit.</summary>
    /// <param name="network">The network; batch norms that were folded stay folded.</param>
    /// <param name="path">The target; an existing file is replaced.</param>
    /// <param name="singlePrecision">True to round weights to F32.</param>
    /// <param name="metadata">Further strings to keep, such as "licence" and "origin".</param>
    /// <exception cref="NetworkFileException">The target cannot be written, or a weight is too large for F32. The target is as it was.</exception>
    public static void Write(GenerativeNetwork network, string path, bool singlePrecision = false, IReadOnlyDictionary<string, string>? metadata = null)
    {
        (List<NamedTensor> tensors, Dictionary<string, string> texts) = Describe(network, metadata);
        SafetensorsWriter.Write(path, tensors, texts, singlePrecision);
    }

    /// <summary>Writes a network to a stream, which stays open.</summary>
    /// <exception cref="NetworkFileException">A weight is too large for F32. Nothing has been written.</exception>
    public static void Write(GenerativeNetwork network, Stream stream, bool singlePrecision = false, IReadOnlyDictionary<string, string>? metadata = null)
    {
        (List<NamedTensor> tensors, Dictionary<string, string> texts) = Describe(network, metadata);
        SafetensorsWriter.Write(stream, tensors, texts, singlePrecision);
    }

    /// <summary>A shape as its list of axes.</summary>
    internal static Shape ReadShape(JsonField field)
    {
        int[] axes = [.. field.Items().Select(item => item.Whole(1))];
        try
        {
            return Shape.FromAxes(axes);
        }
        catch (NetworkException problem)
        {
            throw field.Error(problem.Message, problem);
        }
    }

    private static (List<NamedTensor> Tensors, Dictionary<string, string> Metadata) Describe(
        GenerativeNetwork network, IReadOnlyDictionary<string, string>? metadata)
    {
        LayerWriter writer = new();
        Dictionary<string, string> texts = metadata is null ? [] : new Dictionary<string, string>(metadata);
        texts[NetworkKey] = writer.Write(network);
        texts.Remove(OriginRecord.Key);
        if (OriginRecord.Of(network) is OriginRecord origin)
        {
            texts[OriginRecord.Key] = origin.ToJson();
        }

        return (writer.Tensors, texts);
    }
}
