using Parquet;
using Parquet.Schema;

namespace PSLlmCluster.Core.Shards;

/// <summary>
/// Writes Apache Parquet: the columns key (INT64), text (STRING), tokens (INT32) and vector (LIST of FLOAT), uncompressed, as vectors
/// hardly shrink.
/// </summary>
internal sealed class ParquetEmbeddingWriter : EmbeddingFileWriter
{
    // Groups of some 16 MB of numbers: larger ones read a little faster, and take as much memory several times over.
    private const int NumbersPerGroup = 1 << 22;
    private const int FewestRows = 16;
    private const int MostRows = 1 << 16;

    private static readonly DataField _key = new DataField<long>(ParquetText.Key);
    private static readonly DataField _text = new(ParquetText.Text, typeof(string), isNullable: true);
    private static readonly DataField _tokens = new DataField<int>(ParquetText.Tokens);
    private static readonly DataField _element = new("element", typeof(float), isNullable: false);
    private static readonly ParquetSchema _schema = new(_key, _text, _tokens, new ListField(ParquetText.Vector, _element));

    private static readonly ParquetOptions _parquet = new()
    {
        CompressionMethod = CompressionMethod.None,
        DictionaryEncodingThreshold = 0,
    };

    private readonly List<string> _digests = [];
    private ParquetWriter? _writer;
    private int[] _definitions = [];
    private int[] _repetitions = [];

    /// <summary>Initializes a new instance of the <see cref="ParquetEmbeddingWriter"/> class.</summary>
    /// <param name="file">The file, which this disposes.</param>
    /// <param name="options">How the rows are written.</param>
    public ParquetEmbeddingWriter(OutputFile.Pending file, EmbeddingWriteOptions options)
        : base(file, options)
    {
    }

    /// <inheritdoc/>
    private protected override int RowsPerBlock(int width) => Math.Clamp(NumbersPerGroup / Math.Max(1, width), FewestRows, MostRows);

    /// <inheritdoc/>
    private protected override EngineException? CheckText(string? text)
    {
        for (int i = 0; i < text?.Length; i++)
        {
            bool isPair = char.IsHighSurrogate(text[i]) && i + 1 < text.Length && char.IsLowSurrogate(text[i + 1]);
            if (!isPair && char.IsSurrogate(text[i]))
            {
                return EmbeddingFileErrors.NotUnicode();
            }

            i += isPair ? 1 : 0;
        }

        return null;
    }

    /// <inheritdoc/>
    private protected override void WriteBlock() => File.Write(stream =>
    {
        if (Precision == VectorPrecision.Half)
        {
            foreach (ref float number in Block.Vectors)
            {
                number = (float)(Half)number;
            }
        }

        _writer ??= Begin(stream);
        int numbers = Block.Count * Width;
        if (_definitions.Length < numbers)
        {
            (_definitions, _repetitions) = (new int[numbers], new int[numbers]);
            Array.Fill(_definitions, _element.MaxDefinitionLevel);
            for (int i = 0; i < numbers; i++)
            {
                _repetitions[i] = i % Width == 0 ? 0 : 1;
            }
        }

        using ParquetRowGroupWriter group = _writer.CreateRowGroup();
        Wait(group.WriteAsync<long>(_key, Block.KeyMemory));
        Wait(group.WriteAsync(_text, Block.Texts.ToArray()!));
        Wait(group.WriteAsync<int>(_tokens, Block.TokenMemory));
        Wait(group.WriteAllPartsAsync<float>(
            _element, Block.VectorMemory, _definitions.AsMemory(0, numbers), _repetitions.AsMemory(0, numbers), default));
        _digests.Add(ParquetText.DigestOf(Block));
    });

    /// <inheritdoc/>
    private protected override void WriteEnd() => File.Write(stream =>
    {
        _writer ??= Begin(stream);
        _writer.CustomMetadata = new Dictionary<string, string>
        {
            [ParquetText.Name] = new ParquetText(ParquetText.NewestVersion, Precision, Origin, _digests).ToJson(),
        };
        _writer.DisposeAsync().AsTask().GetAwaiter().GetResult();
    });

    private static ParquetWriter Begin(Stream stream)
        => ParquetWriter.CreateAsync(_schema, stream, _parquet).GetAwaiter().GetResult();

    private static void Wait(Task work) => work.GetAwaiter().GetResult();
}
