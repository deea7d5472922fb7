using System.Management.Automation;
using PSLlmCluster.Core.Caching;

namespace PSLlmCluster.Module.Commands;

/// <summary>Adds the vectors of one cache of embeddings to another.</summary>
/// <remarks>
/// <para>
/// Merge-EmbeddingCache reads one cache after the other and adds what the destination lacks. Where both have a text, the destination keeps
/// its own vector. Each vector is checked against its checksum; a damaged cache is an error that names it. What was added before an error
/// or a Ctrl+C stays, and the same line adds the rest. The caches that are read stay as they are.
/// </para>
/// <para>
/// So texts can be embedded on several machines, each with a cache of its own, and the caches put together afterwards.
/// </para>
/// </remarks>
/// <example>
/// <title>Two machines' work</title>
/// <code>
/// Merge-EmbeddingCache other.db -Destination vectors.db
/// </code>
/// <para>Adds the vectors of other.db to vectors.db, and says how many there were.</para>
/// </example>
/// <example>
/// <title>Several caches</title>
/// <code>
/// Merge-EmbeddingCache other.db, third.db -Destination all.db
/// </code>
/// <para>Makes all.db where there is none, and adds the vectors of both.</para>
/// </example>
/// <example>
/// <title>What would be done</title>
/// <code>
/// Merge-EmbeddingCache other.db -Destination vectors.db -WhatIf
/// </code>
/// <para>Names the caches, and changes none.</para>
/// </example>
/// <inputs>
/// <type name="None">It takes no input.</type>
/// </inputs>
/// <outputs>
/// <type name="PSLlmCluster.EmbeddingCacheMerge">One for each cache that was read: CachePath, Destination, AddedCount and
/// PresentCount.</type>
/// </outputs>
/// <seealso cref="GetEmbeddingCacheCommand"/>
/// <seealso cref="ClearEmbeddingCacheCommand"/>
[Cmdlet(VerbsData.Merge, "EmbeddingCache", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Medium)]
[OutputType(typeof(EmbeddingCacheMerge))]
public sealed class MergeEmbeddingCacheCommand : CancellableCmdlet
{
    private const int ActivityId = 724_122;

    /// <summary>Initializes a new instance of the <see cref="MergeEmbeddingCacheCommand"/> class.</summary>
    public MergeEmbeddingCacheCommand()
        : base("Merging caches", ActivityId)
    {
    }

    /// <summary>The files of the caches that are read.</summary>
    [Parameter(Mandatory = true, Position = 0)]
    [ValidateNotNullOrEmpty]
    public string[] CachePath { get; set; } = [];

    /// <summary>The file of the cache that takes their vectors. It is made where there is none.</summary>
    [Parameter(Mandatory = true, Position = 1)]
    [ValidateNotNullOrEmpty]
    public string Destination { get; set; } = string.Empty;

    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        string destination = FilePaths.Resolve(this, Destination);
        string[] sources = [.. CachePath.Select(path => FilePaths.Resolve(this, path))];
        foreach (string source in sources)
        {
            if (ShouldProcess(destination, $"Add the vectors of {source}"))
            {
                WriteObject(RunEngine(() => CacheMerging.Merge(source, destination, Progress, Token), source));
            }
        }

        CompleteProgress();
    }
}
