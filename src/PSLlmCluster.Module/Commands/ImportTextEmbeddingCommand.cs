using System.Management.Automation;
using PSLlmCluster.Core;
using PSLlmCluster.Core.Shards;
using PSLlmCluster.Module.Errors;

namespace PSLlmCluster.Module.Commands;

/// <summary>Reads embeddings from files.</summary>
/// <remarks>
/// <para>
/// Import-TextEmbedding reads files that Export-TextEmbedding wrote, and writes an embedding for each row: one file after the other, row
/// after row, so that any number of them takes little memory. Index is the row's key. Rows come out as they went in: where a block of rows
/// does not fit its checksum, that is an error that names the file, and none of them is written.
/// </para>
/// <para>
/// Parquet and JSON Lines of other programs are read too: a column or name "vector" with a list of numbers for each row, and, where they
/// are there, "key", "text" and "tokens". Without keys, Index is the position in the file.
/// </para>
/// <para>
/// Several files are parts of one job, as for Merge-TextEmbedding: a file that is named twice, has a key of one before it, or vectors of
/// another model, option, width or precision is refused, and the error says what differs. Files of several runs, which begin with key 0
/// each, are read with -Renumber. Files of other programs without keys go together, and keys may be missing.
/// </para>
/// <para>
/// A file that cannot be read is an error that does not end the work: the next file is read. So is a line or row of another program's file
/// that is no embedding, such as one with NaN, without a vector or with another number of numbers than those before: the error names the
/// line or row, and the others are read. After 100 of them in a row the rest of the file is not read.
/// </para>
/// <para>
/// Group-Text, Invoke-Umap, Invoke-Hdbscan and Measure-Clustering take such files with -Path, without an object for each row.
/// </para>
/// </remarks>
/// <example>
/// <title>Embeddings of yesterday</title>
/// <code>
/// Import-TextEmbedding titles.shard | Invoke-Umap | Invoke-Hdbscan
/// </code>
/// <para>Continues with vectors that were made before.</para>
/// </example>
/// <example>
/// <title>What is in a file?</title>
/// <code>
/// Import-TextEmbedding titles.shard | Select-Object -First 1 | Format-List Index, Text, TokenCount, Origin
/// </code>
/// <para>Shows the first row, and which model made it.</para>
/// </example>
/// <example>
/// <title>Another format</title>
/// <code>
/// Import-TextEmbedding part-*.shard | Export-TextEmbedding all.parquet
/// </code>
/// <para>Writes the rows of several files as Parquet. What the vectors depend on goes along.</para>
/// </example>
/// <example>
/// <title>Files of several runs</title>
/// <code>
/// Import-TextEmbedding monday.shard, tuesday.shard -Renumber | Export-TextEmbedding week.shard
/// </code>
/// <para>Puts rows together whose runs began with key 0 each.</para>
/// </example>
/// <example>
/// <title>A sample of a large job</title>
/// <code>
/// Import-TextEmbedding part-*.shard -SampleCount 100000 | Invoke-Umap -AsSample -SaveModel map.umap |
///     Invoke-Hdbscan -SaveModel clusters.hdbscan
/// </code>
/// <para>Fits a map and clusters on a part of the rows. Invoke-Umap -Model and Invoke-Hdbscan -Model put all of them into both.</para>
/// </example>
/// <inputs>
/// <type name="System.String">A path, which may have wildcards.</type>
/// <type name="System.IO.FileInfo">A file, as Get-ChildItem writes it.</type>
/// </inputs>
/// <outputs>
/// <type name="PSLlmCluster.TextEmbedding">One for each row: Index, Text, Source (an object with Index and Text), Vector, TokenCount,
/// Engine and Origin. Text is null where the file has none, TokenCount then 0.</type>
/// </outputs>
/// <seealso cref="ExportTextEmbeddingCommand"/>
/// <seealso cref="MergeTextEmbeddingCommand"/>
/// <seealso cref="InvokeUmapCommand"/>
[Cmdlet(VerbsData.Import, "TextEmbedding", DefaultParameterSetName = PathSet)]
[OutputType(typeof(TextEmbedding))]
public sealed class ImportTextEmbeddingCommand : CancellableCmdlet
{
    private const int ActivityId = 724_124;
    private const double EndUnknown = -1;
    private const string PathSet = "Path";
    private const string LiteralPathSet = "LiteralPath";
    private readonly List<EngineException> _leftOut = [];
    private EmbeddingFileSeries? _files;
    private KeyedSample<TextEmbedding>? _sample;

    /// <summary>Initializes a new instance of the <see cref="ImportTextEmbeddingCommand"/> class.</summary>
    public ImportTextEmbeddingCommand()
        : base("Reading embeddings", ActivityId)
    {
    }

    /// <summary>The paths of the files, which may have wildcards; they are read in this order.</summary>
    [Parameter(
        Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true, ParameterSetName = PathSet)]
    [ValidateNotNullOrEmpty]
    public string[] Path { get; set; } = [];

    /// <summary>
    /// The paths of the files, taken as they are: no sign in them is a wildcard. What Get-ChildItem writes binds to it.
    /// </summary>
    [Parameter(Mandatory = true, ValueFromPipelineByPropertyName = true, ParameterSetName = LiteralPathSet)]
    [Alias("PSPath", "FullName", "LP")]
    [ValidateNotNullOrEmpty]
    public string[] LiteralPath { get; set; } = [];

    /// <summary>The format of the files: Shard, Parquet or JsonLines. It is what the ending of each says unless given.</summary>
    [Parameter]
    public EmbeddingFileFormat? Format { get; set; }

    /// <summary>
    /// How many rows to write: a sample of all files together, or all rows where there are fewer. Which rows it has depends on their keys
    /// and -Seed alone, not on how they lie in files. The sample is written after all files were read, in their order, and is held in
    /// memory until then. All rows are written unless given.
    /// </summary>
    [Parameter]
    [ValidateRange(1, int.MaxValue)]
    public int? SampleCount { get; set; }

    /// <summary>What the sample is drawn by. It is 42 unless given.</summary>
    [Parameter]
    [Alias("random_state")]
    public int Seed { get; set; } = 42;

    /// <summary>
    /// Gives the rows new numbers, from 0 on through all files, so that files of several runs may have the same keys. -SampleCount draws by
    /// the new numbers.
    /// </summary>
    [Parameter]
    public SwitchParameter Renumber { get; set; }

    /// <inheritdoc/>
    protected override void BeginProcessing()
    {
        _files = new EmbeddingFileSeries(Renumber);
        _sample = SampleCount is int count ? new KeyedSample<TextEmbedding>(count, Seed) : null;
    }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        foreach (string path in ParameterSetName == PathSet ? Path : LiteralPath)
        {
            EngineException? failure;
            IReadOnlyList<string> files = ParameterSetName == PathSet
                ? EmbeddingFilePaths.Expand(this, path, out failure)
                : FilePaths.TryResolve(this, path, out failure) is { } single ? [single] : [];
            if (failure is not null)
            {
                WriteError(ErrorRecords.From(failure, path));
            }

            foreach (string file in files)
            {
                ReadFile(file);
            }
        }
    }

    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        CompleteProgress();
        WriteObject(_sample?.ToList() ?? [], enumerateCollection: true);
    }

    /// <inheritdoc/>
    private protected override void Release() => _files?.Dispose();

    private void ReadFile(string path)
    {
        EmbeddingFileInfo? info = null;
        if (TryRunEngine(() => info = _files!.Open(path, Format), path) is { } error)
        {
            WriteError(error);
            return;
        }

        EmbeddingOrigin? origin = info!.Origin;
        EmbeddingBlock? block = null;
        long rows = 0;
        do
        {
            ErrorRecord? damage = TryRunEngine(() => block = _files!.Read(_leftOut, Token), path);
            foreach (EngineException fault in _leftOut)
            {
                WriteError(ErrorRecords.From(fault, path));
            }

            _leftOut.Clear();
            if (damage is not null)
            {
                _files!.Close();
                WriteError(damage);
                return;
            }

            for (int row = 0; row < block?.Count; row++)
            {
                if (_sample is null)
                {
                    WriteObject(Embedding(block, row, origin));
                }
                else
                {
                    int place = row;
                    EmbeddingBlock from = block;
                    _sample.Take(block.Keys[row], () => Embedding(from, place, origin));
                }
            }

            rows += block?.Count ?? 0;
            Progress.Report(new StageProgress(
                $"{rows:N0} rows", info.RowCount is long all ? (double)rows / Math.Max(1, all) : EndUnknown));
        }
        while (block is not null);
        _files!.Close();
    }

    private static TextEmbedding Embedding(EmbeddingBlock block, int row, EmbeddingOrigin? origin)
    {
        int index = (int)block.Keys[row];
        string? text = block.Texts[row];
        return new TextEmbedding(
            index, text, new EmbeddingRecord(index, text), block.Vector(row).ToArray(), block.TokenCounts[row], origin);
    }
}
