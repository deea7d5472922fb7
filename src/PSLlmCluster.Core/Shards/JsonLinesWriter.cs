using System.Buffers;
using System.Buffers.Text;
using System.Globalization;

namespace PSLlmCluster.Core.Shards;

/// <summary>
/// Writes a JSON object for each row on a line of its own: {"key":0,"text":"…","tokens":3,"vector":[0.1,…]}, in UTF-8. Numbers are the
/// shortest that read back as the same. Half a surrogate pair is written as JSON has it, \ud83d.
/// </summary>
internal sealed class JsonLinesWriter : EmbeddingFileWriter
{
    private const int LongestNumber = 32;
    private readonly ArrayBufferWriter<byte> _line = new();

    /// <summary>Initializes a new instance of the <see cref="JsonLinesWriter"/> class.</summary>
    /// <param name="file">The file, which this disposes.</param>
    /// <param name="options">How the rows are written.</param>
    public JsonLinesWriter(OutputFile.Pending file, EmbeddingWriteOptions options)
        : base(file, options)
    {
    }

    /// <inheritdoc/>
    private protected override void WriteBlock() => File.Write(stream =>
    {
        for (int row = 0; row < Block.Count; row++)
        {
            _line.ResetWrittenCount();
            Put("{\"key\":"u8);
            PutWhole(Block.Keys[row]);
            if (Block.Texts[row] is { } text)
            {
                Put(",\"text\":\""u8);
                PutEscaped(text);
                Put("\""u8);
            }

            Put(",\"tokens\":"u8);
            PutWhole(Block.TokenCounts[row]);
            Put(",\"vector\":["u8);
            PutVector(Block.Vector(row));
            Put("]}\n"u8);
            stream.Write(_line.WrittenSpan);
        }
    });

    /// <inheritdoc/>
    private protected override void WriteEnd()
    {
    }

    private void PutVector(ReadOnlySpan<float> vector)
    {
        for (int i = 0; i < vector.Length; i++)
        {
            if (i > 0)
            {
                Put(","u8);
            }

            float number = Precision == VectorPrecision.Half ? (float)(Half)vector[i] : vector[i];
            number.TryFormat(_line.GetSpan(LongestNumber), out int length, "R", CultureInfo.InvariantCulture);
            _line.Advance(length);
        }
    }

    private void PutWhole(long number)
    {
        Utf8Formatter.TryFormat(number, _line.GetSpan(LongestNumber), out int length);
        _line.Advance(length);
    }

    private void PutEscaped(string text)
    {
        int start = 0;
        for (int i = 0; i < text.Length; i++)
        {
            char sign = text[i];
            bool isPair = char.IsHighSurrogate(sign) && i + 1 < text.Length && char.IsLowSurrogate(text[i + 1]);
            if (isPair)
            {
                i++;
            }
            else if (sign < ' ' || sign is '"' or '\\' or '\u007F' or '\u0085' or '\u2028' or '\u2029' || char.IsSurrogate(sign))
            {
                PutPlain(text.AsSpan(start, i - start));
                PutEscape(sign);
                start = i + 1;
            }
        }

        PutPlain(text.AsSpan(start));
    }

    private void PutPlain(ReadOnlySpan<char> text)
    {
        int most = System.Text.Encoding.UTF8.GetMaxByteCount(text.Length);
        _line.Advance(System.Text.Encoding.UTF8.GetBytes(text, _line.GetSpan(most)));
    }

    private void PutEscape(char sign)
    {
        Put(sign switch
        {
            '"' => "\\\""u8,
            '\\' => "\\\\"u8,
            '\n' => "\\n"u8,
            '\r' => "\\r"u8,
            '\t' => "\\t"u8,
            _ => "\\u"u8,
        });
        if (sign is not ('"' or '\\' or '\n' or '\r' or '\t'))
        {
            ((int)sign).TryFormat(_line.GetSpan(LongestNumber), out int length, "x4", CultureInfo.InvariantCulture);
            _line.Advance(length);
        }
    }

    private void Put(ReadOnlySpan<byte> bytes) => _line.Write(bytes);
}
