using System.Diagnostics.CodeAnalysis;

namespace PSLlmCluster.Core.Shards;

/// <summary>
/// The rows of several files in the order of their keys, run after run. Every file is looked at first, and opened when its first row is
/// next: of files with ranges of their own one is open at a time, however many there are.
/// </summary>
internal sealed class KeyedRows : IDisposable
{
    private readonly PriorityQueue<Source, (long Key, int Position)> _queue = new();
    private readonly List<Source> _sources = [];
    private readonly bool _allowsGap;
    private readonly long? _count;
    private readonly ICollection<EngineException>? _leftOut;
    private readonly List<string> _gaps = [];
    private Source? _current;
    private long? _lastKey;
    private string _lastPath = string.Empty;

    /// <summary>Initializes a new instance of the <see cref="KeyedRows"/> class: opens each file, and closes it.</summary>
    /// <param name="paths">The files.</param>
    /// <param name="format">Their format; null for what their endings say.</param>
    /// <param name="allowsGap">Whether keys may be missing.</param>
    /// <param name="count">How many rows there are to be, with the keys from 0 on; null where that is not known.</param>
    /// <param name="leftOut">Receives what is wrong with each row that is left out; null where one ends the reading.</param>
    /// <param name="token">The token to monitor for cancellation.</param>
    /// <exception cref="EngineException">A file cannot be read or is named twice, two do not go together, or their headers show keys that
    /// come twice or are missing.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public KeyedRows(
        IReadOnlyList<string> paths,
        EmbeddingFileFormat? format,
        bool allowsGap,
        long? count,
        ICollection<EngineException>? leftOut,
        CancellationToken token)
    {
        (_allowsGap, _count, _leftOut) = (allowsGap, count, leftOut);
        EmbeddingFileChecks.RequireOnce(paths);
        List<EmbeddingFileInfo> files = [];
        foreach (string path in paths)
        {
            token.ThrowIfCancellationRequested();
            using EmbeddingFileReader reader = EmbeddingFileFormats.Open(path, format);
            files.Add(reader.Info);
        }

        Files = files;
        EmbeddingFileChecks.RequireSame(files);
        EmbeddingFileChecks.RequireKeys(files, allowsGap, count);
        foreach (EmbeddingFileInfo file in files)
        {
            if (file.FirstKey is long first)
            {
                Source source = new(file, format, _sources.Count, _leftOut);
                _sources.Add(source);
                _queue.Enqueue(source, (first, source.Position));
            }
        }

        First = _sources.MinBy(source => source.Info.FirstKey)?.Info;
    }

    /// <summary>Gets what is known of the files.</summary>
    public IReadOnlyList<EmbeddingFileInfo> Files { get; }

    /// <summary>Gets the file that the first row is in; null where there are no rows.</summary>
    public EmbeddingFileInfo? First { get; }

    /// <summary>Gets the number of rows of all files; null where only reading them tells.</summary>
    public long? RowCount => Files.All(file => file.RowCount is not null) ? Files.Sum(file => file.RowCount) : null;

    /// <summary>
    /// Gets a value indicating whether keys were missing that may not be. Rows come nevertheless, so that all such keys are known in the
    /// end, which is an error.
    /// </summary>
    public bool HasGaps => _gaps.Count > 0;

    /// <summary>Gets the file of the rows that were found last.</summary>
    public string Path => _lastPath;

    /// <summary>Finds the next rows that follow one another in one file.</summary>
    /// <param name="block">Receives the block that they are in, until the next call.</param>
    /// <param name="start">Receives the place of the first in it.</param>
    /// <param name="count">Receives their number.</param>
    /// <param name="token">The token to monitor for cancellation.</param>
    /// <returns>Whether there are any.</returns>
    /// <exception cref="EngineException">A file is damaged, a key comes twice, or, after the last row, keys were missing.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public bool Next(out EmbeddingBlock block, out int start, out int count, CancellationToken token)
    {
        Requeue(token);
        (block, start, count) = (null!, 0, 0);
        if (!TryDequeue(out Source? source, token))
        {
            RequireAll();
            return false;
        }

        _current = source;
        block = source.Open(token)!;
        start = source.Place;
        long limit = _queue.TryPeek(out Source? other, out (long Key, int Position) next) ? next.Key : long.MaxValue;
        ReadOnlySpan<long> keys = block.Keys;
        while (source.Place < keys.Length && (keys[source.Place] < limit || other is null))
        {
            Take(keys[source.Place], source.Info.Path);
            source.Place++;
            count++;
        }

        if (count == 0)
        {
            throw EmbeddingFileErrors.DoubleKeys($"{limit} in '{source.Info.Path}' and '{other!.Info.Path}'");
        }

        return true;
    }

    /// <inheritdoc/>
    public void Dispose() => _sources.ForEach(source => source.Close());

    private void Requeue(CancellationToken token)
    {
        if (_current?.Key(token) is long key)
        {
            _queue.Enqueue(_current, (key, _current.Position));
        }

        _current = null;
    }

    /// <summary>Takes the file that the next row is in; where its first rows are left out, another one may be before it.</summary>
    private bool TryDequeue([NotNullWhen(true)] out Source? source, CancellationToken token)
    {
        while (_queue.TryDequeue(out source, out (long Key, int Position) said))
        {
            if (source.Open(token) is not { } block)
            {
                continue;
            }

            long key = block.Keys[source.Place];
            if (key == said.Key)
            {
                return true;
            }

            _queue.Enqueue(source, (key, source.Position));
        }

        return false;
    }

    // Where headers do not tell their last keys, only the end of the rows does.
    private void RequireAll()
    {
        long end = _lastKey is long last ? last + 1 : 0;
        if (end < _count && !_allowsGap)
        {
            _gaps.Add($"{EmbeddingFileChecks.Range(end, _count.Value - 1)} after '{_lastPath}'");
        }

        if (HasGaps)
        {
            throw EmbeddingFileErrors.Gap(EmbeddingFileChecks.Listed(_gaps));
        }
    }

    private void Take(long key, string path)
    {
        if (key >= _count)
        {
            throw EmbeddingFileErrors.KeyBeyondCount(path, key, _count.Value);
        }

        if (key <= _lastKey)
        {
            throw path == _lastPath
                ? EmbeddingFileErrors.KeyOrder($"'{path}'", key, _lastKey.Value)
                : EmbeddingFileErrors.DoubleKeys($"{key} in '{_lastPath}' and '{path}'");
        }

        long expected = _lastKey is long last ? last + 1 : 0;
        if (key != expected && !_allowsGap)
        {
            string where = _lastKey is null ? $"before '{path}'"
                : path == _lastPath ? $"within '{path}'"
                : $"between '{_lastPath}' and '{path}'";
            _gaps.Add($"{EmbeddingFileChecks.Range(expected, key - 1)} {where}");
        }

        (_lastKey, _lastPath) = (key, path);
    }

    /// <summary>A file, and how far it is read.</summary>
    private sealed class Source(
        EmbeddingFileInfo info, EmbeddingFileFormat? format, int position, ICollection<EngineException>? leftOut)
    {
        private EmbeddingFileReader? _reader;
        private EmbeddingBlock? _block;

        public EmbeddingFileInfo Info { get; } = info;

        /// <summary>Gets the file's position, so that of equal keys the same is said to come first each time.</summary>
        public int Position { get; } = position;

        /// <summary>Gets or sets the place of the next row in the block.</summary>
        public int Place { get; set; }

        /// <summary>Returns the block of the next row; null where all rows were left out.</summary>
        public EmbeddingBlock? Open(CancellationToken token)
        {
            if (_reader is null)
            {
                int before = leftOut?.Count ?? 0;
                _reader = EmbeddingFileFormats.Open(Info.Path, format);
                _block = _reader.Info == Info ? _reader.Read(token, leftOut) : null;

                // What was looked at has rows.
                if (_block is null && (_reader.Info != Info || (leftOut?.Count ?? 0) == before))
                {
                    throw EmbeddingFileErrors.Changed(Info.Path);
                }
            }

            return _block;
        }

        /// <summary>Returns the next key; null after the last, when the file is closed.</summary>
        public long? Key(CancellationToken token)
        {
            if (Place == _block!.Count)
            {
                _block = _reader!.Read(token, leftOut);
                Place = 0;
            }

            if (_block is null)
            {
                Close();
            }

            return _block?.Keys[Place];
        }

        public void Close() => _reader?.Dispose();
    }
}
