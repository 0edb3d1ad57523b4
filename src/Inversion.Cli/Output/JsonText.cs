using System.Globalization;
using System.Numerics;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Inversion.Cli.Output;

/// <summary>JSON as the contract wants it: numbers round-trip, NaN and infinities are strings.</summary>
internal static class JsonText
{
    private static readonly JsonSerializerOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    private static readonly JsonSerializerOptions Pretty = new(Plain) { WriteIndented = true };

    /// <summary>A number; a string if it is not finite.</summary>
    public static JsonNode Number<T>(T value)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        if (!T.IsFinite(value))
        {
            return JsonValue.Create(value.ToString(null, CultureInfo.InvariantCulture));
        }

        // A float keeps its own short form, a double its own.
        return typeof(T) == typeof(float) ? JsonValue.Create(float.CreateTruncating(value)) : JsonValue.Create(double.CreateTruncating(value));
    }

    /// <summary>A list of numbers.</summary>
    public static JsonArray Array<T>(ReadOnlySpan<T> values)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        JsonArray array = [];
        foreach (T value in values)
        {
            array.Add(Number(value));
        }

        return array;
    }

    /// <summary>On one line.</summary>
    public static string Compact(JsonNode node) => node.ToJsonString(Plain);

    /// <summary>Indented, with a last line end.</summary>
    public static string Indented(JsonNode node) => node.ToJsonString(Pretty) + "\n";

    /// <summary>Writes a file at once: to a neighbor first, then renamed, so that no half-written file is left.</summary>
    public static void Write(string path, JsonNode node)
    {
        string half = path + ".part";
        File.WriteAllText(half, Indented(node));
        File.Move(half, path, overwrite: true);
    }
}
