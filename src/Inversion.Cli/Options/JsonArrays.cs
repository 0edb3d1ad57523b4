using System.Text.Json;

namespace Inversion.Cli.Options;

/// <summary>Reads vectors given inline or in a file, as JSON arrays of numbers (nested arrays are flattened in order).</summary>
internal static class JsonArrays
{
    /// <summary>The numbers in <paramref name="text"/>: a JSON array, one number, or the path of a file that holds one.</summary>
    /// <exception cref="UsageException">The inline text is no array of numbers.</exception>
    /// <exception cref="InputException">The file is missing or holds something else.</exception>
    public static double[] Parse(string text, string option)
    {
        string trimmed = text.Trim();
        bool inline = trimmed.StartsWith('[') || double.TryParse(trimmed, System.Globalization.CultureInfo.InvariantCulture, out _);
        string json = trimmed;
        if (!inline)
        {
            try
            {
                json = File.ReadAllText(text);
            }
            catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
            {
                throw new InputException($"{option}: {problem.Message}");
            }
        }

        try
        {
            using JsonDocument document = JsonDocument.Parse(json);
            List<double> numbers = [];
            Flatten(document.RootElement, numbers);
            return [.. numbers];
        }
        catch (Exception problem) when (problem is JsonException or FormatException)
        {
            string what = $"{option}: {(inline ? "the text" : text)} is not a JSON array of numbers";
            throw inline ? new UsageException(what) : new InputException(what);
        }
    }

    /// <summary>The numbers of an option, which must be <paramref name="length"/> many.</summary>
    public static double[] Parse(string text, string option, int length, string what)
    {
        double[] numbers = Parse(text, option);
        return numbers.Length == length
            ? numbers
            : throw (text.TrimStart().StartsWith('[') ? new UsageException(Mismatch()) : new InputException(Mismatch()));

        string Mismatch() => $"{option}: {numbers.Length} numbers; {what} has {length}";
    }

    private static void Flatten(JsonElement element, List<double> numbers)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.Array:
                foreach (JsonElement item in element.EnumerateArray())
                {
                    Flatten(item, numbers);
                }

                break;
            case JsonValueKind.Number:
                numbers.Add(element.GetDouble());
                break;
            case JsonValueKind.String when element.GetString() is "NaN" or "Infinity" or "-Infinity":
                numbers.Add(double.Parse(element.GetString()!, System.Globalization.CultureInfo.InvariantCulture));
                break;
            default:
                throw new FormatException();
        }
    }
}
