using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Inversion.Randomness;

namespace Inversion.Networks.Formats;

/// <summary>
/// How a network's weights were drawn, as a file keeps it beside the network: what <see cref="GenerativeNetwork.Origin"/> and
/// <see cref="AffineLayer.NominalScale"/> say. It is the file's own statement; the reader does not draw the weights again to test it.
/// </summary>
internal sealed record OriginRecord(DrawnNetwork? Drawn, ImmutableArray<double?> Scales)
{
    /// <summary>The metadata key.</summary>
    public const string Key = "inversion.origin";

    private const string Schema = "inversion.origin/1";

    /// <summary>What a network has to say; null if its weights were not drawn here.</summary>
    public static OriginRecord? Of(GenerativeNetwork network)
    {
        ImmutableArray<double?> scales = [.. network.Layers.Select(layer => (layer as AffineLayer)?.NominalScale)];
        return network.Origin is null && scales.All(scale => scale is null) ? null : new OriginRecord(network.Origin, scales);
    }

    /// <summary>What a file has to say; nothing if the key is not there.</summary>
    /// <exception cref="NetworkFileException">The record is damaged.</exception>
    public static OriginRecord Read(SafetensorsFile file)
    {
        if (!file.Metadata.TryGetValue(Key, out string? text))
        {
            return new OriginRecord(null, []);
        }

        using JsonDocument document = JsonField.Parse(Encoding.UTF8.GetBytes(text), file.Name, $"metadata '{Key}'");
        JsonField root = new(document.RootElement, file.Name, Key);
        string schema = root.Required("schema").Text();
        if (schema != Schema)
        {
            throw root.Error($"field 'schema' is '{schema}'; this version reads '{Schema}'");
        }

        return new OriginRecord(
            root.Optional("drawn") is JsonField drawn ? ReadDrawn(drawn) : null,
            [.. (root.Optional("nominal_scale")?.Items() ?? []).Select(item => item.IsNull ? (double?)null : item.Number())]);
    }

    /// <summary>The nominal scale of a layer, if the record has one.</summary>
    public double? NominalScale(int layer) => layer < Scales.Length ? Scales[layer] : null;

    /// <summary>The text that <see cref="Read"/> reads.</summary>
    public string ToJson()
    {
        using MemoryStream buffer = new();
        using (Utf8JsonWriter json = new(buffer, LayerWriter.Options))
        {
            json.WriteStartObject();
            json.WriteString("schema", Schema);
            if (Drawn is not null)
            {
                json.WriteStartObject("drawn");
                LayerWriter.WriteList(json, "input", Drawn.Input.ToAxes());
                json.WriteString("layers", Drawn.Layers);
                json.WriteString("law", Drawn.Law.Name());
                json.WriteString("activation", Drawn.Activation);
                json.WriteString("last_activation", Drawn.LastActivation);
                json.WriteNumber("variance_numerator", Drawn.VarianceNumerator);
                json.WriteString("key", Drawn.Key.ToString());
                json.WriteEndObject();
            }

            json.WriteStartArray("nominal_scale");
            foreach (double? scale in Scales)
            {
                WriteScale(json, scale);
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.GetBuffer(), 0, (int)buffer.Length);
    }

    private static DrawnNetwork ReadDrawn(JsonField drawn)
    {
        JsonField law = drawn.Required("law");
        JsonField key = drawn.Required("key");
        return new DrawnNetwork(
            NetworkFile.ReadShape(drawn.Required("input")),
            drawn.Required("layers").Text(),
            WeightLaws.ByName.TryGetValue(law.Text(), out WeightLaw known) ? known : throw law.Error($"'{law.Text()}' is no weight law"),
            drawn.Required("activation").Text(),
            drawn.Required("last_activation").Text(),
            drawn.Required("variance_numerator").Whole(1),
            RandomKey.TryParse(key.Text(), out RandomKey read) ? read : throw key.Error("must be one to sixteen hex digits"));
    }

    private static void WriteScale(Utf8JsonWriter json, double? scale)
    {
        if (scale is null)
        {
            json.WriteNullValue();
        }
        else if (double.IsFinite(scale.Value))
        {
            json.WriteNumberValue(scale.Value);
        }
        else
        {
            json.WriteStringValue(scale.Value.ToString(CultureInfo.InvariantCulture));
        }
    }
}
