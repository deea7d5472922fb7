using System.Management.Automation;
using PSLlmCluster.Core;
using PSLlmCluster.Core.Shards;

namespace PSLlmCluster.Module.Commands;

/// <summary>Puts files of embeddings together to one, in the order of their keys.</summary>
/// <remarks>
/// <para>
/// Merge-TextEmbedding reads the files of the parts of a job and writes one: the same bytes as if the job had been done at once. It takes
/// little memory, however many files and rows there are. The parts may come in any order.
/// </para>
/// <para>
/// Parts that do not make a whole are refused, before any row is read where the files' headers show it: keys that are missing, from 0 to
/// the last, as of a part that failed, or with -Count to the last that there is to be; keys that come twice; vectors of another model,
/// another option, another engine's version, another width or precision; a file that is named twice. The error says which keys, the first
/// ten gaps of them, in which files, and what differs. A line or row that is no embedding, such as one with NaN, ends the work too, as the
/// whole would lack it: Import-TextEmbedding leaves it out. Until the new file is complete, what was there before stays.
/// </para>
/// </remarks>
/// <example>
/// <title>The parts of an array of jobs</title>
/// <code>
/// Merge-TextEmbedding part-*.shard -Destination all.shard -Count 4
/// </code>
/// <para>Writes all rows to one file. Where a part is missing, the last one too, the error says which keys it has.</para>
/// </example>
/// <example>
/// <title>Blank lines</title>
/// <code>
/// Merge-TextEmbedding part-*.shard -Destination all.shard -AllowGap -NoClobber
/// </code>
/// <para>Get-TextEmbedding skips blank texts, and their keys are missing then. -AllowGap allows it.</para>
/// </example>
/// <example>
/// <title>For another program</title>
/// <code>
/// Merge-TextEmbedding part-0.shard, part-1.shard -Destination all.parquet
/// </code>
/// <para>The ending of the destination says its format.</para>
/// </example>
/// <inputs>
/// <type name="None">It takes no input.</type>
/// </inputs>
/// <outputs>
/// <type name="System.IO.FileInfo">The file that was written.</type>
/// </outputs>
/// <seealso cref="ExportTextEmbeddingCommand"/>
/// <seealso cref="ImportTextEmbeddingCommand"/>
[Cmdlet(VerbsData.Merge, "TextEmbedding", SupportsShouldProcess = true)]
[OutputType(typeof(FileInfo))]
public sealed class MergeTextEmbeddingCommand : CancellableCmdlet
{
    private const int ActivityId = 724_125;

    /// <summary>Initializes a new instance of the <see cref="MergeTextEmbeddingCommand"/> class.</summary>
    public MergeTextEmbeddingCommand()
        : base("Merging embeddings", ActivityId)
    {
    }

    /// <summary>The files of the parts, by paths that may have wildcards. Their endings say their formats.</summary>
    [Parameter(Mandatory = true, Position = 0)]
    [ValidateNotNullOrEmpty]
    public string[] Path { get; set; } = [];

    /// <summary>
    /// The path of the file to write, taken as it is. Its ending says the format: .shard, .parquet, .jsonl or .ndjson. A file that is there
    /// is replaced; one of the parts is not.
    /// </summary>
    [Parameter(Mandatory = true, Position = 1)]
    [ValidateNotNullOrEmpty]
    public string Destination { get; set; } = string.Empty;

    /// <summary>The format of the destination: Shard, Parquet or JsonLines. It is what its ending says unless given.</summary>
    [Parameter]
    public EmbeddingFileFormat? Format { get; set; }

    /// <summary>
    /// Allows keys to be missing: those of blank texts, which were skipped, or of parts that are not there. The file then has the keys that
    /// there are.
    /// </summary>
    [Parameter]
    public SwitchParameter AllowGap { get; set; }

    /// <summary>
    /// How many rows there are to be, from 1: their keys are 0 to one less. Without it, nobody can see that the last part is missing; with
    /// it, that is an error before the work, which says which keys are missing. It does not go with -AllowGap, where nobody can tell a part
    /// from blank texts.
    /// </summary>
    [Parameter]
    [ValidateRange(1, long.MaxValue)]
    public long? Count { get; set; }

    /// <summary>Leaves the texts out.</summary>
    [Parameter]
    public SwitchParameter NoText { get; set; }

    /// <summary>
    /// Replaces a file even where it is read-only, and makes folders of -Destination that are missing. What is no file, such as a device,
    /// is never replaced.
    /// </summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <summary>Does not replace an existing file, even with -Force; that is an error, found before the work.</summary>
    [Parameter]
    [Alias("NoOverwrite")]
    public SwitchParameter NoClobber { get; set; }

    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        if (Count is not null)
        {
            ParameterRules.Exclude(this, nameof(Count), "Missing keys are either an error or allowed.", nameof(AllowGap));
        }

        IReadOnlyList<string> paths = EmbeddingFilePaths.All(this, Path);
        string destination = FilePaths.Resolve(this, Destination);
        EmbeddingFile? file = OutputParameter.Take(
            this,
            Destination,
            $"Write the embeddings of {paths.Count} files",
            new OverwriteRule(Force, NoClobber),
            (path, rule) => EmbeddingFileMerging.Target(paths, path, Format, rule),
            target => target.Probe());
        if (file is null)
        {
            return;
        }

        long rows = RunEngine(() => EmbeddingFileMerging.Merge(paths, file, AllowGap, !NoText, Count, Progress, Token), destination);
        CompleteProgress();
        WriteVerbose($"{rows:N0} rows of {paths.Count} files were written.");
        WriteObject(InvokeProvider.Item.Get([destination], force: true, literalPath: true), enumerateCollection: true);
    }
}
