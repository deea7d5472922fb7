using Parquet;
using Parquet.Schema;

namespace PSLlmCluster.Core.Shards;

/// <summary>
/// Reads Apache Parquet with a column "vector", a list of numbers of single or double precision, and, where they are there, "key" (whole
/// numbers; otherwise the position of the row), "text" and "tokens". A group of rows is read at once.
/// </summary>
internal sealed class ParquetEmbeddingReader : EmbeddingFileReader
{
    // Files of other writers keep this text and change what it speaks of.
    private const string OwnCreator = "Parquet.Net";

    // Dictionaries and compression store numbers in less than their bytes; a count beyond this can only be damage.
    private const long MostPerByte = 1024;

    private readonly FileStream _stream;
    private readonly string _path;
    private readonly ParquetReader _reader;
    private readonly EmbeddingBlock _block = new();
    private readonly ParquetText? _said;
    private readonly DataField _vector;
    private readonly DataField? _key;
    private readonly DataField? _text;
    private readonly DataField? _tokens;
    private float[] _numbers = [];
    private int[] _definitions = [];
    private int[] _repetitions = [];
    private bool[] _isKept = [];
    private int _width;
    private int _group;
    private long _rows;
    private bool _isPeeked;

    /// <summary>Initializes a new instance of the <see cref="ParquetEmbeddingReader"/> class: reads the first group of rows.</summary>
    /// <param name="path">The file, for messages.</param>
    /// <param name="stream">The file, which this disposes.</param>
    /// <exception cref="EngineException">It is none, is damaged, or has no vectors.</exception>
    public ParquetEmbeddingReader(string path, FileStream stream)
    {
        (_path, _stream) = (path, stream);
        Span<byte> start = stackalloc byte[4];
        if (stream.ReadAtLeast(start, start.Length, throwOnEndOfStream: false) < start.Length || !start.SequenceEqual("PAR1"u8))
        {
            throw EmbeddingFileErrors.Foreign(path, "it does not begin as a Parquet file does");
        }

        if (!ParquetFooter.IsSound(stream, out bool hasContent))
        {
            throw Damaged("its end is not that of a Parquet file, or was cut off");
        }

        stream.Position = 0;
        _reader = Parsing(() => ParquetReader.CreateAsync(stream, leaveStreamOpen: true).GetAwaiter().GetResult());
        DataField[] fields = Parsing(() => _reader.Schema.GetDataFields());
        _vector = Field(fields, ParquetText.Vector, typeof(float), typeof(double))
            ?? throw EmbeddingFileErrors.Foreign(path, "it has no column \"vector\"");
        if (_vector.MaxRepetitionLevel != 1)
        {
            throw EmbeddingFileErrors.Foreign(path, "its column \"vector\" is no list of numbers");
        }

        _key = Field(fields, ParquetText.Key, typeof(long), typeof(int));
        _text = Field(fields, ParquetText.Text, typeof(string), typeof(ReadOnlyMemory<char>));
        _tokens = Field(fields, ParquetText.Tokens, typeof(int), typeof(long));
        long rows = _reader.Metadata?.NumRows ?? 0;
        if (rows < 0 || rows != Parsing(() => _reader.Metadata?.RowGroups.Sum(group => group.NumRows))
            || (_reader.RowGroupCount == 0 && hasContent))
        {
            throw Damaged($"its groups do not have the {rows:N0} rows that it speaks of");
        }

        string? json = _reader.CustomMetadata.GetValueOrDefault(ParquetText.Name);
        _said = json is null ? null : ParquetText.FromJson(json) ?? throw Damaged("its metadata make no sense");
        if (_said?.Version > ParquetText.NewestVersion)
        {
            throw EmbeddingFileErrors.VersionUnknown(path, _said.Version, ParquetText.NewestVersion);
        }

        if (HasDigests && _said!.Digests.Count != _reader.RowGroupCount)
        {
            throw Damaged($"it has {_reader.RowGroupCount} groups of rows instead of {_said.Digests.Count}");
        }

        _isPeeked = ReadGroup();
        if (!_isPeeked && FirstFault() is { } fault)
        {
            throw EmbeddingFileErrors.Foreign(path, $"none of its rows is an embedding. {fault.Message.TrimEnd('.')}");
        }

        Info = new EmbeddingFileInfo
        {
            Path = path,
            Format = EmbeddingFileFormat.Parquet,
            RowCount = rows,
            Width = _width,
            Precision = _said?.Precision ?? VectorPrecision.Single,
            FirstKey = _isPeeked ? _block.Keys[0] : null,
            HasKeys = _key is not null,
            Model = _said?.Origin?.Name,
            Key = _said?.Origin?.Key,
        };
    }

    /// <inheritdoc/>
    public override EmbeddingFileInfo Info { get; }

    private bool HasDigests => _said is not null && _reader.Metadata?.CreatedBy?.StartsWith(OwnCreator, StringComparison.Ordinal) == true;

    /// <inheritdoc/>
    public override void Dispose()
    {
        _reader.DisposeAsync().AsTask().GetAwaiter().GetResult();
        _stream.Dispose();
    }

    /// <inheritdoc/>
    private protected override EmbeddingBlock? ReadBlock(CancellationToken token)
    {
        bool isRead = _isPeeked || ReadGroup();
        _isPeeked = false;
        if (!isRead && !HasEnded && _rows != Info.RowCount)
        {
            throw Damaged($"it has {_rows:N0} rows instead of {Info.RowCount:N0}");
        }

        return isRead ? _block : null;
    }

    private DataField? Field(DataField[] fields, string name, params Type[] types)
    {
        DataField? field = Array.Find(fields, field => field.Path.FirstPart == name);
        return field is null || Array.IndexOf(types, field.ClrType) >= 0
            ? field
            : throw EmbeddingFileErrors.Foreign(_path, $"its column \"{name}\" holds values of the type {field.ClrType.Name}");
    }

    private bool ReadGroup()
    {
        bool isRead = false;
        while (!isRead && !HasEnded && _group < _reader.RowGroupCount)
        {
            isRead = Parsing(() => ReadGroup(_group));
            _group++;
        }

        return isRead;
    }

    private bool ReadGroup(int index)
    {
        using ParquetRowGroupReader group = _reader.OpenRowGroupReader(index);
        long rows = group.RowCount;
        if (rows == 0)
        {
            return false;
        }

        long numbers = group.GetMetadata(_vector)?.MetaData?.NumValues ?? 0;
        if (rows < 0 || rows > Array.MaxLength || numbers > Array.MaxLength)
        {
            throw EmbeddingFileErrors.TooLarge($"A group of rows of '{_path}'", rows, (int)Math.Min(numbers / rows, int.MaxValue));
        }

        // A list without numbers has an entry too.
        if (numbers < rows || numbers * sizeof(float) / MostPerByte > _stream.Length)
        {
            throw Damaged("it has not as many numbers as it says");
        }

        foreach (DataField field in new[] { _vector, _key, _text, _tokens }.OfType<DataField>())
        {
            RequirePages(group, field);
        }

        if (_isKept.Length < rows)
        {
            _isKept = new bool[rows];
        }

        Array.Fill(_isKept, true);
        ReadVectors(group, (int)rows, (int)numbers);
        if (_block.Width == 0)
        {
            // No row has a vector, so that there is nothing of the others to keep.
            _rows += rows;
            return false;
        }

        ReadOthers(group, (int)rows);
        if (HasDigests && ParquetText.DigestOf(_block) != _said!.Digests[index])
        {
            throw Damaged($"group {index + 1} of its rows does not fit its checksum");
        }

        _rows += rows;
        _block.Keep(_isKept);
        return _block.Count > 0;
    }

    private void RequirePages(ParquetRowGroupReader group, DataField field)
    {
        if (group.GetMetadata(field)?.MetaData is not { } said)
        {
            return;
        }

        // A dictionary is before its data; that there is none may be said by 0.
        long dictionary = said.DictionaryPageOffset ?? 0;
        long start = dictionary > 0 && dictionary < said.DataPageOffset ? dictionary : said.DataPageOffset;
        if (!ParquetPages.AreSound(_stream, start, said.NumValues, Math.Min(int.MaxValue, said.TotalUncompressedSize)))
        {
            throw Damaged($"the pages of its column \"{field.Path.FirstPart}\" are not what it says of them");
        }
    }

    private void ReadVectors(ParquetRowGroupReader group, int rows, int numbers)
    {
        if (_definitions.Length < numbers)
        {
            (_definitions, _repetitions) = (new int[numbers], new int[numbers]);
        }

        // Lists of one length, as they mostly are, come to where they stay.
        bool mayBeRegular = numbers % rows == 0;
        if (mayBeRegular)
        {
            _block.Resize(rows, numbers / rows);
        }
        else if (_numbers.Length < numbers)
        {
            _numbers = new float[numbers];
        }

        Memory<float> target = mayBeRegular ? _block.VectorMemory : _numbers.AsMemory(0, numbers);
        Memory<int> definitions = _definitions.AsMemory(0, numbers);
        Memory<int> repetitions = _repetitions.AsMemory(0, numbers);
        if (_vector.ClrType == typeof(double))
        {
            double[] wide = new double[numbers];
            Wait(group.ReadRawAsync<double>(_vector, wide, definitions, repetitions));
            for (int i = 0; i < numbers; i++)
            {
                target.Span[i] = (float)wide[i];
            }
        }
        else
        {
            Wait(group.ReadRawAsync<float>(_vector, target, definitions, repetitions));
        }

        if (IsRegular(rows, numbers))
        {
            _width = numbers / rows;
            if (_key is null)
            {
                // Where there are keys, these say which rows are sound.
                NoteSound();
            }
        }
        else if (HasDigests)
        {
            throw Damaged("its vectors are not all of one length");
        }
        else
        {
            if (mayBeRegular)
            {
                _numbers = target.ToArray();
            }

            TakeRegular(rows, numbers);
        }
    }

    /// <summary>Says whether all lists have as many numbers as those before, and none is missing.</summary>
    private bool IsRegular(int rows, int numbers)
    {
        int width = numbers / rows;
        if (numbers % rows != 0 || (_width != 0 && width != _width))
        {
            return false;
        }

        for (int i = 0; i < numbers; i++)
        {
            if (_definitions[i] != _vector.MaxDefinitionLevel || (_repetitions[i] == 0) != (i % width == 0))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Takes the lists that have as many numbers as the first that has any, and leaves the other rows out.</summary>
    private void TakeRegular(int rows, int numbers)
    {
        // Numbers stand one after the other, without a place for those that are missing.
        int entry = 0;
        int value = 0;
        for (int row = 0; row < rows; row++)
        {
            int first = entry;
            int start = value;
            do
            {
                value += _definitions[entry] == _vector.MaxDefinitionLevel ? 1 : 0;
                entry++;
            }
            while (entry < numbers && _repetitions[entry] != 0);
            if (entry == numbers && row < rows - 1)
            {
                throw Damaged("it has fewer lists of numbers than rows");
            }

            int width = value - start;
            string? how = width == 0 ? "it has no vector"
                : width < entry - first ? "a number of its vector is missing"
                : _width != 0 && width != _width ? $"its vector has {width} numbers, and those before it have {_width}"
                : null;
            if (how is null)
            {
                if (_width == 0)
                {
                    _width = width;
                }

                if (_block.Width != _width || _block.Count != rows)
                {
                    _block.Resize(rows, _width);
                }

                _numbers.AsSpan(start, width).CopyTo(_block.Vector(row));
                NoteSound();
            }
            else
            {
                LeaveOutRow(row, how, rows);
            }

            if (HasEnded)
            {
                break;
            }
        }

        if (_block.Count != rows || _block.Width != _width)
        {
            _block.Resize(rows, _width);
        }
    }

    private void LeaveOutRow(int row, string how, int rows)
    {
        _isKept[row] = false;
        if (!LeaveOut(EmbeddingFileErrors.RowInvalid(FormattableString.Invariant($"'{_path}', row {_rows + row + 1}"), how)))
        {
            Array.Clear(_isKept, row, rows - row);
        }
    }

    private void ReadOthers(ParquetRowGroupReader group, int rows)
    {
        for (int row = 0; row < rows; row++)
        {
            _block.Keys[row] = _rows + row;
        }

        _block.TokenCounts.Clear();
        _block.Texts.Clear();
        if (_key is not null)
        {
            ReadWhole(
                group,
                _key,
                rows,
                TakeKey);
        }

        if (_tokens is not null)
        {
            ReadWhole(group, _tokens, rows, (row, value) => _block.TokenCounts[row] = (int)Math.Clamp(value ?? 0, 0, int.MaxValue));
        }

        if (_text is not null)
        {
            Wait(group.ReadAsync(_text, _block.TextMemory));
        }
    }

    private void TakeKey(int row, long? key)
    {
        _block.Keys[row] = key ?? 0;
        if (!_isKept[row] || HasEnded)
        {
            return;
        }

        if (key is >= 0)
        {
            NoteSound();
        }
        else
        {
            LeaveOutRow(row, key is null ? "it has no key" : "its key is below 0", _block.Count);
        }
    }

    private static void ReadWhole(ParquetRowGroupReader group, DataField field, int rows, Action<int, long?> take)
    {
        if (field.ClrType == typeof(long))
        {
            Take<long>(group, field, rows, take);
        }
        else
        {
            Take<int>(group, field, rows, (row, value) => take(row, value));
        }
    }

    private static void Take<T>(ParquetRowGroupReader group, DataField field, int rows, Action<int, T?> take)
        where T : struct
    {
        if (field.IsNullable)
        {
            T?[] values = new T?[rows];
            Wait(group.ReadAsync<T>(field, values.AsMemory()));
            for (int row = 0; row < rows; row++)
            {
                take(row, values[row]);
            }

            return;
        }

        T[] given = new T[rows];
        Wait(group.ReadAsync<T>(field, given.AsMemory()));
        for (int row = 0; row < rows; row++)
        {
            take(row, given[row]);
        }
    }

    private static void Wait(ValueTask work) => work.AsTask().GetAwaiter().GetResult();

    // A damaged file shows in whatever exception the library happens to run into.
    private T Parsing<T>(Func<T> read)
    {
        try
        {
            return read();
        }
        catch (Exception e) when (e is not (EngineException or OperationCanceledException or OutOfMemoryException))
        {
            throw Damaged($"it cannot be read as Parquet ({e.Message})", e);
        }
    }

    private EngineException Damaged(string how, Exception? cause = null) => EmbeddingFileErrors.Damaged(_path, how, cause);
}
