using System.Collections;
using System.Management.Automation;
using PSLlmCluster.Core;
using PSLlmCluster.Core.Grouping;
using PSLlmCluster.Core.Shards;

namespace PSLlmCluster.Module.Input;

/// <summary>What is to be grouped: objects, the text of each, and the vectors that embeddings bring along; or the rows of files.</summary>
/// <remarks>Initializes a new instance of the <see cref="GroupRecords"/> class, without any.</remarks>
/// <param name="selectors">What makes a text of an object; empty where the objects are texts themselves.</param>
internal sealed class GroupRecords(IReadOnlyList<PropertySelector> selectors)
{
    private readonly RecordTextReader _reader = new(selectors);
    private readonly bool _hasSelectors = selectors.Count > 0;
    private readonly List<object?> _sources = [];
    private readonly List<string?> _texts = [];
    private readonly List<int> _recordOfText = [];
    private EmbeddingFileRows? _files;

    /// <summary>Gets the objects, texts that show nothing included; those of files are made when they are asked for.</summary>
    public IReadOnlyList<object?> Sources => _files is null ? _sources : new FileSources(_files);

    /// <summary>
    /// Gets the texts that are to be grouped, null where there is a vector alone; those of files are made when they are asked for.
    /// </summary>
    public IReadOnlyList<string?> Texts => _files is null ? _texts : new FileTexts(_files);

    /// <summary>Gets the vectors that came along.</summary>
    public GivenVectors Given { get; private set; } = new();

    /// <summary>Gets a value indicating whether some of the texts came without a vector, so that the model has to make it.</summary>
    public bool NeedModel => Texts.Count > Given.Count;

    /// <summary>Gets the objects that have neither a text nor a vector.</summary>
    public IndexTally Blank { get; } = new();

    /// <summary>Returns the position of a text's object.</summary>
    /// <param name="text">The position of the text.</param>
    /// <returns>The position of the object.</returns>
    public int RecordOf(int text) => _files is null ? _recordOfText[text] : text;

    /// <summary>Returns the embedding that a record is.</summary>
    /// <param name="record">The record; may be null.</param>
    /// <returns>The embedding; null where it is none.</returns>
    public static TextEmbedding? EmbeddingIn(PSObject? record) => record?.BaseObject as TextEmbedding;

    /// <summary>Takes the rows of files in place of objects.</summary>
    /// <param name="files">The rows.</param>
    public void Take(EmbeddingFileRows files)
    {
        _files = files;
        Given = new GivenVectors(files.Rows, files.Origin);
    }

    /// <summary>Takes an object.</summary>
    /// <param name="record">The object; may be null.</param>
    /// <param name="takeOrigin">
    /// Takes the origin of a vector that the object brings, where that is another than of the one before; not called where something is
    /// wrong with the object.
    /// </param>
    /// <returns>Null, or why it was not taken.</returns>
    public EngineException? TryAdd(PSObject? record, Action<TextEmbedding> takeOrigin)
    {
        TextEmbedding? embedding = EmbeddingIn(record);
        string? text = embedding?.Text;
        EngineException? fault = embedding is null || _hasSelectors ? _reader.Read(record, out text) : null;
        fault ??= embedding is null ? null : Given.Check(embedding.Vector);

        // Another width is what another model's vectors have, which is then the matter.
        if (fault is not null && !fault.Is(EngineErrorIds.RowLengthMismatch))
        {
            return fault;
        }

        if (embedding is not null)
        {
            if (!Given.KnowsOrigin(embedding.Origin))
            {
                takeOrigin(embedding);
            }

            fault = Given.TryAdd(_texts.Count, embedding.Vector);
            if (fault is not null)
            {
                return fault;
            }
        }

        bool isBlank = TextValue.IsBlank(text);
        if (embedding is not null || !isBlank)
        {
            _recordOfText.Add(_sources.Count);
            _texts.Add(isBlank ? null : text);
        }
        else
        {
            Blank.Add(_sources.Count);
        }

        _sources.Add(embedding is null ? PropertyReader.Unwrap(record) : embedding.Source ?? embedding);
        return null;
    }

    /// <summary>Rows of files, of which what is asked for is made each time.</summary>
    private abstract class FileList<T>(EmbeddingFileRows rows) : IReadOnlyList<T>
    {
        public int Count => Rows.Rows.RowCount;

        protected EmbeddingFileRows Rows { get; } = rows;

        public abstract T this[int index] { get; }

        public IEnumerator<T> GetEnumerator()
        {
            for (int row = 0; row < Count; row++)
            {
                yield return this[row];
            }
        }

        IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
    }

    /// <summary>The objects that stand for rows of files.</summary>
    private sealed class FileSources(EmbeddingFileRows rows) : FileList<object?>(rows)
    {
        public override object? this[int index] => new EmbeddingRecord(Rows.Key(index), Rows.Text(index));
    }

    /// <summary>The texts of rows of files that show something.</summary>
    private sealed class FileTexts(EmbeddingFileRows rows) : FileList<string?>(rows)
    {
        public override string? this[int index] => Rows.Text(index) is { } text && !TextValue.IsBlank(text) ? text : null;
    }
}
