using System.Text.Json;
using System.Text.Json.Nodes;
using Inversion.Cli.Options;
using Inversion.Measurements;
using Inversion.Networks;
using Inversion.Networks.Formats;
using Inversion.Randomness;
using Inversion.Verify;

namespace Inversion.Cli.Output;

/// <summary>A subject as JSON beside a witness: how to get the same network and the same measurement again.</summary>
internal static class SubjectRecord
{
    /// <summary>The record of a subject.</summary>
    public static JsonObject Write(Subject subject, NetworkSource source)
    {
        JsonObject network = [];
        if (source.Path is not null)
        {
            network["file"] = source.Preset ?? Path.GetFullPath(source.Path);
            network["sha256"] = source.Sha256;
            network["bind"] = new JsonArray([.. source.Bindings.Select(text => JsonValue.Create(text))]);
            network["outputNode"] = source.OutputNode;
        }
        else
        {
            DrawnNetwork origin = subject.Network.Origin!;
            network["input"] = origin.Input.ToString();
            network["layers"] = origin.Layers;
            network["weights"] = origin.Law.Name();
            network["activation"] = origin.Activation;
            network["lastActivation"] = origin.LastActivation;
            network["variance"] = origin.VarianceNumerator;
            network["key"] = origin.Key.ToString();
        }

        JsonObject measurement = new() { ["name"] = subject.Measurement.Name };
        if (subject.Measurement is GaussianSensing sensing)
        {
            measurement["rows"] = sensing.Count;
            measurement["key"] = sensing.Key.ToString();
        }

        Subsampling mask = subject.Measurement as Subsampling ?? ((GaussianSensing)subject.Measurement).Mask;
        measurement["mask"] = mask.Name;
        measurement["observed"] = mask.Name == "all" ? null : new JsonArray([.. mask.Indices.Select(index => JsonValue.Create(index))]);
        return new JsonObject
        {
            ["name"] = subject.Name,
            ["network"] = network,
            ["fingerprint"] = Fingerprint.ofNetwork(subject.Network),
            ["measurement"] = measurement,
        };
    }

    /// <summary>The subject of a record; the network must have the recorded fingerprint.</summary>
    /// <exception cref="InputException">A field is missing or malformed, the file is gone or another one, or redrawing gives other bits.</exception>
    public static Subject Read(JsonNode? record, string file)
    {
        try
        {
            JsonNode network = record!["network"]!;
            (GenerativeNetwork read, Provenance provenance) = network["file"] is { } path ? FromFile(network, path.GetValue<string>(), file) : Redrawn(network);
            string fingerprint = record["fingerprint"]!.GetValue<string>();
            if (Fingerprint.ofNetwork(read) != fingerprint)
            {
                throw new InputException($"{file}: the network here has other weights than the recorded ones (fingerprint {Fingerprint.ofNetwork(read)[..12]}, recorded {fingerprint[..Math.Min(12, fingerprint.Length)]})");
            }

            return SubjectModule.create(record["name"]!.GetValue<string>(), read, ReadMeasurement(record["measurement"]!, read.OutputDimension), provenance);
        }
        catch (Exception problem) when (problem is NullReferenceException or InvalidOperationException or FormatException or JsonException or NetworkException or MeasurementException or KeyNotFoundException)
        {
            throw new InputException($"{file}: field 'subject' is missing or malformed ({problem.Message})");
        }
    }

    private static (GenerativeNetwork Network, Provenance Provenance) FromFile(JsonNode network, string name, string file)
    {
        string path = ShippedModels.Resolve(name);
        if (!File.Exists(path))
        {
            throw new InputException($"{file}: the network file {path} is gone; put it back to replay");
        }

        Dictionary<string, double[]> bindings = NetworkSource.ParseBindings([.. network["bind"]!.AsArray().Select(text => text!.GetValue<string>())]);
        return (NetworkLoader.Load(path, bindings, network["outputNode"]?.GetValue<string>()), Provenance.NewFile(path, network["sha256"]!.GetValue<string>()));
    }

    private static (GenerativeNetwork Network, Provenance Provenance) Redrawn(JsonNode network)
    {
        DrawnNetwork origin = new(
            Shape.Parse(network["input"]!.GetValue<string>()),
            network["layers"]!.GetValue<string>(),
            WeightLaws.ByName[network["weights"]!.GetValue<string>()],
            network["activation"]!.GetValue<string>(),
            network["lastActivation"]!.GetValue<string>(),
            network["variance"]!.GetValue<int>(),
            RandomKey.Parse(network["key"]!.GetValue<string>()));
        return (NetworkBuilder.Redraw(origin), Provenance.NewDrawn(origin));
    }

    private static Measurement ReadMeasurement(JsonNode measurement, int outputs)
    {
        string name = measurement["mask"]!.GetValue<string>();
        Subsampling mask = measurement["observed"] is JsonArray observed
            ? new Subsampling(outputs, observed.Select(index => index!.GetValue<int>()), name)
            : Subsampling.All(outputs);
        return measurement["rows"] is { } rows
            ? new GaussianSensing(mask, rows.GetValue<int>(), RandomKey.Parse(measurement["key"]!.GetValue<string>()))
            : mask;
    }
}
