using PSLlmCluster.Core.Numerics;

namespace PSLlmCluster.Core.Shards;

/// <summary>Reads a file of embeddings block by block. One thread uses it at a time.</summary>
public abstract class EmbeddingFileReader : IDisposable
{
    /// <summary>Initializes a new instance of the <see cref="EmbeddingFileReader"/> class.</summary>
    private protected EmbeddingFileReader()
    {
    }

    /// <summary>Gets what is known of the file before its rows are read.</summary>
    public abstract EmbeddingFileInfo Info { get; }

    /// <summary>Reads the next rows. They are as they were written: what does not fit its checksum is an error, and no row.</summary>
    /// <param name="token">The token to monitor for cancellation.</param>
    /// <returns>The rows, until the next call; null after the last.</returns>
    /// <exception cref="EngineException">The file is damaged, or cannot be read.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public EmbeddingBlock? Read(CancellationToken token)
    {
        token.ThrowIfCancellationRequested();
        EmbeddingBlock? block = EmbeddingFileErrors.Reading(Info.Path, () => ReadBlock(token));
        for (int row = 0; row < block?.Count; row++)
        {
            int wrong = RowMatrix.IndexOfNotFinite(block.Vector(row));
            if (wrong >= 0)
            {
                throw new EngineException(
                    EngineErrorIds.RowNotFinite,
                    FailureKind.InvalidData,
                    $"'{Info.Path}': number {wrong + 1} of the row with the key {block.Keys[row]} is not finite.",
                    "Leave such rows out, or put a number in that place.");
            }
        }

        return block;
    }

    /// <inheritdoc/>
    public abstract void Dispose();

    /// <summary>Reads the next rows.</summary>
    /// <param name="token">The token to monitor for cancellation.</param>
    /// <returns>The rows; null after the last.</returns>
    private protected abstract EmbeddingBlock? ReadBlock(CancellationToken token);
}
