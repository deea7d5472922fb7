using SQLitePCL;

namespace PSLlmCluster.Core.Caching;

/// <summary>
/// A statement that is prepared once and run for each row. It reaches SQLite below ADO.NET, whose objects for each row would cost more than
/// the row.
/// </summary>
internal sealed class CacheStatement : IDisposable
{
    private readonly CacheFile _file;
    private readonly sqlite3_stmt _statement;

    /// <summary>Initializes a new instance of the <see cref="CacheStatement"/> class.</summary>
    /// <param name="file">The cache.</param>
    /// <param name="sql">The statement; its parameters are numbered from 1.</param>
    /// <exception cref="EngineException">The cache cannot be read.</exception>
    public CacheStatement(CacheFile file, string sql)
    {
        _file = file;
        file.Require(raw.sqlite3_prepare_v2(file.Handle, sql, out _statement));
    }

    /// <summary>Sets a parameter.</summary>
    /// <param name="number">Its number, from 1.</param>
    /// <param name="value">The value.</param>
    public void Bind(int number, long value) => _file.Require(raw.sqlite3_bind_int64(_statement, number, value));

    /// <summary>Sets a parameter.</summary>
    /// <param name="number">Its number, from 1.</param>
    /// <param name="value">The value.</param>
    public void Bind(int number, ReadOnlySpan<byte> value) => _file.Require(raw.sqlite3_bind_blob(_statement, number, value));

    /// <summary>Sets a parameter.</summary>
    /// <param name="number">Its number, from 1.</param>
    /// <param name="value">The value.</param>
    public void Bind(int number, string value) => _file.Require(raw.sqlite3_bind_text(_statement, number, value));

    /// <summary>Goes to the next row.</summary>
    /// <returns>Whether there is one.</returns>
    /// <exception cref="EngineException">The cache cannot be read or written.</exception>
    public bool Step()
    {
        int code = raw.sqlite3_step(_statement);
        if (code is not (raw.SQLITE_ROW or raw.SQLITE_DONE))
        {
            _file.Require(code);
        }

        return code == raw.SQLITE_ROW;
    }

    /// <summary>Ends the run, so that the statement can be run again and holds no lock.</summary>
    public void Reset() => _ = raw.sqlite3_reset(_statement);

    /// <summary>Runs the statement to its end, for what it does.</summary>
    /// <exception cref="EngineException">The cache cannot be written.</exception>
    public void Run()
    {
        try
        {
            while (Step())
            {
                // What it returns is of no interest.
            }
        }
        finally
        {
            Reset();
        }
    }

    /// <summary>Returns a column of the row.</summary>
    /// <param name="column">Its number, from 0.</param>
    /// <returns>The number.</returns>
    public long Integer(int column) => raw.sqlite3_column_int64(_statement, column);

    /// <summary>Returns a column of the row.</summary>
    /// <param name="column">Its number, from 0.</param>
    /// <returns>The text.</returns>
    public string Text(int column) => raw.sqlite3_column_text(_statement, column).utf8_to_string();

    /// <summary>Returns a column of the row.</summary>
    /// <param name="column">Its number, from 0.</param>
    /// <returns>The bytes, which are SQLite's own until the next step.</returns>
    public ReadOnlySpan<byte> Blob(int column) => raw.sqlite3_column_blob(_statement, column);

    /// <inheritdoc/>
    public void Dispose() => _statement.Dispose();
}
