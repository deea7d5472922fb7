using System.Management.Automation;
using PSLlmCluster.Core.Caching;
using PSLlmCluster.Module.Input;

namespace PSLlmCluster.Module.Commands;

/// <summary>Takes vectors out of a cache of embeddings, by their age or their model.</summary>
/// <remarks>
/// <para>
/// Clear-EmbeddingCache takes out the vectors that all of its parameters fit, all of the cache's where there are none, and gives their room
/// in the file back. What is taken out is computed again when it is needed. Other processes may use the cache meanwhile.
/// </para>
/// <para>
/// -WhatIf says how many there are, and takes none out.
/// </para>
/// </remarks>
/// <example>
/// <title>Vectors of a model that is no longer used</title>
/// <code>
/// Clear-EmbeddingCache vectors.db -Model 'nomic*'
/// </code>
/// <para>Takes out the vectors of all models whose file's name begins so.</para>
/// </example>
/// <example>
/// <title>What is older than 90 days</title>
/// <code>
/// Clear-EmbeddingCache vectors.db -OlderThan 90 -WhatIf
/// </code>
/// <para>Says how many vectors were kept longer ago than that.</para>
/// </example>
/// <example>
/// <title>All of it</title>
/// <code>
/// Clear-EmbeddingCache vectors.db -Confirm:$false
/// </code>
/// <para>Empties the cache.</para>
/// </example>
/// <inputs>
/// <type name="None">It takes no input.</type>
/// </inputs>
/// <outputs>
/// <type name="None">It writes nothing.</type>
/// </outputs>
/// <seealso cref="GetEmbeddingCacheCommand"/>
/// <seealso cref="MergeEmbeddingCacheCommand"/>
[Cmdlet(VerbsCommon.Clear, "EmbeddingCache", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Medium)]
[OutputType(typeof(void))]
public sealed class ClearEmbeddingCacheCommand : CancellableCmdlet
{
    private const int ActivityId = 724_121;

    /// <summary>Initializes a new instance of the <see cref="ClearEmbeddingCacheCommand"/> class.</summary>
    public ClearEmbeddingCacheCommand()
        : base("Clearing a cache", ActivityId)
    {
    }

    /// <summary>
    /// The file of the cache. Without it, the environment variable PSLLMCLUSTER_CACHE names it.
    /// </summary>
    [Parameter(Position = 0)]
    [ValidateNotNullOrEmpty]
    public string? CachePath { get; set; }

    /// <summary>Takes out only vectors that were kept longer ago than this: 90, or 90.00:00:00, is 90 days.</summary>
    [Parameter]
    [AgeInDays]
    public TimeSpan? OlderThan { get; set; }

    /// <summary>
    /// Takes out only vectors of these models: the name of the model's file, or its hash, as Get-EmbeddingCache shows them. They may have
    /// wildcards.
    /// </summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [SupportsWildcards]
    public string[]? Model { get; set; }

    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        string path = CacheLocation.Require(this, CachePath);
        DateTimeOffset? before = null;
        Guard(() => before = CacheContents.TimeOf(OlderThan), OlderThan);
        WildcardPattern[]? patterns = Model is null
            ? null
            : [.. Model.Select(model => new WildcardPattern(model, WildcardOptions.IgnoreCase | WildcardOptions.CultureInvariant))];
        bool IsWanted(string name, string hash)
            => patterns is null || patterns.Any(pattern => pattern.IsMatch(name) || pattern.IsMatch(hash));
        long count = RunEngine(() => CacheContents.Count(path, IsWanted, before), path);
        string vectors = count == 1 ? "vector" : "vectors";
        if (ShouldProcess(path, $"Take {count} {vectors} out"))
        {
            RunEngine(
                () =>
                {
                    CacheContents.Clear(path, IsWanted, before);
                    return true;
                },
                path);
        }
    }
}
