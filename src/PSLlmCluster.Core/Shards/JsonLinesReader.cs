using System.Globalization;
using System.Text;
using System.Text.Json;
using PSLlmCluster.Core.Numerics;

namespace PSLlmCluster.Core.Shards;

/// <summary>
/// Reads what <see cref="JsonLinesWriter"/> writes, or another program: an object on each line with the numbers "vector", and, where they
/// are there, "key" (otherwise the position of the line among those that are not blank), "text" and "tokens". Other names are passed over.
/// </summary>
internal sealed class JsonLinesReader : EmbeddingFileReader
{
    private const int FirstBuffer = 1 << 20;

    // Bytes of a line, whose text may be a book; what has no line ends is no such file.
    private const int LongestLine = 1 << 28;

    // Numbers, and letters of texts, that rows in memory have together, but for a single row that has more.
    private const int MostNumbers = 1 << 20;
    private const int MostLetters = 1 << 23;
    private readonly FileStream _stream;
    private readonly string _path;
    private readonly EmbeddingBlock _block = new();
    private readonly int _most;
    private byte[] _buffer = new byte[FirstBuffer];
    private float[] _vector = new float[1024];
    private int _start;
    private int _end;
    private bool _isEnd;
    private long _line;
    private long _rows;
    private int _width;
    private bool _hasKey;
    private bool _isPeeked;

    /// <summary>
    /// Initializes a new instance of the <see cref="JsonLinesReader"/> class: reads the first row, which says how many numbers a vector
    /// has.
    /// </summary>
    /// <param name="path">The file, for messages.</param>
    /// <param name="stream">The file, which this disposes.</param>
    /// <exception cref="EngineException">None of its lines, or of its first ones, is an embedding.</exception>
    public JsonLinesReader(string path, FileStream stream)
    {
        (_path, _stream) = (path, stream);
        Fill();
        if (_buffer.AsSpan(0, _end).StartsWith(System.Text.Encoding.UTF8.Preamble))
        {
            _start = System.Text.Encoding.UTF8.Preamble.Length;
        }

        _isPeeked = TryReadRow(out long key, out string? text, out int tokens);
        if (!_isPeeked && FirstFault() is { } fault)
        {
            throw EmbeddingFileErrors.Foreign(path, $"none of its lines is an embedding. {fault.Message.TrimEnd('.')}");
        }

        Info = new EmbeddingFileInfo
        {
            Path = path,
            Format = EmbeddingFileFormat.JsonLines,
            RowCount = _isPeeked ? null : 0,
            Width = _width,
            Precision = VectorPrecision.Single,
            FirstKey = _isPeeked ? key : null,
            HasKeys = !_isPeeked || _hasKey,
        };
        if (_isPeeked)
        {
            _most = Math.Clamp(MostNumbers / _width, 1, ShardFormat.RowsPerBlock(_width));
            _block.Resize(_most, _width);
            _block.Clear();
            _block.Add(key, text, tokens, _vector.AsSpan(0, _width));
        }
    }

    /// <inheritdoc/>
    public override EmbeddingFileInfo Info { get; }

    private string Line => $"'{_path}', line {_line}";

    /// <inheritdoc/>
    public override void Dispose() => _stream.Dispose();

    /// <inheritdoc/>
    private protected override EmbeddingBlock? ReadBlock(CancellationToken token)
    {
        if (!_isPeeked)
        {
            _block.Clear();
        }

        _isPeeked = false;
        long letters = _block.Count > 0 ? _block.Texts[0]?.Length ?? 0 : 0;
        while (_block.Count < _most && letters < MostLetters && TryReadRow(out long key, out string? text, out int tokens))
        {
            token.ThrowIfCancellationRequested();
            _block.Add(key, text, tokens, _vector.AsSpan(0, _width));
            letters += text?.Length ?? 0;
        }

        return _block.Count > 0 ? _block : null;
    }

    /// <summary>Reads the next line that is an embedding, and leaves out those before it that are none.</summary>
    private bool TryReadRow(out long key, out string? text, out int tokens)
    {
        while (TryReadLine(out ReadOnlySpan<byte> line))
        {
            _line++;
            if (line.IndexOfAnyExcept(" \t\r"u8) < 0)
            {
                continue;
            }

            (key, text, tokens, _hasKey) = (_rows++, null, 0, false);
            int width = 0;
            EngineException? fault;
            try
            {
                ReadRow(line, ref key, ref text, ref tokens, ref width);
                fault = FaultOf(width);
            }
            catch (Exception e) when (e is JsonException or FormatException or InvalidOperationException or DecoderFallbackException)
            {
                // .NET counts the lines of what it is given, which is one line.
                fault = Bad(e.Message.Split(" LineNumber:")[0].TrimEnd('.'));
            }

            if (fault is null)
            {
                _width = width;
                NoteSound();
                return true;
            }

            if (!LeaveOut(fault))
            {
                break;
            }
        }

        (key, text, tokens) = (0, null, 0);
        return false;
    }

    private EngineException? FaultOf(int width)
    {
        if (width == 0)
        {
            return Bad("it has no numbers under \"vector\"");
        }

        if (_width != 0 && width != _width)
        {
            return Bad($"its vector has {width} numbers, and those before it have {_width}");
        }

        int wrong = RowMatrix.IndexOfNotFinite(_vector.AsSpan(0, width));
        return wrong < 0 ? null : EmbeddingFileErrors.NotFinite(Line, wrong);
    }

    private void ReadRow(ReadOnlySpan<byte> line, ref long key, ref string? text, ref int tokens, ref int width)
    {
        Utf8JsonReader reader = new(line);
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
        {
            throw new FormatException("it is no JSON object");
        }

        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            bool isKey = reader.ValueTextEquals("key"u8);
            bool isText = reader.ValueTextEquals("text"u8);
            bool isTokens = reader.ValueTextEquals("tokens"u8);
            bool isVector = reader.ValueTextEquals("vector"u8);
            reader.Read();
            bool isNull = reader.TokenType == JsonTokenType.Null;
            if (isKey && !isNull)
            {
                key = reader.TokenType == JsonTokenType.Number && reader.TryGetInt64(out long number) && number >= 0
                    ? number
                    : throw new FormatException("its \"key\" is no whole number from 0");
                _hasKey = true;
            }
            else if (isText)
            {
                text = isNull ? null : TextOf(ref reader);
            }
            else if (isTokens && !isNull)
            {
                tokens = reader.TokenType == JsonTokenType.Number && reader.TryGetInt32(out int number)
                    ? number
                    : throw new FormatException("its \"tokens\" is no whole number");
            }
            else if (isVector && !isNull)
            {
                width = ReadVector(ref reader);
            }
            else
            {
                reader.Skip();
            }
        }

        // What follows the object is looked at too.
        while (reader.Read())
        {
        }
    }

    private int ReadVector(ref Utf8JsonReader reader)
    {
        if (reader.TokenType != JsonTokenType.StartArray)
        {
            throw new FormatException("its \"vector\" is no array");
        }

        // The first row says how many there are; more of them in another are counted, and not kept.
        int most = _width > 0 ? _width : int.MaxValue;
        int count = 0;
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (count == _vector.Length && count < most)
            {
                Array.Resize(ref _vector, 2 * count);
            }

            // A number beyond single precision becomes infinite, which is an error of its own.
            float number = reader.TokenType == JsonTokenType.Number
                ? float.Parse(reader.ValueSpan, NumberStyles.Float, CultureInfo.InvariantCulture)
                : throw new FormatException("its \"vector\" holds what is no number");
            if (count < most)
            {
                _vector[count] = number;
            }

            count++;
        }

        return count;
    }

    private static string? TextOf(ref Utf8JsonReader reader)
    {
        if (reader.TokenType != JsonTokenType.String)
        {
            throw new FormatException("its \"text\" is no text");
        }

        return reader.ValueIsEscaped ? Unescaped(reader.ValueSpan) : reader.GetString();
    }

    /// <summary>Takes the escapes out of a JSON text, half a surrogate pair too, which the reader of .NET refuses.</summary>
    private static string Unescaped(ReadOnlySpan<byte> escaped)
    {
        string text = new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(escaped);
        StringBuilder result = new(text.Length);
        for (int i = 0; i < text.Length; i++)
        {
            if (text[i] != '\\')
            {
                result.Append(text[i]);
                continue;
            }

            i++;
            if (text[i] == 'u')
            {
                result.Append((char)int.Parse(text.AsSpan(i + 1, 4), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture));
                i += 4;
                continue;
            }

            result.Append(text[i] switch
            {
                'b' => '\b',
                'f' => '\f',
                'n' => '\n',
                'r' => '\r',
                't' => '\t',
                char sign => sign,
            });
        }

        return result.ToString();
    }

    private bool TryReadLine(out ReadOnlySpan<byte> line)
    {
        int searched = _start;
        while (true)
        {
            int length = _buffer.AsSpan(searched, _end - searched).IndexOf((byte)'\n');
            if (length >= 0 || _isEnd)
            {
                int end = length >= 0 ? searched + length : _end;
                line = _buffer.AsSpan(_start, end - _start);
                bool isLine = length >= 0 || line.Length > 0;
                _start = Math.Min(end + 1, _end);
                return isLine;
            }

            searched = _end - _start;
            Fill();
        }
    }

    /// <summary>Brings what is left to the front of the buffer, and reads more.</summary>
    private void Fill()
    {
        int kept = _end - _start;
        if (kept == _buffer.Length)
        {
            if (kept >= LongestLine)
            {
                throw EmbeddingFileErrors.Foreign(_path, $"line {_line + 1}: it is longer than {LongestLine >> 20} MB");
            }

            Array.Resize(ref _buffer, 2 * kept);
        }

        Buffer.BlockCopy(_buffer, _start, _buffer, 0, kept);
        int read = _stream.Read(_buffer, kept, _buffer.Length - kept);
        (_start, _end, _isEnd) = (0, kept + read, read == 0);
    }

    private EngineException Bad(string how) => EmbeddingFileErrors.RowInvalid(Line, how);
}
