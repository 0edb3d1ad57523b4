using System.Globalization;
using System.Text.Json;

namespace Inversion.Networks.Formats;

/// <summary>A JSON value that knows where it stands, so that whatever is wrong with it can be said in one line.</summary>
internal readonly struct JsonField(JsonElement element, string file, string place)
{
    private const int DeepestNesting = 16;

    /// <summary>Where the value stands: "layer 3 (linear): field 'bias'".</summary>
    public string Place { get; } = place;

    /// <summary>Name of the file.</summary>
    public string File { get; } = file;

    /// <summary>True for a JSON null.</summary>
    public bool IsNull => element.ValueKind == JsonValueKind.Null;

    /// <summary>True for a JSON array.</summary>
    public bool IsList => element.ValueKind == JsonValueKind.Array;

    /// <summary>Parses UTF-8 text: nesting is limited, a repeated key is an error.</summary>
    public static JsonDocument Parse(ReadOnlyMemory<byte> text, string file, string place)
    {
        if (!System.Text.Unicode.Utf8.IsValid(text.Span))
        {
            throw new NetworkFileException(file, $"{place} is not valid UTF-8; the file is damaged or no network file");
        }

        try
        {
            return JsonDocument.Parse(text, new JsonDocumentOptions { MaxDepth = DeepestNesting, AllowDuplicateProperties = false });
        }
        catch (Exception problem) when (problem is JsonException or InvalidOperationException)
        {
            // InvalidOperationException: a key that holds half of a surrogate pair.
            throw new NetworkFileException(file, $"{place} is not valid JSON: {problem.Message}", problem);
        }
    }

    /// <summary>An error about this value.</summary>
    public NetworkFileException Error(string problem, Exception? inner = null) => new(File, $"{Place}: {problem}", inner);

    /// <summary>The same value, called otherwise in messages.</summary>
    public JsonField Named(string place) => new(element, File, place);

    /// <summary>The value of a key that must be there.</summary>
    public JsonField Required(string name) =>
        Optional(name) ?? throw Error($"field '{name}' is missing");

    /// <summary>The value of a key; null if the key is missing or its value is null.</summary>
    public JsonField? Optional(string name)
    {
        RequireKind(JsonValueKind.Object, "an object");
        return element.TryGetProperty(name, out JsonElement value) && value.ValueKind != JsonValueKind.Null
            ? new JsonField(value, File, $"{Place}: field '{name}'")
            : null;
    }

    /// <summary>The members of an object.</summary>
    public IEnumerable<(string Name, JsonField Value)> Members()
    {
        RequireKind(JsonValueKind.Object, "an object");
        List<(string, JsonField)> members = [];
        foreach (JsonProperty member in element.EnumerateObject())
        {
            string name = Guarded(() => member.Name);
            members.Add((name, new JsonField(member.Value, File, $"'{name}'")));
        }

        return members;
    }

    /// <summary>The entries of an array.</summary>
    public IReadOnlyList<JsonField> Items()
    {
        RequireKind(JsonValueKind.Array, "a list");
        List<JsonField> items = new(element.GetArrayLength());
        foreach (JsonElement item in element.EnumerateArray())
        {
            items.Add(new JsonField(item, File, $"{Place}[{items.Count}]"));
        }

        return items;
    }

    /// <summary>A string.</summary>
    public string Text()
    {
        RequireKind(JsonValueKind.String, "a string");
        JsonElement value = element;
        return Guarded(() => value.GetString()!);
    }

    /// <summary>A whole number from <paramref name="least"/> to 2³¹ − 1; 2.0 counts as 2.</summary>
    public int Whole(int least)
    {
        double number = Number();
        return number == Math.Floor(number) && number >= least && number <= int.MaxValue
            ? (int)number
            : throw Error($"must be a whole number from {least} to {int.MaxValue}, not {number.ToString("R", CultureInfo.InvariantCulture)}");
    }

    /// <summary>A whole number from 0 to 2⁶³ − 1, without a fraction or exponent.</summary>
    public long Size()
    {
        RequireKind(JsonValueKind.Number, "a whole number");
        return element.TryGetInt64(out long size) && size >= 0
            ? size
            : throw Error($"must be a whole number from 0 to {long.MaxValue}, not {element.GetRawText()}");
    }

    /// <summary>A number; the strings "NaN", "Infinity" and "-Infinity" stand for those values.</summary>
    public double Number()
    {
        if (element.ValueKind == JsonValueKind.String)
        {
            return Text() switch
            {
                "NaN" => double.NaN,
                "Infinity" => double.PositiveInfinity,
                "-Infinity" => double.NegativeInfinity,
                _ => throw Error("must be a number, not a string"),
            };
        }

        RequireKind(JsonValueKind.Number, "a number");
        return element.TryGetDouble(out double number) ? number : throw Error($"{element.GetRawText()} is out of range");
    }

    /// <summary>Whole numbers, one for each of <paramref name="axes"/> axes; a single number stands for all of them.</summary>
    public int[] PerAxis(int axes, int least)
    {
        if (!IsList)
        {
            int[] same = new int[axes];
            Array.Fill(same, Whole(least));
            return same;
        }

        IReadOnlyList<JsonField> items = Items();
        return items.Count == axes
            ? [.. items.Select(item => item.Whole(least))]
            : throw Error($"has {items.Count} entries; {axes} {(axes == 1 ? "is" : "are")} needed");
    }

    private void RequireKind(JsonValueKind kind, string wanted)
    {
        if (element.ValueKind != kind)
        {
            string found = element.ValueKind switch
            {
                JsonValueKind.Object => "an object",
                JsonValueKind.Array => "a list",
                JsonValueKind.String => "a string",
                JsonValueKind.Number => "a number",
                JsonValueKind.Null => "null",
                _ => "true or false",
            };
            throw Error($"must be {wanted}, not {found}");
        }
    }

    /// <summary>Escapes such as \ud800 pass the parser and fail only here.</summary>
    private string Guarded(Func<string> read)
    {
        try
        {
            return read();
        }
        catch (InvalidOperationException problem)
        {
            throw Error("holds half of a surrogate pair", problem);
        }
    }
}
