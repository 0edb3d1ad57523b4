using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Inversion.Verify;
using Microsoft.Data.Sqlite;
using Microsoft.FSharp.Collections;
using Microsoft.FSharp.Core;

namespace Inversion.Sweeps;

/// <summary>
/// The trials of an audit's run folder: trials.sqlite (docs/commands.md). A trial is a claim on one network; it has a row for each finding, written as it
/// ends. One process writes, others may read.
/// </summary>
/// <threadsafety>Safe for many threads.</threadsafety>
public sealed class AuditStore : IAuditJournal, IDisposable
{
    /// <summary>Version of the tables; a file of another one is refused.</summary>
    public const int Schema = 1;

    /// <summary>What tells an audit's file from a sweep's, which has 0: SQLite's application id, "INVA".</summary>
    public const int ApplicationId = 0x494E5641;

    // Letters as they are: the file is read by people too.
    private static readonly JsonSerializerOptions Text = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly TrialDatabase database;
    private readonly Dictionary<AuditJob, FSharpList<Finding>> kept;
    private readonly Lock gate = new();

    private AuditStore(TrialDatabase database, Dictionary<AuditJob, FSharpList<Finding>> kept) => (this.database, this.kept) = (database, kept);

    /// <summary>How many trials the file held when it was opened.</summary>
    public int Count => kept.Count;

    /// <summary>Opens the folder's file for writing, empty: an earlier audit's trials are dropped.</summary>
    /// <param name="folder">An existing folder.</param>
    /// <param name="plan">The resolved plan as JSON: what is gone on with must have the same.</param>
    /// <param name="version">The program's version.</param>
    /// <exception cref="SweepException">Another process writes it; it holds a sweep's trials; the folder cannot be written.</exception>
    public static AuditStore Create(string folder, string plan, string version) => new(
        TrialDatabase.Open(folder, database =>
        {
            bool isUsed = !database.IsEmpty;
            if (isUsed)
            {
                RequireSchema(database);
            }

            using SqliteTransaction transaction = database.Connection.BeginTransaction();
            if (isUsed)
            {
                database.Execute("DROP TABLE trials; DROP TABLE meta");
            }

            database.Execute("CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID");
            database.Execute("""
                CREATE TABLE trials (network TEXT NOT NULL, draw INTEGER NOT NULL, claim TEXT NOT NULL, part INTEGER NOT NULL, layer INTEGER, verdict TEXT NOT NULL,
                value REAL, trials INTEGER NOT NULL, failures INTEGER NOT NULL, seconds REAL NOT NULL, finding TEXT NOT NULL, PRIMARY KEY (network, draw, claim, part))
                """);
            database.Execute("INSERT INTO meta VALUES ('plan', $plan), ('version', $version)", ("$plan", plan), ("$version", version));
            database.Execute(string.Create(CultureInfo.InvariantCulture, $"PRAGMA user_version = {Schema}; PRAGMA application_id = {ApplicationId}"));
            transaction.Commit();
        }),
        []);

    /// <summary>Opens the file of an audit that was stopped, to go on with it.</summary>
    /// <param name="folder">Its run folder.</param>
    /// <param name="plan">The resolved plan as JSON.</param>
    /// <param name="version">The program's version.</param>
    /// <exception cref="SweepException">There is none; another process writes it; it is of another plan or version, or a sweep's, or damaged.</exception>
    public static AuditStore Resume(string folder, string plan, string version)
    {
        string path = Path.Combine(folder, TrialDatabase.FileName);
        if (!File.Exists(path))
        {
            throw new SweepException($"{path}: no such file; there is nothing to go on with");
        }

        Dictionary<AuditJob, FSharpList<Finding>> kept = [];
        TrialDatabase database = TrialDatabase.Open(folder, opened =>
        {
            RequireSchema(opened);
            opened.RequireOrigin(plan, version);
            kept = new(Rows(opened).GroupBy(row => row.Job).Select(group => KeyValuePair.Create(group.Key, ListModule.OfSeq(group.Select(row => row.Finding)))));
        });
        return new AuditStore(database, kept);
    }

    /// <summary>Every finding that a file holds, by network, draw, claim and part.</summary>
    /// <exception cref="SweepException">There is no such file, or it is none of an audit, or damaged.</exception>
    public static IReadOnlyList<(AuditJob Job, Finding Finding)> Read(string path)
    {
        using TrialDatabase database = TrialDatabase.Read(path);
        return database.Guarded(() =>
        {
            RequireSchema(database);
            return Rows(database);
        });
    }

    /// <summary>True where the file holds an audit's trials; false for a sweep's, and where there is none.</summary>
    public static bool IsAudit(string path)
    {
        if (!File.Exists(path))
        {
            return false;
        }

        using TrialDatabase database = TrialDatabase.Read(path);
        return database.Guarded(() => database.Scalar("PRAGMA application_id")) == ApplicationId;
    }

    /// <inheritdoc/>
    public FSharpOption<FSharpList<Finding>>? Find(AuditJob job) =>
        kept.TryGetValue(job, out FSharpList<Finding>? findings) ? FSharpOption<FSharpList<Finding>>.Some(findings) : null;

    /// <inheritdoc/>
    /// <exception cref="SweepException">The disk is full, or the file cannot be written.</exception>
    public void Keep(AuditJob job, FSharpList<Finding> findings)
    {
        lock (gate)
        {
            database.Guarded(() =>
            {
                using SqliteTransaction transaction = database.Connection.BeginTransaction();
                int part = 0;
                foreach (Finding finding in findings)
                {
                    double value = finding.Number(Catalogue.headline(finding.Claim));
                    database.Execute(
                        "INSERT INTO trials VALUES ($network, $draw, $claim, $part, $layer, $verdict, $value, $trials, $failures, $seconds, $finding)",
                        ("$network", job.Group),
                        ("$draw", job.Index),
                        ("$claim", job.Claim),
                        ("$part", part++),
                        ("$layer", finding.Layer is null ? DBNull.Value : finding.Layer.Value),
                        ("$verdict", finding.Verdict.Word),
                        ("$value", double.IsNaN(value) ? DBNull.Value : value),
                        ("$trials", finding.Trials),
                        ("$failures", finding.Failures),
                        ("$seconds", finding.Seconds),
                        ("$finding", FindingRecord.write(finding).ToJsonString(Text)));
                }

                transaction.Commit();
                return part;
            });
        }
    }

    /// <inheritdoc/>
    public void Dispose() => database.Dispose();

    private static void RequireSchema(TrialDatabase database)
    {
        if (database.IsEmpty)
        {
            throw new SweepException($"{database.Path}: is no database of trials, or is damaged");
        }

        if (database.Scalar("PRAGMA application_id") != ApplicationId)
        {
            throw new SweepException($"{database.Path}: holds the trials of a sweep, not of an audit; choose another folder");
        }

        long schema = database.Scalar("PRAGMA user_version");
        if (schema != Schema)
        {
            throw new SweepException($"{database.Path}: its tables have version {schema}, this program reads version {Schema}");
        }
    }

    private static List<(AuditJob Job, Finding Finding)> Rows(TrialDatabase database)
    {
        using SqliteCommand select = database.Connection.CreateCommand();
        select.CommandText = "SELECT network, draw, claim, finding FROM trials ORDER BY network, draw, claim, part";
        using SqliteDataReader reader = select.ExecuteReader();
        List<(AuditJob, Finding)> rows = [];
        while (reader.Read())
        {
            try
            {
                rows.Add((new AuditJob(reader.GetString(0), reader.GetInt32(1), reader.GetString(2)), FindingRecord.read(JsonNode.Parse(reader.GetString(3)))));
            }
            catch (Exception problem) when (problem is FormatException or JsonException or InvalidCastException)
            {
                throw new SweepException($"{database.Path}: the finding of {reader.GetValue(2)} on {reader.GetValue(0)} is damaged: {problem.Message}", problem);
            }
        }

        return rows;
    }
}
