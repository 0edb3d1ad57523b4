using System.Globalization;

namespace Inversion.Sweeps;

/// <summary>Fields of a CSV file.</summary>
internal static class CsvField
{
    /// <summary>A number that reads back as the same bits; NaN is an empty field.</summary>
    public static string Of(double value) => double.IsNaN(value) ? string.Empty : value.ToString("R", CultureInfo.InvariantCulture);

    /// <summary>A text: one with a comma, a quote or a line break stands in quotes, which are doubled (RFC 4180).</summary>
    public static string Of(string text) => text.AsSpan().IndexOfAny(",\"\n\r") < 0 ? text : $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
}
