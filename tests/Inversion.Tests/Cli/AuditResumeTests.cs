using System.Diagnostics;
using System.Text.Json.Nodes;
using Inversion.Randomness;
using Inversion.Sweeps;
using Inversion.Verify;
using Microsoft.Data.Sqlite;
using Parquet;
using Parquet.Schema;
using Xunit;

namespace Inversion.Tests.Cli;

/// <summary>The trials that an audit keeps: an audit that was killed goes on, and other programs can read them.</summary>
public sealed class AuditResumeTests : IDisposable
{
    private static readonly string[] Plan =
        ["audit", "--input", "3x1", "--layers", "12k4,8k4", "--draws", "3", "--trials", "10", "--starts", "2", "--steps", "30", "--claim", "weight-concentration,origin,uniqueness,descent,convergence"];

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void KilledAtAnyMomentAndResumed_EndsAsIfNothingHadHappened()
    {
        Assert.Equal(0, CommandLine.Run(folder.Path, [.. Plan, "--out", "whole"]).Exit);
        RandomStream moments = new RandomKey(2).Open();
        int cutShort = 0;
        int kept = 0;
        for (int kill = 0; kill < 4; kill++)
        {
            using Process process = CommandLine.Start(folder.Path, kill == 0 ? [.. Plan, "--out", "cut", "--threads", "1"] : ["audit", "--resume", "cut"]);
            Stopwatch clock = Stopwatch.StartNew();
            while (!process.HasExited && clock.Elapsed < TimeSpan.FromSeconds(30) && Rows("cut") <= kept)
            {
                Thread.Sleep(5);
            }

            process.WaitForExit(moments.NextBelow(100));
            cutShort += process.HasExited ? 0 : 1;
            process.Kill();
            process.WaitForExit();
            kept = Rows("cut");
        }

        Assert.True(cutShort > 0, "no kill met a running audit");
        CommandLine.Outcome outcome = CommandLine.Run(folder.Path, "audit", "--resume", "cut");
        Assert.True(outcome.Exit == 0, outcome.Error);
        Assert.Equal(Findings("whole"), Findings("cut"));
        Assert.Equal(File.ReadAllText(folder.File("whole", "plan.json")), File.ReadAllText(folder.File("cut", "plan.json")));
        foreach (string witness in Directory.GetFiles(folder.File("whole", "witnesses")))
        {
            Assert.Equal(File.ReadAllText(witness), File.ReadAllText(folder.File("cut", "witnesses", Path.GetFileName(witness))));
        }
    }

    [Fact]
    public void WhatCannotBeGoneOnWith_IsToldInOneLine()
    {
        string[] small = ["audit", "--input", "2x1", "--layers", "4k2", "--draws", "1", "--trials", "3", "--claim", "origin"];
        Assert.Equal(0, CommandLine.Run(folder.Path, [.. small, "--out", "done"]).Exit);
        Assert.Equal(0, CommandLine.Run(folder.Path, "sweep", "--input", "2x1", "--layers", "4k2", "--trials", "2", "--out", "swept").Exit);

        Refused(64, "--trials", "audit", "--resume", "done", "--trials", "9");
        Refused(65, "no plan.json", "audit", "--resume", "nowhere");
        Refused(65, "swept/plan.json", "audit", "--resume", "swept");
        Refused(65, "holds the trials of a sweep", [.. small, "--out", "swept"]);
        Refused(65, "holds the trials of an audit", "sweep", "--input", "2x1", "--layers", "4k2", "--trials", "2", "--out", "done");
        using (new FileStream(folder.File("done", "trials.sqlite.lock"), FileMode.Create, FileAccess.Write, FileShare.None, 1, FileOptions.DeleteOnClose))
        {
            Refused(65, "another process", "audit", "--resume", "done");
        }

        JsonNode plan = JsonNode.Parse(File.ReadAllText(folder.File("done", "plan.json")))!;
        plan["trials"] = "4";
        File.WriteAllText(folder.File("done", "plan.json"), plan.ToJsonString());
        Refused(65, "another plan", "audit", "--resume", "done");

        plan["trials"] = "3";
        File.WriteAllText(folder.File("done", "plan.json"), plan.ToJsonString());
        Damage("done", "UPDATE trials SET finding = '{}'");
        Refused(65, "is damaged", "audit", "--resume", "done");
        Damage("done", "UPDATE meta SET value = '0.0.1' WHERE key = 'version'");
        Refused(65, "begun by version 0.0.1", "audit", "--resume", "done");
        File.Delete(folder.File("done", "trials.sqlite"));
        Refused(65, "nothing to go on with", "audit", "--resume", "done");
    }

    [Fact]
    public void AFolderThatIsUsedAgain_HoldsTheNewAuditAlone()
    {
        string[] small = ["audit", "--input", "2x1", "--layers", "4k2", "--trials", "3", "--out", "run"];
        Assert.Equal(0, CommandLine.Run(folder.Path, [.. small, "--draws", "3", "--claim", "origin,uniqueness"]).Exit);
        Assert.Equal(0, CommandLine.Run(folder.Path, [.. small, "--draws", "1", "--claim", "origin"]).Exit);

        (AuditJob job, Finding finding) = Assert.Single(AuditStore.Read(folder.File("run", "trials.sqlite")));
        Assert.Equal(("origin", 0), (job.Claim, job.Index));
        Assert.Contains(finding.Key.ToString(), Findings("run")[0], StringComparison.Ordinal);
    }

    [Fact]
    public async Task ExportedTrials_AreThoseOfTheAudit()
    {
        Assert.Equal(0, CommandLine.Run(folder.Path, [.. Plan, "--mask", "random:0.5", "--out", "run"]).Exit);
        CommandLine.Outcome outcome = CommandLine.Run(folder.Path, "export-trials", "run");
        Assert.True(outcome.Exit == 0, outcome.Error);
        string[] lines = File.ReadAllLines(folder.File("run", "trials.csv"));
        IReadOnlyList<(AuditJob Job, Finding Finding)> rows = AuditStore.Read(folder.File("run", "trials.sqlite"));

        // Three networks, five claims, one of them about both layers; a comma in the network's name.
        Assert.Equal(18, rows.Count);
        Assert.Equal("network,draw,claim,layer,verdict,value,trials,failures,seconds", lines[0]);
        Assert.Equal(rows.Count + 1, lines.Length);
        Assert.All(lines[1..], line => Assert.StartsWith("\"3x1:12k4,8k4, random:0.5\",", line, StringComparison.Ordinal));

        await using FileStream stream = File.OpenRead(folder.File("run", "trials.parquet"));
        await using ParquetReader reader = await ParquetReader.CreateAsync(stream, cancellationToken: TestContext.Current.CancellationToken);
        using ParquetRowGroupReader group = reader.OpenRowGroupReader(0);
        DataField[] fields = reader.Schema.GetDataFields();
        Assert.Equal(lines[0].Split(','), fields.Select(field => field.Name));
        int?[] layers = new int?[rows.Count];
        double[] values = new double[rows.Count];
        await group.ReadAsync<int>(fields[3], layers, null, TestContext.Current.CancellationToken);
        await group.ReadAsync<double>(fields[5], values, null, TestContext.Current.CancellationToken);
        Assert.Equal(rows.Select(row => row.Finding.Layer?.Value), layers);
        Assert.Equal(rows.Select(row => row.Finding.Number(Catalogue.headline(row.Finding.Claim))), values);
    }

    private void Refused(int exit, string reason, params string[] arguments)
    {
        CommandLine.Outcome outcome = CommandLine.Run(folder.Path, arguments);
        Assert.Equal(exit, outcome.Exit);
        Assert.Contains(reason, Assert.Single(outcome.ErrorLines), StringComparison.Ordinal);
    }

    private void Damage(string run, string sql)
    {
        using SqliteConnection connection = new($"Data Source={folder.File(run, "trials.sqlite")};Pooling=False");
        connection.Open();
        using SqliteCommand command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    private int Rows(string run)
    {
        string file = folder.File(run, "trials.sqlite");
        try
        {
            return File.Exists(file) ? AuditStore.Read(file).Count : 0;
        }
        catch (SweepException)
        {
            // Its tables are being made.
            return 0;
        }
    }

    // As text: nodes of two documents are not equal.
    private string[] Findings(string run) => [.. JsonNode.Parse(File.ReadAllText(folder.File(run, "summary.json")))!["findings"]!.AsArray().Select(finding =>
    {
        finding!.AsObject().Remove("seconds");
        return finding.ToJsonString();
    })];
}
