namespace PSLlmCluster.Core.Shards;

/// <summary>
/// Files that are read one after the other, by the rule of <see cref="KeyedRows"/>: they go together, none is named twice, and no key comes
/// twice. Keys may be missing, and need not rise, as rows are handed out and not put together. Rows that get new numbers may have had the
/// same keys, and so may files that say none.
/// </summary>
/// <param name="renumbers">Whether keys are replaced by the positions of the rows, counted through all files.</param>
public sealed class EmbeddingFileSeries(bool renumbers) : IDisposable
{
    private readonly HashSet<string> _paths = new(PathComparer.OfSystem);
    private readonly List<EmbeddingFileInfo> _files = [];
    private readonly List<TakenKeys> _taken = [];
    private EmbeddingFileReader? _reader;
    private EmbeddingFileInfo? _read;
    private TakenKeys? _open;
    private long _next;

    /// <summary>Opens the next file. What is refused counts no more.</summary>
    /// <param name="path">The file.</param>
    /// <param name="format">Its format; null for what its ending says.</param>
    /// <returns>What is known of it.</returns>
    /// <exception cref="EngineException">
    /// It cannot be read, does not go with those before, or its header shows keys that one of them has.
    /// </exception>
    public EmbeddingFileInfo Open(string path, EmbeddingFileFormat? format = null)
    {
        ArgumentNullException.ThrowIfNull(path);
        Close();
        if (_paths.Contains(Path.GetFullPath(path)))
        {
            throw EmbeddingFileErrors.Twice(path);
        }

        _reader = EmbeddingFile.Open(path, format);
        EmbeddingFileInfo info = _reader.Info;
        try
        {
            EmbeddingFileChecks.RequireSame(_read is null ? [info] : [_read, info]);
            if (IsChecked(info) && Overlaps(info))
            {
                EmbeddingFileChecks.RequireKeys([.. _files.Where(IsChecked), info], allowsGap: true, count: null);
            }
        }
        catch
        {
            Close();
            throw;
        }

        _paths.Add(Path.GetFullPath(path));
        if (info.FirstKey is not null)
        {
            _files.Add(info);
        }

        if (IsChecked(info))
        {
            _open = new TakenKeys(info);
            _taken.Add(_open);
        }

        return info;
    }

    /// <summary>Reads the next rows of the file that was opened last.</summary>
    /// <param name="leftOut">Receives what is wrong with each row that is left out.</param>
    /// <param name="token">The token to monitor for cancellation.</param>
    /// <returns>The rows, until the next call; null after the last, or where the file was closed.</returns>
    /// <exception cref="EngineException">The file is damaged, or has a key that came before.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public EmbeddingBlock? Read(ICollection<EngineException> leftOut, CancellationToken token)
    {
        EmbeddingBlock? block;
        try
        {
            block = _reader?.Read(token, leftOut);
        }
        catch (EngineException)
        {
            // What it has is what was read of it.
            _files.Remove(_reader!.Info);
            throw;
        }

        if (block is null)
        {
            return null;
        }

        if (renumbers)
        {
            foreach (ref long key in block.Keys)
            {
                key = _next++;
            }
        }

        // The rows are out, whatever comes of the file, so that others have to go with them.
        _read ??= _reader!.Info;
        block.RequireIndices(_reader!.Info.Path);
        if (_open is not null)
        {
            Take(block.Keys);
        }

        return block;
    }

    /// <summary>Closes the file that was opened last.</summary>
    public void Close()
    {
        _reader?.Dispose();
        (_reader, _open) = (null, null);
    }

    /// <inheritdoc/>
    public void Dispose() => Close();

    private bool IsChecked(EmbeddingFileInfo info) => !renumbers && info.HasKeys;

    /// <summary>Says whether a file has keys that one before has: who says which sorts all, and thousands of files may come.</summary>
    private bool Overlaps(EmbeddingFileInfo info)
        => EmbeddingFileChecks.IsRange(info) && _files.Exists(
            file => IsChecked(file) && EmbeddingFileChecks.IsRange(file) && file.FirstKey <= info.LastKey && file.LastKey >= info.FirstKey);

    private void Take(ReadOnlySpan<long> keys)
    {
        (long first, long last) = (long.MaxValue, long.MinValue);
        foreach (long key in keys)
        {
            (first, last) = (Math.Min(first, key), Math.Max(last, key));
        }

        // Parts mostly have ranges of their own, so that there is none to look at beside the file itself.
        TakenKeys[] near = [.. _taken.Where(taken => taken == _open || taken.Reaches(first, last))];
        foreach (long key in keys)
        {
            foreach (TakenKeys taken in near)
            {
                if (taken.Has(key))
                {
                    throw EmbeddingFileErrors.DoubleKeys(
                        taken == _open ? $"{key} in '{taken.File}'" : $"{key} in '{taken.File}' and '{_open!.File}'");
                }
            }

            _open!.Add(key);
        }
    }

    /// <summary>The keys of one file that were read: those of a range by its ends, others by a bit for each.</summary>
    private sealed class TakenKeys(EmbeddingFileInfo info)
    {
        private const int PageBits = 12;
        private const int WordBits = 6;
        private readonly Dictionary<long, ulong[]>? _pages = EmbeddingFileChecks.IsRange(info) ? null : [];
        private long _first = long.MaxValue;
        private long _last = long.MinValue;

        public string File => info.Path;

        public bool Reaches(long first, long last) => first <= _last && last >= _first;

        public bool Has(long key)
            => key >= _first && key <= _last
                && (_pages is null
                    || (_pages.TryGetValue(key >> PageBits, out ulong[]? page) && (page[WordOf(key)] & BitOf(key)) != 0));

        public void Add(long key)
        {
            (_first, _last) = (Math.Min(_first, key), Math.Max(_last, key));
            if (_pages is null)
            {
                return;
            }

            if (!_pages.TryGetValue(key >> PageBits, out ulong[]? page))
            {
                page = new ulong[1 << (PageBits - WordBits)];
                _pages.Add(key >> PageBits, page);
            }

            page[WordOf(key)] |= BitOf(key);
        }

        private static int WordOf(long key) => (int)(key >> WordBits) & ((1 << (PageBits - WordBits)) - 1);

        // Shifts take the lowest six bits.
        private static ulong BitOf(long key) => 1UL << (int)key;
    }
}
