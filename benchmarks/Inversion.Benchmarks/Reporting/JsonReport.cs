using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Inversion.Benchmarks.Measuring;
using Inversion.Benchmarks.Walks;

namespace Inversion.Benchmarks.Reporting;

/// <summary>Writes rows as JSON.</summary>
internal static class JsonReport
{
    private static readonly JsonSerializerOptions Options = new()
    {
        WriteIndented = true,
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>The machine, the roofline and the rows; every number round-trips.</summary>
    public static string Text(Machine machine, Roofline roofline, IReadOnlyList<Row> rows) =>
        JsonSerializer.Serialize(new { Schema = "inversion.benchmarks/1", Machine = machine, Roofline = roofline, Rows = rows }, Options);

    /// <summary>The machine and the fitted powers.</summary>
    public static string Text(Machine machine, IReadOnlyList<Growth.Growth> found) =>
        JsonSerializer.Serialize(new { Schema = "inversion.growth/1", Machine = machine, Growth = found }, Options);

    /// <summary>The machine and the walks through cones.</summary>
    public static string Text(Machine machine, IReadOnlyList<ConeWalk> walks) =>
        JsonSerializer.Serialize(new { Schema = "inversion.cones/1", Machine = machine, Walks = walks }, Options);
}
