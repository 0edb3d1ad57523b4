using System.Globalization;
using Inversion.Verify;
using Parquet;
using Parquet.Schema;

namespace Inversion.Sweeps;

/// <summary>Writes the trials of an audit for other programs: CSV and Parquet, the same columns (docs/commands.md).</summary>
public static class AuditExport
{
    private static readonly DataField<string> Network = new("network");
    private static readonly DataField<int> Draw = new("draw");
    private static readonly DataField<string> Claim = new("claim");
    private static readonly DataField<int?> Layer = new("layer");
    private static readonly DataField<string> Verdict = new("verdict");
    private static readonly DataField<double> Value = new("value");
    private static readonly DataField<int> Trials = new("trials");
    private static readonly DataField<int> Failures = new("failures");
    private static readonly DataField<double> Seconds = new("seconds");

    /// <summary>trials.csv: one line a finding. NaN, and the layer of a finding on the whole network, are empty fields; other numbers read back as the same bits.</summary>
    public static void ToCsv(IReadOnlyList<(AuditJob Job, Finding Finding)> rows, TextWriter writer)
    {
        writer.Write("network,draw,claim,layer,verdict,value,trials,failures,seconds\n");
        foreach ((AuditJob job, Finding finding) in rows)
        {
            writer.Write(string.Create(CultureInfo.InvariantCulture,
                $"{CsvField.Of(job.Group)},{job.Index},{job.Claim},{LayerOf(finding)},{finding.Verdict.Word},{CsvField.Of(ValueOf(finding))},{finding.Trials},{finding.Failures},{CsvField.Of(finding.Seconds)}\n"));
        }
    }

    /// <summary>trials.parquet, the columns of trials.csv.</summary>
    public static async Task ToParquet(IReadOnlyList<(AuditJob Job, Finding Finding)> rows, Stream stream)
    {
        ParquetSchema schema = new(Network, Draw, Claim, Layer, Verdict, Value, Trials, Failures, Seconds);
        ParquetWriter writer = await ParquetWriter.CreateAsync(schema, stream).ConfigureAwait(false);
        await using (writer.ConfigureAwait(false))
        {
            using ParquetRowGroupWriter group = writer.CreateRowGroup();
            await group.WriteAsync(Network, Column(row => row.Job.Group)).ConfigureAwait(false);
            await group.WriteAsync<int>(Draw, Column(row => row.Job.Index)).ConfigureAwait(false);
            await group.WriteAsync(Claim, Column(row => row.Job.Claim)).ConfigureAwait(false);
            await group.WriteAsync<int>(Layer, Column(row => LayerOf(row.Finding))).ConfigureAwait(false);
            await group.WriteAsync(Verdict, Column(row => row.Finding.Verdict.Word)).ConfigureAwait(false);
            await group.WriteAsync<double>(Value, Column(row => ValueOf(row.Finding))).ConfigureAwait(false);
            await group.WriteAsync<int>(Trials, Column(row => row.Finding.Trials)).ConfigureAwait(false);
            await group.WriteAsync<int>(Failures, Column(row => row.Finding.Failures)).ConfigureAwait(false);
            await group.WriteAsync<double>(Seconds, Column(row => row.Finding.Seconds)).ConfigureAwait(false);
            group.CompleteValidate();
        }

        T[] Column<T>(Func<(AuditJob Job, Finding Finding), T> get) => [.. rows.Select(get)];
    }

    private static int? LayerOf(Finding finding) => finding.Layer?.Value;

    private static double ValueOf(Finding finding) => finding.Number(Catalogue.headline(finding.Claim));
}
