using System.Globalization;
using Parquet;
using Parquet.Schema;

namespace Inversion.Sweeps;

/// <summary>Writes trials and cells for other programs: CSV and Parquet, the same columns (docs/sweeps.md).</summary>
public static class TrialExport
{
    private const int RowGroup = 100_000;

    private static readonly DataField<int> Cell = new("cell");
    private static readonly DataField<int> Trial = new("trial");
    private static readonly DataField<int> Result = new("result");
    private static readonly DataField<double> Value = new("value");
    private static readonly DataField<double> Work = new("work");

    /// <summary>trials.csv: one line a trial. NaN is an empty field; other numbers read back as the same bits.</summary>
    public static void TrialsToCsv(TrialStore store, TextWriter writer)
    {
        writer.Write("cell,trial,result,value,work\n");
        foreach (TrialOutcome outcome in store.Outcomes())
        {
            writer.Write(string.Create(CultureInfo.InvariantCulture, $"{outcome.Cell},{outcome.Trial},{(int)outcome.Result},{CsvField.Of(outcome.Value)},{CsvField.Of(outcome.Work)}\n"));
        }
    }

    /// <summary>trials.parquet, in row groups of a hundred thousand: memory does not grow with the sweep.</summary>
    public static async Task TrialsToParquet(TrialStore store, Stream stream)
    {
        ParquetWriter writer = await ParquetWriter.CreateAsync(new ParquetSchema(Cell, Trial, Result, Value, Work), stream).ConfigureAwait(false);
        await using (writer.ConfigureAwait(false))
        {
            foreach (TrialOutcome[] group in store.Outcomes().Chunk(RowGroup))
            {
                using ParquetRowGroupWriter rows = writer.CreateRowGroup();
                await rows.WriteAsync<int>(Cell, Array.ConvertAll(group, outcome => outcome.Cell)).ConfigureAwait(false);
                await rows.WriteAsync<int>(Trial, Array.ConvertAll(group, outcome => outcome.Trial)).ConfigureAwait(false);
                await rows.WriteAsync<int>(Result, Array.ConvertAll(group, outcome => (int)outcome.Result)).ConfigureAwait(false);
                await rows.WriteAsync<double>(Value, Array.ConvertAll(group, outcome => outcome.Value)).ConfigureAwait(false);
                await rows.WriteAsync<double>(Work, Array.ConvertAll(group, outcome => outcome.Work)).ConfigureAwait(false);
                rows.CompleteValidate();
            }
        }
    }

    /// <summary>cells.csv: a cell's parameters, counts, rate and limits.</summary>
    public static void CellsToCsv(SweepPlan plan, IReadOnlyList<CellSummary> cells, TextWriter writer)
    {
        string[] keys = Keys(plan);
        writer.Write(string.Join(',', (string[])["cell", .. keys, "observed", "trials", "successes", "failures", "undecided", "success_rate", "lower", "upper", "median_value", "work"]) + "\n");
        foreach (CellSummary cell in cells)
        {
            string[] fields =
            [
                cell.Cell.ToString(CultureInfo.InvariantCulture),
                .. keys.Select(key => CsvField.Of(Parameter(plan.Cells[cell.Cell], key))),
                CsvField.Of(plan.Cells[cell.Cell].Observed),
                .. new[] { cell.Trials, cell.Successes, cell.Failures, cell.Undecided }.Select(count => count.ToString(CultureInfo.InvariantCulture)),
                .. new[] { cell.Rate, cell.Lower, cell.Upper, cell.Median, cell.Work }.Select(CsvField.Of),
            ];
            writer.Write(string.Join(',', fields) + "\n");
        }
    }

    /// <summary>cells.parquet, the columns of cells.csv.</summary>
    public static async Task CellsToParquet(SweepPlan plan, IReadOnlyList<CellSummary> cells, Stream stream)
    {
        // A parameter may be called rate, as the success rate may not.
        (DataField<int> Field, Func<CellSummary, int> Get)[] counts =
        [
            (new("trials"), cell => cell.Trials),
            (new("successes"), cell => cell.Successes),
            (new("failures"), cell => cell.Failures),
            (new("undecided"), cell => cell.Undecided),
        ];
        (DataField<double> Field, Func<CellSummary, double> Get)[] numbers =
        [
            (new("observed"), cell => plan.Cells[cell.Cell].Observed),
            (new("success_rate"), cell => cell.Rate),
            (new("lower"), cell => cell.Lower),
            (new("upper"), cell => cell.Upper),
            (new("median_value"), cell => cell.Median),
            (new("work"), cell => cell.Work),
        ];
        DataField<string>[] parameters = [.. Keys(plan).Select(key => new DataField<string>(key))];
        CellSummary[] rows = [.. cells];
        ParquetSchema schema = new([Cell, .. parameters, .. counts.Select(count => count.Field), .. numbers.Select(number => number.Field)]);
        ParquetWriter writer = await ParquetWriter.CreateAsync(schema, stream).ConfigureAwait(false);
        await using (writer.ConfigureAwait(false))
        {
            using ParquetRowGroupWriter group = writer.CreateRowGroup();
            await group.WriteAsync<int>(Cell, Array.ConvertAll(rows, cell => cell.Cell)).ConfigureAwait(false);
            foreach (DataField<string> parameter in parameters)
            {
                await group.WriteAsync(parameter, Array.ConvertAll(rows, cell => Parameter(plan.Cells[cell.Cell], parameter.Name))).ConfigureAwait(false);
            }

            foreach ((DataField<int> field, Func<CellSummary, int> get) in counts)
            {
                await group.WriteAsync<int>(field, Array.ConvertAll(rows, cell => get(cell))).ConfigureAwait(false);
            }

            foreach ((DataField<double> field, Func<CellSummary, double> get) in numbers)
            {
                await group.WriteAsync<double>(field, Array.ConvertAll(rows, cell => get(cell))).ConfigureAwait(false);
            }

            group.CompleteValidate();
        }
    }

    private static string[] Keys(SweepPlan plan) => [.. plan.Cells.SelectMany(cell => cell.Parameters.Select(pair => pair.Key)).Distinct()];

    private static string Parameter(SweepCell cell, string key) => cell.Parameters.FirstOrDefault(pair => pair.Key == key).Value ?? string.Empty;
}
