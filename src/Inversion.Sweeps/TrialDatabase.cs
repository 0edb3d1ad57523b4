using System.Globalization;
using Microsoft.Data.Sqlite;

namespace Inversion.Sweeps;

/// <summary>The file trials.sqlite of a run folder, whatever its tables: one process writes, others may read.</summary>
internal sealed class TrialDatabase : IDisposable
{
    /// <summary>The name of the file in every run folder.</summary>
    public const string FileName = "trials.sqlite";

    private readonly FileStream? guard;

    private TrialDatabase(string path, FileStream? guard, SqliteConnection connection) => (Path, this.guard, Connection) = (path, guard, connection);

    /// <summary>The file.</summary>
    public string Path { get; }

    /// <summary>The open connection.</summary>
    public SqliteConnection Connection { get; }

    /// <summary>Opens the folder's file for writing, as its one writer; makes it if there is none.</summary>
    /// <param name="folder">An existing folder.</param>
    /// <param name="prepare">Makes the tables, or finds that they are none of its own; what it throws closes the file again.</param>
    /// <exception cref="SweepException">Another process writes it, or the folder cannot be written.</exception>
    public static TrialDatabase Open(string folder, Action<TrialDatabase> prepare)
    {
        string path = System.IO.Path.Combine(folder, FileName);
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

        TrialDatabase? opened = null;
        try
        {
            opened = new TrialDatabase(path, guard, Connect(path, SqliteOpenMode.ReadWriteCreate));
            prepare(opened);

            // What was given to a transaction is there whatever becomes of the process; a loss of power can take the last of it.
            opened.Execute("PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL");
            return opened;
        }
        catch (Exception problem)
        {
            opened?.Dispose();
            guard.Dispose();
            throw problem is SqliteException sqlite ? Told(path, sqlite, "make room and try again") : problem;
        }
    }

    /// <summary>Opens a file for reading alone.</summary>
    /// <exception cref="SweepException">There is none, or it is no database.</exception>
    public static TrialDatabase Read(string path)
    {
        if (!File.Exists(path))
        {
            throw new SweepException($"{path}: no such file");
        }

        try
        {
            return new TrialDatabase(path, null, Connect(path, SqliteOpenMode.ReadOnly));
        }
        catch (SqliteException problem)
        {
            throw Told(path, problem);
        }
    }

    /// <summary>What this does, with SQLite's complaints told to a person.</summary>
    public T Guarded<T>(Func<T> work)
    {
        try
        {
            return work();
        }
        catch (SqliteException problem)
        {
            throw Told(Path, problem);
        }
    }

    /// <summary>True while no table was made.</summary>
    public bool IsEmpty => Scalar("SELECT COUNT(*) FROM sqlite_master") == 0;

    /// <summary>The first column of the first row, as a whole number.</summary>
    public long Scalar(string sql)
    {
        using SqliteCommand command = Connection.CreateCommand();
        command.CommandText = sql;
        return Convert.ToInt64(command.ExecuteScalar(), CultureInfo.InvariantCulture);
    }

    /// <summary>The text that the table meta has under this key.</summary>
    public string Meta(string key) => Guarded(() =>
    {
        using SqliteCommand select = Connection.CreateCommand();
        select.CommandText = "SELECT value FROM meta WHERE key = $key";
        select.Parameters.AddWithValue("$key", key);
        return select.ExecuteScalar() as string ?? throw new SweepException($"{Path}: is no database of trials, or is damaged");
    });

    /// <summary>Refuses a file that was begun with another plan, or by another version.</summary>
    /// <exception cref="SweepException">It was.</exception>
    public void RequireOrigin(string plan, string version)
    {
        if (Meta("plan") != plan)
        {
            throw new SweepException($"{Path}: belongs to another plan; choose another folder, or resume with the plan that it was begun with");
        }

        string begun = Meta("version");
        if (begun != version)
        {
            throw new SweepException($"{Path}: was begun by version {begun}, this is {version}, whose bits may differ; choose another folder");
        }
    }

    /// <summary>Does what the statements say.</summary>
    public void Execute(string sql, params (string Name, object Value)[] parameters)
    {
        using SqliteCommand command = Connection.CreateCommand();
        command.CommandText = sql;
        foreach ((string name, object value) in parameters)
        {
            command.Parameters.AddWithValue(name, value);
        }

        command.ExecuteNonQuery();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Connection.Dispose();
        guard?.Dispose();
    }

    private static SqliteConnection Connect(string path, SqliteOpenMode mode)
    {
        SqliteConnection connection = new(new SqliteConnectionStringBuilder { DataSource = path, Mode = mode, Pooling = false }.ToString());
        connection.Open();
        return connection;
    }

    // Code 13: full; 10: input or output failed; 8: read-only; 26 and 11: no database, or a damaged one.
    private static SweepException Told(string path, SqliteException problem, string whenFull = "make room and resume, nothing that was finished is lost") => new(
        problem.SqliteErrorCode switch
        {
            13 => $"{path}: the disk is full; {whenFull}",
            10 => $"{path}: writing failed ({problem.Message}); resume when the disk can be written again, nothing that was finished is lost",
            8 or 14 => $"{path}: cannot be opened for writing; check the folder's permissions",
            11 or 26 => $"{path}: is no database of trials, or is damaged",
            5 or 6 => $"{path}: another process holds it; wait for it, or choose another folder",
            _ => $"{path}: {problem.Message}",
        },
        problem);
}
