using System.Globalization;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace PSLlmCluster.Core.Caching;

/// <summary>
/// An open cache: one SQLite file that several processes may use at a time. On a local disk it is written ahead (WAL mode), so that readers
/// and a writer do not wait for each other; on a network file system, where SQLite's WAL mode does not work, by a rollback journal. What is
/// committed stays, wherever the process ends.
/// </summary>
internal sealed class CacheFile : IDisposable
{
    /// <summary>How long one process waits for another, in seconds.</summary>
    public const int BusySeconds = 60;

    // "PLec", and the version of the tables.
    private const int ApplicationId = 0x504C6563;
    private const int Version = 1;

    // A vector of 384 numbers takes 1.6 KB, of which a small page would hold two and waste a fifth.
    private const string Layout = "PRAGMA page_size = 65536; PRAGMA auto_vacuum = INCREMENTAL;";

    // In KB: the index of a million texts, read in no order, and as many vectors as texts in another order than before come back to.
    private const string Memory = "PRAGMA cache_size = -262144";

    private const string Tables =
        """
        CREATE TABLE IF NOT EXISTS settings (
            id INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE, model TEXT NOT NULL, width INTEGER NOT NULL, window INTEGER NOT NULL) STRICT;
        CREATE TABLE IF NOT EXISTS vector (
            id INTEGER PRIMARY KEY, settings INTEGER NOT NULL, hash INTEGER NOT NULL, tokens INTEGER NOT NULL, windows INTEGER NOT NULL,
            made INTEGER NOT NULL, checksum INTEGER NOT NULL, text BLOB NOT NULL, vector BLOB NOT NULL) STRICT;
        CREATE INDEX IF NOT EXISTS vector_by_text ON vector (settings, hash, made);
        CREATE TABLE IF NOT EXISTS digest (
            path TEXT PRIMARY KEY, stamp TEXT NOT NULL, sha256 TEXT NOT NULL) STRICT, WITHOUT ROWID;
        """;

    // How long look-ups read one state of the file, in milliseconds.
    private const int SnapshotMilliseconds = 100;

    private readonly SqliteConnection _connection;
    private readonly Lock _gate = new();
    private readonly Timer _snapshotEnd;
    private bool _hasSnapshot;
    private bool _isAhead;

    private CacheFile(string path, SqliteConnection connection)
    {
        Path = path;
        _connection = connection;
        _snapshotEnd = new Timer(_ => EndSnapshot(), null, Timeout.Infinite, Timeout.Infinite);
    }

    /// <summary>Gets the full path.</summary>
    public string Path { get; }

    /// <summary>Gets why nothing is kept, where a cache in memory stands in for the file; null for the file itself.</summary>
    public EngineException? Stopped { get; private init; }

    /// <summary>Gets SQLite's own handle.</summary>
    public sqlite3 Handle => _connection.Handle!;

    /// <summary>Opens a cache.</summary>
    /// <param name="path">The file.</param>
    /// <param name="mustExist">Whether it is an error where there is none; otherwise it is made.</param>
    /// <param name="isOnNetwork">Whether it lies on a network file system; null where the operating system is to be asked.</param>
    /// <param name="access">How it is opened; null for reading and writing where that is allowed.</param>
    /// <returns>The cache, which the caller disposes.</returns>
    /// <exception cref="EngineException">It cannot be opened, or is damaged or something else.</exception>
    public static CacheFile Open(string path, bool mustExist = false, bool? isOnNetwork = null, SqliteOpenMode? access = null)
    {
        string full = System.IO.Path.GetFullPath(path);
        Check(full, mustExist);
        SqliteConnectionStringBuilder source = new()
        {
            DataSource = full,
            Mode = access ?? (mustExist ? SqliteOpenMode.ReadWrite : SqliteOpenMode.ReadWriteCreate),
            Pooling = false,
            DefaultTimeout = BusySeconds,
        };
        CacheFile? file = null;
        try
        {
            file = new CacheFile(full, new SqliteConnection(source.ConnectionString));
            file._connection.Open();
            file.Prepare(isOnNetwork ?? IsOnNetwork(full));
            return file;
        }
        catch (Exception failure)
        {
            file?.Dispose();
            if (failure is SqliteException own)
            {
                throw CacheErrors.Of(full, own.SqliteExtendedErrorCode, own.Message, own);
            }

            throw;
        }
    }

    /// <summary>
    /// Opens a cache for work that can go on without it: where its disk is full, an empty cache in memory stands in for it.
    /// </summary>
    /// <param name="path">The file, which is made where there is none.</param>
    /// <param name="open">Opens the file; null for <see cref="Open"/>.</param>
    /// <returns>The cache, which the caller disposes; <see cref="Stopped"/> says whether it is the file.</returns>
    /// <exception cref="EngineException">It cannot be opened, or is damaged or something else.</exception>
    public static CacheFile OpenForWork(string path, Func<string, CacheFile>? open = null)
    {
        try
        {
            CacheFile opened = open is null ? Open(path) : open(path);

            // SQLite opens a file that may only be read without a word, and hours later nothing of the work would have been kept.
            if (raw.sqlite3_db_readonly(opened.Handle, "main") == 1)
            {
                opened.Dispose();
                throw CacheErrors.Of(opened.Path, raw.SQLITE_READONLY, "it may only be read");
            }

            return opened;
        }
        catch (EngineException failure) when (failure.Is(EngineErrorIds.EmbeddingCacheFull))
        {
            CacheFile file = new(System.IO.Path.GetFullPath(path), new SqliteConnection("Data Source=:memory:")) { Stopped = failure };
            file._connection.Open();
            file.Execute(Tables);
            return file;
        }
    }

    /// <summary>Throws what a result code of SQLite's means, unless it is success.</summary>
    /// <param name="code">The code.</param>
    /// <exception cref="EngineException">It is a failure.</exception>
    public void Require(int code)
    {
        if (code != raw.SQLITE_OK)
        {
            // What is returned says that reading or writing failed, and only the extended code at what.
            int extended = raw.sqlite3_extended_errcode(Handle);
            int known = (extended & 0xFF) == (code & 0xFF) ? extended : code;
            throw CacheErrors.Of(Path, known, raw.sqlite3_errmsg(Handle).utf8_to_string());
        }
    }

    /// <summary>Runs statements that return nothing.</summary>
    /// <param name="sql">The statements.</param>
    /// <exception cref="EngineException">That failed.</exception>
    public void Execute(string sql) => Require(raw.sqlite3_exec(Handle, sql));

    /// <summary>
    /// Begins reading. Whoever reads within 100 ms of the first sees the same state of the file, so that its locks are taken once for all
    /// of them, and not once for each. No writer waits for that, as only a file in WAL mode is read so.
    /// </summary>
    /// <returns>What is disposed when no statement runs any more.</returns>
    public Lock.Scope BeginRead()
    {
        Lock.Scope scope = _gate.EnterScope();
        if (_isAhead && !_hasSnapshot)
        {
            // SQLite takes no lock before the first read, so this alone cannot fail for the file's sake.
            _hasSnapshot = raw.sqlite3_exec(Handle, "BEGIN") == raw.SQLITE_OK;
            _snapshotEnd.Change(SnapshotMilliseconds, Timeout.Infinite);
        }

        return scope;
    }

    /// <summary>Does work in one transaction, which is committed as a whole or not at all.</summary>
    /// <param name="work">The work.</param>
    /// <exception cref="EngineException">The cache cannot be written; nothing was.</exception>
    public void InTransaction(Action work)
    {
        EndSnapshot();
        Execute("BEGIN IMMEDIATE");
        try
        {
            work();
            Execute("COMMIT");
        }
        finally
        {
            // Some failures have SQLite roll back by itself.
            if (raw.sqlite3_get_autocommit(Handle) == 0)
            {
                _ = raw.sqlite3_exec(Handle, "ROLLBACK");
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _snapshotEnd.Dispose();
        EndSnapshot();
        _connection.Dispose();
    }

    private static void Check(string path, bool mustExist)
    {
        if (Directory.Exists(path) || SpecialFile.Exists(path))
        {
            throw CacheErrors.NotRegular(path, Directory.Exists(path));
        }

        if (mustExist && !File.Exists(path))
        {
            throw CacheErrors.NotFound(path);
        }

        if (!Directory.Exists(System.IO.Path.GetDirectoryName(path)))
        {
            throw CacheErrors.FolderNotFound(path);
        }
    }

    private static bool IsOnNetwork(string path)
    {
        string folder = System.IO.Path.GetDirectoryName(path)!;
        string drive = OperatingSystem.IsWindows() ? System.IO.Path.GetPathRoot(path)! : folder;
        return drive.StartsWith(@"\\", StringComparison.Ordinal) || new DriveInfo(drive).DriveType == DriveType.Network;
    }

    private void EndSnapshot()
    {
        lock (_gate)
        {
            if (_hasSnapshot)
            {
                _hasSnapshot = false;
                _ = raw.sqlite3_exec(Handle, "ROLLBACK");
            }
        }
    }

    private void Prepare(bool isOnNetwork)
    {
        _ = raw.sqlite3_busy_timeout(Handle, BusySeconds * 1000);
        Execute(Memory);
        if (Number("PRAGMA application_id") != ApplicationId)
        {
            if (Number("SELECT count(*) FROM sqlite_schema") != 0 && Number("PRAGMA application_id") != ApplicationId)
            {
                throw CacheErrors.Foreign(Path);
            }

            Execute(Layout);
            SetJournal(isOnNetwork);
            string marks = string.Create(
                CultureInfo.InvariantCulture, $"PRAGMA application_id = {ApplicationId}; PRAGMA user_version = {Version};");
            InTransaction(() => Execute(Tables + marks));
            return;
        }

        long version = Number("PRAGMA user_version");
        if (version > Version)
        {
            throw CacheErrors.VersionUnknown(Path, version, Version);
        }

        SetJournal(isOnNetwork);
    }

    // In WAL mode a commit survives the process; only a power cut may take the last ones, and it damages nothing.
    private void SetJournal(bool isOnNetwork)
    {
        string wanted = isOnNetwork ? "delete" : "wal";
        using SqliteCommand command = _connection.CreateCommand();
        command.CommandText = "PRAGMA journal_mode = " + wanted;
        string mode = (string)command.ExecuteScalar()!;
        if (isOnNetwork && mode == "wal")
        {
            throw CacheErrors.NotLocal(Path);
        }

        _isAhead = mode == "wal";
        Execute(_isAhead ? "PRAGMA synchronous = NORMAL" : "PRAGMA synchronous = FULL");
    }

    private long Number(string sql)
    {
        using SqliteCommand command = _connection.CreateCommand();
        command.CommandText = sql;
        return (long)command.ExecuteScalar()!;
    }
}
