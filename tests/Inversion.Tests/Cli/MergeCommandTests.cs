using Inversion.Sweeps;
using Parquet;
using Parquet.Schema;
using Xunit;

namespace Inversion.Tests.Cli;

public sealed class MergeCommandTests
{
    private static readonly string[] Plan = ["sweep", "--input", "2x1", "--layers", "6k2,4k2", "--mask", "random", "--mask", "top", "--rate", "0.3", "--rate", "0.6", "--seed", "5", "--trials", "20"];

    [Fact]
    public void PartsThatAreMerged_AreTheWholeSweep()
    {
        using TemporaryFolder folder = new();
        string Part(string name) => Path.Combine(folder.Path, name);
        Assert.Equal(0, CommandLine.Run(folder.Path, [.. Plan, "--out", Part("whole")]).Exit);
        for (int part = 1; part <= 3; part++)
        {
            Assert.Equal(0, CommandLine.Run(folder.Path, [.. Plan, "--shard", $"{part}/3", "--out", Part($"{part}")]).Exit);
        }

        (int exit, string output, string errors) = CommandLine.Run(folder.Path, "merge", Part("1"), Part("3"), "--out", Part("merged"));
        Assert.True(exit == 2, errors);
        Assert.Contains("are missing", output, StringComparison.Ordinal);
        Assert.Equal(0, CommandLine.Run(folder.Path, "merge", Part("2"), Part("1"), "--out", Part("merged")).Exit);
        Assert.Equal(File.ReadAllText(Path.Combine(Part("whole"), "summary.json")), File.ReadAllText(Path.Combine(Part("merged"), "summary.json")));
        foreach (string run in (string[])["whole", "merged"])
        {
            Assert.Equal(0, CommandLine.Run(folder.Path, "export-trials", Part(run)).Exit);
        }

        foreach (string file in (string[])["trials.csv", "cells.csv", "trials.parquet", "cells.parquet"])
        {
            Assert.Equal(File.ReadAllBytes(Path.Combine(Part("whole"), file)), File.ReadAllBytes(Path.Combine(Part("merged"), file)));
        }
    }

    [Fact]
    public void PartsOfOtherPlans_AreRefused()
    {
        using TemporaryFolder folder = new();
        string one = Path.Combine(folder.Path, "1");
        string other = Path.Combine(folder.Path, "2");
        Assert.Equal(0, CommandLine.Run(folder.Path, [.. Plan, "--shard", "1/2", "--out", one]).Exit);
        Assert.Equal(0, CommandLine.Run(folder.Path, [.. Plan[..^1], "21", "--shard", "2/2", "--out", other]).Exit);
        (int exit, _, string errors) = CommandLine.Run(folder.Path, "merge", one, other, "--out", Path.Combine(folder.Path, "merged"));
        Assert.Equal(65, exit);
        Assert.Contains("another plan", errors, StringComparison.Ordinal);
    }

    [Fact]
    public void AShardThatIsResumed_StaysItsOwnPart()
    {
        using TemporaryFolder folder = new();
        Assert.Equal(0, CommandLine.Run(folder.Path, [.. Plan, "--shard", "2/4", "--out", folder.Path]).Exit);
        Assert.Equal(0, CommandLine.Run(folder.Path, "sweep", "--resume", folder.Path).Exit);
        using TrialStore store = TrialStore.Read(Path.Combine(folder.Path, "trials.sqlite"));
        Assert.Equal(20, store.Outcomes().Count());
    }

    [Fact]
    public async Task Parquet_ReadsBackAsTheTrials()
    {
        using TemporaryFolder folder = new();
        Assert.Equal(0, CommandLine.Run(folder.Path, [.. Plan, "--out", folder.Path]).Exit);
        Assert.Equal(0, CommandLine.Run(folder.Path, "export-trials", folder.Path, "--format", "parquet").Exit);
        using TrialStore store = TrialStore.Read(Path.Combine(folder.Path, "trials.sqlite"));
        await using FileStream stream = File.OpenRead(Path.Combine(folder.Path, "trials.parquet"));
        await using ParquetReader reader = await ParquetReader.CreateAsync(stream, cancellationToken: TestContext.Current.CancellationToken);
        using ParquetRowGroupReader group = reader.OpenRowGroupReader(0);
        DataField[] fields = reader.Schema.GetDataFields();
        Assert.Equal(["cell", "trial", "result", "value", "work"], fields.Select(field => field.Name));
        int[] trials = new int[80];
        double[] values = new double[80];
        await group.ReadAsync<int>(fields[1], trials, null, TestContext.Current.CancellationToken);
        await group.ReadAsync<double>(fields[3], values, null, TestContext.Current.CancellationToken);
        Assert.Equal(store.Outcomes().Select(outcome => outcome.Trial), trials);
        Assert.Equal(store.Outcomes().Select(outcome => outcome.Value), values);
    }

    [Fact]
    public async Task Parquet_HasTheColumnsAndTypesThatArePromised()
    {
        using TemporaryFolder folder = new();
        Assert.Equal(0, CommandLine.Run(folder.Path, [.. Plan, "--out", folder.Path]).Exit);
        Assert.Equal(0, CommandLine.Run(folder.Path, "export-trials", folder.Path).Exit);
        Assert.Equal(
            [("cell", typeof(int)), ("trial", typeof(int)), ("result", typeof(int)), ("value", typeof(double)), ("work", typeof(double))],
            await Columns("trials.parquet"));

        // Parquet.Net reads text as memory.
        Type text = typeof(ReadOnlyMemory<char>);
        Assert.Equal(
            [
                ("cell", typeof(int)), ("input", text), ("layers", text), ("mask", text), ("rate", text),
                ("trials", typeof(int)), ("successes", typeof(int)), ("failures", typeof(int)), ("undecided", typeof(int)),
                ("observed", typeof(double)), ("success_rate", typeof(double)), ("lower", typeof(double)), ("upper", typeof(double)), ("median_value", typeof(double)), ("work", typeof(double)),
            ],
            await Columns("cells.parquet"));

        // The same columns by name in both forms.
        foreach (string table in (string[])["trials", "cells"])
        {
            string heading = File.ReadLines(Path.Combine(folder.Path, $"{table}.csv")).First();
            Assert.Equal(heading.Split(',').Order(), (await Columns($"{table}.parquet")).Select(column => column.Item1).Order());
        }

        async Task<(string, Type)[]> Columns(string file)
        {
            await using FileStream stream = File.OpenRead(Path.Combine(folder.Path, file));
            await using ParquetReader reader = await ParquetReader.CreateAsync(stream, cancellationToken: TestContext.Current.CancellationToken);
            return [.. reader.Schema.GetDataFields().Select(field => (field.Name, field.ClrType))];
        }
    }
}
