using System.Globalization;
using Microsoft.Data.Sqlite;

namespace Inversion.Sweeps;

/// <summary>The trials of a run folder: trials.sqlite (docs/sweeps.md). One process writes, others may read.</summary>
/// <remarks>
/// A write-ahead log: what <see cref="Add"/> was given is there after it returns, whatever becomes of the process; a loss of power can
/// take the last outcomes with it, and damages nothing. Not safe for several threads.
/// </remarks>
public sealed class TrialStore : IDisposable
{
    /// <summary>Version of the tables; a file of another one is refused.</summary>
    public const int Schema = 1;

    private readonly TrialDatabase database;

    private TrialStore(TrialDatabase database) => this.database = database;

    /// <summary>The plan's text, as the file holds it.</summary>
    public string Plan => database.Meta("plan");

    /// <summary>The program's version that made the file.</summary>
    public string Version => database.Meta("version");

    /// <summary>Opens the folder's file for writing; makes it if there is none.</summary>
    /// <exception cref="SweepException">Another process writes it; it belongs to another plan, version or schema, or to an audit; the folder cannot be written.</exception>
    public static TrialStore Open(string folder, SweepPlan plan, string version) => new(TrialDatabase.Open(folder, opened => Prepare(opened, plan, version)));

    /// <summary>Opens a file for reading alone.</summary>
    /// <exception cref="SweepException">There is none, or it is no such file, or of another schema, or an audit's.</exception>
    public static TrialStore Read(string path)
    {
        TrialDatabase database = TrialDatabase.Read(path);
        try
        {
            database.Guarded(() => RequireSchema(database));
            return new TrialStore(database);
        }
        catch (SweepException)
        {
            database.Dispose();
            throw;
        }
    }

    /// <summary>Adds outcomes, and to the time that cells have taken: all of it, or nothing. An outcome that is there already stays as it is.</summary>
    /// <param name="outcomes">The outcomes.</param>
    /// <param name="seconds">Seconds of one thread, by cell; null for none.</param>
    /// <exception cref="SweepException">The disk is full, or the file cannot be written.</exception>
    public void Add(IReadOnlyList<TrialOutcome> outcomes, IReadOnlyDictionary<int, double>? seconds = null) => database.Guarded(() =>
    {
        using SqliteTransaction transaction = database.Connection.BeginTransaction();
        using SqliteCommand insert = database.Connection.CreateCommand();
        insert.Transaction = transaction;
        insert.CommandText = "INSERT OR IGNORE INTO trials (cell, trial, result, value, work) VALUES ($cell, $trial, $result, $value, $work)";
        SqliteParameter cell = insert.Parameters.Add("$cell", SqliteType.Integer);
        SqliteParameter trial = insert.Parameters.Add("$trial", SqliteType.Integer);
        SqliteParameter result = insert.Parameters.Add("$result", SqliteType.Integer);
        SqliteParameter value = insert.Parameters.Add("$value", SqliteType.Real);
        SqliteParameter work = insert.Parameters.Add("$work", SqliteType.Real);
        foreach (TrialOutcome outcome in outcomes)
        {
            cell.Value = outcome.Cell;
            trial.Value = outcome.Trial;
            result.Value = (int)outcome.Result;
            value.Value = double.IsNaN(outcome.Value) ? DBNull.Value : outcome.Value;
            work.Value = outcome.Work;
            insert.ExecuteNonQuery();
        }

        foreach ((int number, double taken) in seconds ?? new Dictionary<int, double>())
        {
            database.Execute("UPDATE cells SET seconds = seconds + $seconds WHERE cell = $cell", ("$seconds", taken), ("$cell", number));
        }

        transaction.Commit();
        return outcomes.Count;
    });

    /// <summary>Every outcome, by cell and trial.</summary>
    public IEnumerable<TrialOutcome> Outcomes()
    {
        using SqliteCommand select = database.Connection.CreateCommand();
        select.CommandText = "SELECT cell, trial, result, value, work FROM trials ORDER BY cell, trial";
        using SqliteDataReader reader = select.ExecuteReader();
        while (reader.Read())
        {
            yield return new TrialOutcome(
                reader.GetInt32(0), reader.GetInt32(1), (TrialResult)reader.GetInt32(2), reader.IsDBNull(3) ? double.NaN : reader.GetDouble(3), reader.GetDouble(4));
        }
    }

    /// <summary>The names of the cells.</summary>
    public string[] Names() => OfCells("name", reader => reader.GetString(0));

    /// <summary>The time that every cell has taken, in seconds of one thread.</summary>
    public double[] Seconds() => OfCells("seconds", reader => reader.GetDouble(0));

    /// <inheritdoc/>
    public void Dispose() => database.Dispose();

    private static void Prepare(TrialDatabase database, SweepPlan plan, string version)
    {
        if (database.IsEmpty)
        {
            using SqliteTransaction transaction = database.Connection.BeginTransaction();
            database.Execute("CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID");
            database.Execute("CREATE TABLE cells (cell INTEGER PRIMARY KEY, name TEXT NOT NULL, parameters TEXT NOT NULL, seconds REAL NOT NULL DEFAULT 0)");
            database.Execute("CREATE TABLE trials (cell INTEGER NOT NULL, trial INTEGER NOT NULL, result INTEGER NOT NULL, value REAL, work REAL NOT NULL, PRIMARY KEY (cell, trial)) WITHOUT ROWID");
            database.Execute("INSERT INTO meta VALUES ('plan', $plan), ('version', $version)", ("$plan", plan.Text), ("$version", version));
            for (int cell = 0; cell < plan.Cells.Length; cell++)
            {
                string parameters = System.Text.Json.JsonSerializer.Serialize(plan.Cells[cell].Parameters.ToDictionary());
                database.Execute("INSERT INTO cells (cell, name, parameters) VALUES ($cell, $name, $parameters)", ("$cell", cell), ("$name", plan.Cells[cell].Name), ("$parameters", parameters));
            }

            database.Execute(string.Create(CultureInfo.InvariantCulture, $"PRAGMA user_version = {Schema}"));
            transaction.Commit();
            return;
        }

        RequireSchema(database);
        database.RequireOrigin(plan.Text, version);
    }

    private static long RequireSchema(TrialDatabase database)
    {
        long schema = database.Scalar("PRAGMA user_version");
        return database.Scalar("PRAGMA application_id") == AuditStore.ApplicationId ? throw new SweepException($"{database.Path}: holds the trials of an audit, not of a sweep")
            : schema != Schema ? throw new SweepException($"{database.Path}: its tables have version {schema}, this program reads version {Schema}")
            : schema;
    }

    private T[] OfCells<T>(string column, Func<SqliteDataReader, T> get) => database.Guarded<T[]>(() =>
    {
        using SqliteCommand select = database.Connection.CreateCommand();
        select.CommandText = $"SELECT {column} FROM cells ORDER BY cell";
        using SqliteDataReader reader = select.ExecuteReader();
        List<T> values = [];
        while (reader.Read())
        {
            values.Add(get(reader));
        }

        return [.. values];
    });
}
