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

    private readonly SqliteConnection connection;
    private readonly FileStream? guard;
    private readonly string path;

    private TrialStore(SqliteConnection connection, FileStream? guard, string path)
    {
        this.connection = connection;
        this.guard = guard;
        this.path = path;
    }

    /// <summary>The plan's text, as the file holds it.</summary>
    public string Plan => Meta("plan");

    /// <summary>The program's version that made the file.</summary>
    public string Version => Meta("version");

    /// <summary>Opens the folder's file for writing; makes it if there is none.</summary>
    /// <exception cref="SweepException">Another process writes it; it belongs to another plan, version or schema; the folder cannot be written.</exception>
    public static TrialStore Open(string folder, SweepPlan plan, string version)
    {
        string path = Path.Combine(folder, "trials.sqlite");
        FileStream guard;
        try
        {
            guard = new FileStream(path + ".lock", FileMode.OpenOrCreate, FileAccess.Write, FileShare.None, 1, FileOptions.DeleteOnClose);
        }
        catch (IOException problem) when (File.Exists(path + ".lock"))
        {
            throw new SweepException($"{folder}: another process is writing here; wait for it, or choose another folder", problem);
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            throw new SweepException($"{folder}: cannot be written: {problem.Message}", problem);
        }

        TrialStore? store = null;
        try
        {
            store = new TrialStore(Connect(path, SqliteOpenMode.ReadWriteCreate), guard, path);
            store.Prepare(plan, version);
            return store;
        }
        catch (SqliteException problem)
        {
            store?.Dispose();
            guard.Dispose();
            throw Told(path, problem);
        }
        catch (SweepException)
        {
            store?.Dispose();
            guard.Dispose();
            throw;
        }
    }

    /// <summary>Opens a file for reading alone.</summary>
    /// <exception cref="SweepException">There is none, or it is no such file, or of another schema.</exception>
    public static TrialStore Read(string path)
    {
        if (!File.Exists(path))
        {
            throw new SweepException($"{path}: no such file");
        }

        try
        {
            TrialStore store = new(Connect(path, SqliteOpenMode.ReadOnly), null, path);
            store.RequireSchema(store.Scalar("PRAGMA user_version"));
            return store;
        }
        catch (SqliteException problem)
        {
            throw Told(path, problem);
        }
    }

    /// <summary>Adds outcomes, and to the time that cells have taken: all of it, or nothing. An outcome that is there already stays as it is.</summary>
    /// <param name="outcomes">The outcomes.</param>
    /// <param name="seconds">Seconds of one thread, by cell; null for none.</param>
    /// <exception cref="SweepException">The disk is full, or the file cannot be written.</exception>
    public void Add(IReadOnlyList<TrialOutcome> outcomes, IReadOnlyDictionary<int, double>? seconds = null)
    {
        try
        {
            using SqliteTransaction transaction = connection.BeginTransaction();
            using SqliteCommand insert = connection.CreateCommand();
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
                Execute("UPDATE cells SET seconds = seconds + $seconds WHERE cell = $cell", ("$seconds", taken), ("$cell", number));
            }

            transaction.Commit();
        }
        catch (SqliteException problem)
        {
            throw Told(path, problem);
        }
    }

    /// <summary>Every outcome, by cell and trial.</summary>
    public IEnumerable<TrialOutcome> Outcomes()
    {
        using SqliteCommand select = connection.CreateCommand();
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
    public void Dispose()
    {
        connection.Dispose();
        guard?.Dispose();
    }

    private static SqliteConnection Connect(string path, SqliteOpenMode mode)
    {
        SqliteConnection connection = new(new SqliteConnectionStringBuilder { DataSource = path, Mode = mode, Pooling = false }.ToString());
        connection.Open();
        return connection;
    }

    // Code 13: full; 10: input or output failed; 8: read-only; 26 and 11: no database, or a damaged one.
    private static SweepException Told(string path, SqliteException problem) => new(
        problem.SqliteErrorCode switch
        {
            13 => $"{path}: the disk is full; make room and resume, nothing that was finished is lost",
            10 => $"{path}: writing failed ({problem.Message}); resume when the disk can be written again, nothing that was finished is lost",
            8 or 14 => $"{path}: cannot be opened for writing; check the folder's permissions",
            11 or 26 => $"{path}: is no database of trials, or is damaged",
            5 or 6 => $"{path}: another process holds it; wait for it, or choose another folder",
            _ => $"{path}: {problem.Message}",
        },
        problem);

    private void Prepare(SweepPlan plan, string version)
    {
        long schema = Scalar("PRAGMA user_version");
        if (schema == 0 && Scalar("SELECT COUNT(*) FROM sqlite_master") == 0)
        {
            Execute("PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL");
            using SqliteTransaction transaction = connection.BeginTransaction();
            Execute("CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID");
            Execute("CREATE TABLE cells (cell INTEGER PRIMARY KEY, name TEXT NOT NULL, parameters TEXT NOT NULL, seconds REAL NOT NULL DEFAULT 0)");
            Execute("CREATE TABLE trials (cell INTEGER NOT NULL, trial INTEGER NOT NULL, result INTEGER NOT NULL, value REAL, work REAL NOT NULL, PRIMARY KEY (cell, trial)) WITHOUT ROWID");
            Execute("INSERT INTO meta VALUES ('plan', $plan), ('version', $version)", ("$plan", plan.Text), ("$version", version));
            for (int cell = 0; cell < plan.Cells.Length; cell++)
            {
                string parameters = System.Text.Json.JsonSerializer.Serialize(plan.Cells[cell].Parameters.ToDictionary());
                Execute("INSERT INTO cells (cell, name, parameters) VALUES ($cell, $name, $parameters)", ("$cell", cell), ("$name", plan.Cells[cell].Name), ("$parameters", parameters));
            }

            Execute(string.Create(CultureInfo.InvariantCulture, $"PRAGMA user_version = {Schema}"));
            transaction.Commit();
            return;
        }

        RequireSchema(schema);
        if (Plan != plan.Text)
        {
            throw new SweepException($"{path}: belongs to another plan; choose another folder, or resume with the plan that it was begun with");
        }

        if (Version != version)
        {
            throw new SweepException($"{path}: was begun by version {Version}, this is {version}, whose bits may differ; choose another folder");
        }

        Execute("PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL");
    }

    private void RequireSchema(long schema)
    {
        if (schema != Schema)
        {
            throw new SweepException($"{path}: its tables have version {schema}, this program reads version {Schema}");
        }
    }

    private string Meta(string key)
    {
        using SqliteCommand select = connection.CreateCommand();
        select.CommandText = "SELECT value FROM meta WHERE key = $key";
        select.Parameters.AddWithValue("$key", key);
        return select.ExecuteScalar() as string ?? throw new SweepException($"{path}: is no database of trials, or is damaged");
    }

    private T[] OfCells<T>(string column, Func<SqliteDataReader, T> get)
    {
        try
        {
            using SqliteCommand select = connection.CreateCommand();
            select.CommandText = $"SELECT {column} FROM cells ORDER BY cell";
            using SqliteDataReader reader = select.ExecuteReader();
            List<T> values = [];
            while (reader.Read())
            {
                values.Add(get(reader));
            }

            return [.. values];
        }
        catch (SqliteException problem)
        {
            throw Told(path, problem);
        }
    }

    private long Scalar(string sql)
    {
        using SqliteCommand command = connection.CreateCommand();
        command.CommandText = sql;
        return Convert.ToInt64(command.ExecuteScalar(), CultureInfo.InvariantCulture);
    }

    private void Execute(string sql, params (string Name, object Value)[] parameters)
    {
        using SqliteCommand command = connection.CreateCommand();
        command.CommandText = sql;
        foreach ((string name, object value) in parameters)
        {
            command.Parameters.AddWithValue(name, value);
        }

        command.ExecuteNonQuery();
    }
}
