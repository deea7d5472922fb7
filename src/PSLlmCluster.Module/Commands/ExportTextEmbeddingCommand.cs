using System.Management.Automation;
using PSLlmCluster.Core;
using PSLlmCluster.Core.Shards;
using PSLlmCluster.Module.Completion;
using PSLlmCluster.Module.Errors;
using PSLlmCluster.Module.Input;

namespace PSLlmCluster.Module.Commands;

/// <summary>Writes embeddings to a file, with all that they depend on.</summary>
/// <remarks>
/// <para>
/// Export-TextEmbedding writes each embedding's key, vector, number of tokens and text to one file, and beside them what made the vectors:
/// the hash of the model's file, the engine and its version, the pooling, the window, the prefix, the prompt and the other options. Rows go
/// to the file as they come, so that any number of them takes little memory. The file is written whole: until the last row has come, and
/// where anything fails, what was there before stays.
/// </para>
/// <para>
/// The ending of -Path says what is written. A .shard file is this module's own: the fastest, with a checksum for each block of rows;
/// docs/shard-format.md in the module's source describes it. A .parquet file has the columns key, text, tokens and vector, which Python,
/// DuckDB and others read. A .jsonl file has a JSON object on each line, for people; it does not say what made the vectors.
/// </para>
/// <para>
/// The key of a row is the Index of the embedding plus -FirstIndex, and has to be larger than that of the row before: so the texts of a
/// large job can be embedded in parts, on many machines, and Merge-TextEmbedding puts the parts together again. It finds parts that are
/// missing, or come twice, or were made in another way.
/// </para>
/// <para>
/// It takes what Get-TextEmbedding writes, or any object with a vector, as Invoke-Umap does; -Property names it. Vectors of double
/// precision are rounded to single. An object without a vector, or with one of another length than those before, is an error that does not
/// end the work. Vectors of several models or options in one file are an error that does. Where nothing comes in, a file without rows is
/// written, so that a part without texts is told from one that failed.
/// </para>
/// </remarks>
/// <example>
/// <title>Embeddings in a file</title>
/// <code>
/// Get-Content titles.txt | Get-TextEmbedding | Export-TextEmbedding titles.shard
/// Invoke-Umap -Path titles.shard | Invoke-Hdbscan | Export-ClusterPlot map.html
/// </code>
/// <para>Keeps the vectors, and reads them again without an object for each row.</para>
/// </example>
/// <example>
/// <title>A part of a large job</title>
/// <code>
/// $part = 3
/// $first = 10000 * $part
/// Get-Content titles.txt | Select-Object -Skip $first -First 10000 | Get-TextEmbedding |
///     Export-TextEmbedding "part-$part.shard" -FirstIndex $first
/// </code>
/// <para>Embeds the lines from 30,000 on. The keys are those of all lines, so that the parts can be merged.</para>
/// </example>
/// <example>
/// <title>For Python or DuckDB</title>
/// <code>
/// Get-Content titles.txt | Get-TextEmbedding | Export-TextEmbedding titles.parquet
/// </code>
/// <para>In DuckDB: SELECT key, text FROM 'titles.parquet'.</para>
/// </example>
/// <example>
/// <title>Half the size, without the texts</title>
/// <code>
/// $embeddings | Export-TextEmbedding vectors.shard -Precision Half -NoText -Force
/// </code>
/// <para>Each number takes 2 bytes, and is off by a 2,000th of itself at most.</para>
/// </example>
/// <inputs>
/// <type name="PSLlmCluster.TextEmbedding">Its key, vector, tokens, text and origin are written.</type>
/// <type name="System.Single[]">An array of numbers of any kind is a vector; its key is its position.</type>
/// <type name="System.Management.Automation.PSObject">Any object: the properties named with -Property are the vector; without it, its
/// property Vector.</type>
/// </inputs>
/// <outputs>
/// <type name="System.IO.FileInfo">The file that was written.</type>
/// <type name="PSLlmCluster.TextEmbedding">With -PassThru, what came in and was taken.</type>
/// </outputs>
/// <seealso cref="ImportTextEmbeddingCommand"/>
/// <seealso cref="MergeTextEmbeddingCommand"/>
/// <seealso cref="GetTextEmbeddingCommand"/>
/// <seealso cref="InvokeUmapCommand"/>
[Cmdlet(VerbsData.Export, "TextEmbedding", SupportsShouldProcess = true)]
[OutputType(typeof(FileInfo), typeof(TextEmbedding))]
public sealed class ExportTextEmbeddingCommand : CancellableCmdlet
{
    private const int ActivityId = 724_123;
    private const double EndUnknown = -1;

    // So far from the largest key that no index added to it comes near that.
    private const long LargestFirstIndex = 1L << 62;
    private RowReader _reader = new([], prefersCoordinates: false);
    private EmbeddingFile? _file;
    private EmbeddingFileWriter? _writer;
    private string _path = string.Empty;
    private int _position;

    /// <summary>Initializes a new instance of the <see cref="ExportTextEmbeddingCommand"/> class.</summary>
    public ExportTextEmbeddingCommand()
        : base("Writing embeddings", ActivityId)
    {
    }

    /// <summary>
    /// The embeddings, arrays of numbers, or objects with numbers in their properties. A list of them is a row for each of its elements.
    /// </summary>
    [Parameter(Mandatory = true, ValueFromPipeline = true)]
    [AllowNull]
    [AllowEmptyString]
    [AllowEmptyCollection]
    public PSObject? InputObject { get; set; }

    /// <summary>
    /// The path of the file to write, taken as it is, without wildcards. Its ending says the format: .shard, .parquet, .jsonl or .ndjson. A
    /// file that is there is replaced.
    /// </summary>
    [Parameter(Mandatory = true, Position = 0)]
    [Alias("LiteralPath", "FilePath")]
    [ValidateNotNullOrEmpty]
    public string Path { get; set; } = string.Empty;

    /// <summary>The format: Shard, Parquet or JsonLines. It is what the ending of -Path says unless given.</summary>
    [Parameter]
    public EmbeddingFileFormat? Format { get; set; }

    /// <summary>
    /// How a number of a vector is stored: Single, in 4 bytes, as it is, or Half, rounded to 2 bytes by a 2,000th of itself at most. A
    /// number beyond 65,504 is then an error of its row. Parquet and JSON have the rounded numbers in their usual size. It is Single
    /// unless given.
    /// </summary>
    [Parameter]
    public VectorPrecision Precision { get; set; } = VectorPrecision.Single;

    /// <summary>Leaves the texts out.</summary>
    [Parameter]
    public SwitchParameter NoText { get; set; }

    /// <summary>
    /// What is added to each Index to make the row's key, from 0 to 2^62: for a part of a larger job, the number of texts before it. It is
    /// 0 unless given.
    /// </summary>
    [Parameter]
    [ValidateRange(0, LargestFirstIndex)]
    public long FirstIndex { get; set; }

    /// <summary>
    /// Numbers the rows in the order that they come in, from -FirstIndex on, whatever their Index is: for rows of several runs, or rows
    /// that were put into another order.
    /// </summary>
    [Parameter]
    public SwitchParameter Renumber { get; set; }

    /// <summary>
    /// The properties to read the vectors from, for objects of any kind: one that holds an array of numbers, or several that hold one
    /// number each, by their names or made by script blocks.
    /// </summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [ValidateProperty]
    [ArgumentCompleter(typeof(PropertyCompleter))]
    public object[]? Property { get; set; }

    /// <summary>
    /// Replaces a file even where it is read-only, and makes folders of -Path that are missing. What is no file, such as a device, is never
    /// replaced.
    /// </summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <summary>Does not replace an existing file, even with -Force; that is an error, found before the work.</summary>
    [Parameter]
    [Alias("NoOverwrite")]
    public SwitchParameter NoClobber { get; set; }

    /// <summary>
    /// Passes on each object that was taken, as it came in and as soon as it did, in place of the file object. The file is in its place
    /// once the last has come.
    /// </summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    /// <inheritdoc/>
    /// <remarks>What is wrong with the path is said before the commands upstream do their long work.</remarks>
    protected override void BeginProcessing()
    {
        _reader = new RowReader(PropertySelector.From(Property), prefersCoordinates: false);
        _path = FilePaths.Resolve(this, Path);
        OverwriteRule rule = new(Force, NoClobber);
        _file = OutputParameter.Take(
            this, Path, "Write the embeddings", rule, (path, given) => EmbeddingFile.At(path, Format, given), file => file.Probe());
    }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        foreach (PSObject? record in RecordList.OfRows(InputObject, MyInvocation.ExpectingInput, fault => LeaveOut(fault, null)))
        {
            Take(record);
        }
    }

    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        Missing.Flush();
        if (_file is null)
        {
            return;
        }

        EmbeddingFileWriter writer = Writer();
        ErrorRecord? error = TryRunEngine(writer.Complete, _path);
        CompleteProgress();
        if (error is not null)
        {
            WriteError(error);
        }
        else if (!PassThru)
        {
            // As Get-Item gives it, with PSPath, so that it can be piped to Copy-Item.
            WriteObject(InvokeProvider.Item.Get([_path], force: true, literalPath: true), enumerateCollection: true);
        }
    }

    /// <inheritdoc/>
    private protected override void Release() => _writer?.Dispose();

    // The field is set by the work itself, so that what was begun is cleared away even where the pipeline ended meanwhile.
    private EmbeddingFileWriter Writer() => _writer ?? RunEngine(
        () => _writer = _file!.Begin(new EmbeddingWriteOptions(Precision, !NoText)), _path);

    private void Take(PSObject? record)
    {
        int position = _position;
        EngineException? fault = _reader.Read(record, position, out InputRow row, out NumberRow values);
        if (fault is null && _file is not null)
        {
            TextEmbedding? embedding = record?.BaseObject as TextEmbedding;
            fault = Add(row, embedding, values.ToSingles());
        }

        if (fault is not null)
        {
            LeaveOut(fault, record);
            return;
        }

        _position++;
        Missing.Found(record);
        if (PassThru)
        {
            WriteObject(record);
        }
    }

    private EngineException? Add(InputRow row, TextEmbedding? embedding, float[] vector)
    {
        EmbeddingFileWriter writer = Writer();

        // A row that is left out says nothing of where the others come from; but another width is what another model's vectors have.
        if (writer.Check(row.Text, vector) is { } wrong && !wrong.Is(EngineErrorIds.RowLengthMismatch))
        {
            return ErrorRecords.Failure(wrong, _position);
        }

        if (!writer.KnowsOrigin(embedding?.Origin))
        {
            RunEngine(
                () =>
                {
                    writer.TakeOrigin(embedding?.Origin, Token);
                    return true;
                },
                row.Source);
        }

        EngineException? fault = null;
        Guard(
            () =>
            {
                long key = FirstIndex + (Renumber ? writer.RowCount : row.Index);
                fault = writer.Add(key, row.Text, embedding?.TokenCount ?? 0, vector) is { } reason
                    ? ErrorRecords.Failure(reason, _position)
                    : null;
            },
            row.Source);
        if (writer.IsFull)
        {
            Progress.Report(new StageProgress($"{writer.RowCount:N0} rows", EndUnknown));
            RunEngine(
                () =>
                {
                    writer.Flush();
                    return true;
                },
                _path);
        }

        return fault;
    }

    private void LeaveOut(EngineException fault, PSObject? record)
    {
        _position++;
        Missing.Report(fault, record);
    }
}
