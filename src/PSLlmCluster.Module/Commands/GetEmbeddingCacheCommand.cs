using System.Management.Automation;
using PSLlmCluster.Core.Caching;

namespace PSLlmCluster.Module.Commands;

/// <summary>Shows what is in a cache of embeddings.</summary>
/// <remarks>
/// <para>
/// Get-EmbeddingCache writes an object for each model and each set of options that a cache has vectors of: the model's name and hash, the
/// options, the number of vectors, the bytes that they take and from when they are. The cache is a file that Get-TextEmbedding -CachePath
/// made. Other processes may use it meanwhile.
/// </para>
/// <para>
/// The file is larger than the sum of Length: it also holds the texts and an index.
/// </para>
/// </remarks>
/// <example>
/// <title>What is in it?</title>
/// <code>
/// Get-EmbeddingCache vectors.db
/// </code>
/// <para>Shows the number of vectors of each model, and when the last of them was kept.</para>
/// </example>
/// <example>
/// <title>The cache that is used where none is named</title>
/// <code>
/// $env:PSLLMCLUSTER_CACHE = 'vectors.db'
/// Get-EmbeddingCache | Format-List
/// </code>
/// <para>Shows all options, of the cache that the environment variable names.</para>
/// </example>
/// <example>
/// <title>How many vectors in all?</title>
/// <code>
/// (Get-EmbeddingCache vectors.db | Measure-Object Count -Sum).Sum
/// </code>
/// <para>Adds the numbers of all models.</para>
/// </example>
/// <inputs>
/// <type name="None">It takes no input.</type>
/// </inputs>
/// <outputs>
/// <type name="PSLlmCluster.EmbeddingCacheContent">One for each model and set of options: CachePath, Model, ModelHash, Engine, Pooling,
/// ContextLength, Prefix, Prompt, LongText, Normalize, Precision, Width, Count, Length, Oldest and Newest.</type>
/// </outputs>
/// <seealso cref="GetTextEmbeddingCommand"/>
/// <seealso cref="ClearEmbeddingCacheCommand"/>
/// <seealso cref="MergeEmbeddingCacheCommand"/>
[Cmdlet(VerbsCommon.Get, "EmbeddingCache")]
[OutputType(typeof(EmbeddingCacheContent))]
public sealed class GetEmbeddingCacheCommand : CancellableCmdlet
{
    private const int ActivityId = 724_120;

    /// <summary>Initializes a new instance of the <see cref="GetEmbeddingCacheCommand"/> class.</summary>
    public GetEmbeddingCacheCommand()
        : base("Reading a cache", ActivityId)
    {
    }

    /// <summary>
    /// The file of the cache. Without it, the environment variable PSLLMCLUSTER_CACHE names it.
    /// </summary>
    [Parameter(Position = 0)]
    [ValidateNotNullOrEmpty]
    public string? CachePath { get; set; }

    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        string path = CacheLocation.Require(this, CachePath);
        foreach (EmbeddingCacheContent content in RunEngine(() => CacheContents.List(path), path))
        {
            WriteObject(content);
        }
    }
}
