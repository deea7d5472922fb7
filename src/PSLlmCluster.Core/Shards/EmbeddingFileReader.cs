using PSLlmCluster.Core.Numerics;

namespace PSLlmCluster.Core.Shards;

/// <summary>Reads a file of embeddings block by block. One thread uses it at a time.</summary>
public abstract class EmbeddingFileReader : IDisposable
{
    /// <summary>The rows in a row that are at fault, with none taken between, which make it a fault of the file.</summary>
    internal const int MostFaultsInARow = 100;

    private readonly List<EngineException> _faults = [];
    private readonly FaultRun _leftOut = new();
    private readonly FaultRun _notFinite = new();
    private EngineException? _end;
    private bool _isOver;

    /// <summary>Initializes a new instance of the <see cref="EmbeddingFileReader"/> class.</summary>
    private protected EmbeddingFileReader()
    {
    }

    /// <summary>Gets what is known of the file before its rows are read.</summary>
    public abstract EmbeddingFileInfo Info { get; }

    /// <summary>
    /// Reads the next rows. They are as they were written: what does not fit its checksum is an error, and no row. A row that is itself at
    /// fault, as one with NaN or a line that is no JSON, is left out where the caller takes such faults; the others go on.
    /// </summary>
    /// <param name="token">The token to monitor for cancellation.</param>
    /// <param name="leftOut">Receives what is wrong with each row that is left out; null where one ends the reading.</param>
    /// <returns>The rows, until the next call; null after the last.</returns>
    /// <exception cref="EngineException">
    /// The file is damaged, cannot be read, or so many rows in a row are at fault that it is another file; or a row is, and nobody takes
    /// that.
    /// </exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public EmbeddingBlock? Read(CancellationToken token, ICollection<EngineException>? leftOut = null)
    {
        while (true)
        {
            token.ThrowIfCancellationRequested();
            EmbeddingBlock? block = _isOver ? null : EmbeddingFileErrors.Reading(Info.Path, () => ReadBlock(token));
            TakeFaults(leftOut);
            if (block is null)
            {
                _isOver = true;
                return _end is null ? null : throw _end;
            }

            RequireFinite(block, leftOut);

            // What ended the reading may be behind rows that were read before anybody asked for them.
            _isOver = _end is not null;
            if (block.Count > 0)
            {
                return block;
            }
        }
    }

    /// <inheritdoc/>
    public abstract void Dispose();

    /// <summary>Reads the next rows.</summary>
    /// <param name="token">The token to monitor for cancellation.</param>
    /// <returns>The rows; null after the last.</returns>
    private protected abstract EmbeddingBlock? ReadBlock(CancellationToken token);

    /// <summary>Leaves a row out, for whoever reads to be told.</summary>
    /// <param name="fault">What is wrong with it.</param>
    /// <returns>Whether to read on; false where it was one too many in a row, which ends the reading after the rows before.</returns>
    private protected bool LeaveOut(EngineException fault)
    {
        _faults.Add(fault);
        _end = _leftOut.Add(fault);
        return _end is null;
    }

    /// <summary>Gets a value indicating whether so many rows were left out that no more are read.</summary>
    private protected bool HasEnded => _end is not null;

    /// <summary>Notes that a row was no fault.</summary>
    private protected void NoteSound() => _leftOut.End();

    /// <summary>Returns the first fault that nobody has been told of; null where there is none.</summary>
    private protected EngineException? FirstFault() => _faults.Count > 0 ? _faults[0] : null;

    private void TakeFaults(ICollection<EngineException>? leftOut)
    {
        foreach (EngineException fault in _faults)
        {
            (leftOut ?? throw fault).Add(fault);
        }

        _faults.Clear();
    }

    private void RequireFinite(EmbeddingBlock block, ICollection<EngineException>? leftOut)
    {
        bool[]? isKept = null;
        for (int row = 0; row < block.Count; row++)
        {
            int wrong = RowMatrix.IndexOfNotFinite(block.Vector(row));
            if (wrong < 0)
            {
                _notFinite.End();
                continue;
            }

            EngineException fault = EmbeddingFileErrors.NotFinite($"'{Info.Path}', the row with the key {block.Keys[row]}", wrong);
            (leftOut ?? throw fault).Add(fault);
            if (isKept is null)
            {
                isKept = new bool[block.Count];
                Array.Fill(isKept, true);
            }

            isKept[row] = false;
            _end = _notFinite.Add(fault) ?? _end;
            if (_notFinite.IsFull)
            {
                Array.Clear(isKept, row, block.Count - row);
                break;
            }
        }

        if (isKept is not null)
        {
            block.Keep(isKept);
        }
    }

    /// <summary>Rows at fault with no sound one between.</summary>
    private sealed class FaultRun
    {
        private EngineException? _first;
        private int _count;

        public bool IsFull => _count == MostFaultsInARow;

        /// <summary>Counts a row.</summary>
        /// <param name="fault">What is wrong with it.</param>
        /// <returns>What ends the reading, where it was one too many; otherwise null.</returns>
        public EngineException? Add(EngineException fault)
        {
            _first = _count == 0 ? fault : _first;
            _count++;
            return IsFull ? EmbeddingFileErrors.FaultyRows(_count, _first!) : null;
        }

        public void End() => _count = 0;
    }
}
