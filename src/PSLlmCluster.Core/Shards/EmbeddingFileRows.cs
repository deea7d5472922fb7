using PSLlmCluster.Core.Numerics;

namespace PSLlmCluster.Core.Shards;

/// <summary>The rows of files of embeddings in one matrix, in the order of their keys: without an object for each.</summary>
public sealed class EmbeddingFileRows
{
    private readonly int[] _keys;
    private readonly PackedTexts _texts;

    private EmbeddingFileRows(RowMatrix rows, int[] keys, PackedTexts texts, EmbeddingOrigin? origin)
        => (Rows, _keys, _texts, Origin) = (rows, keys, texts, origin);

    /// <summary>Gets the vectors.</summary>
    public RowMatrix Rows { get; }

    /// <summary>Gets the text of each row, null where there is none; a string is made each time that one is asked for.</summary>
    public IReadOnlyList<string?> Texts => _texts;

    /// <summary>Gets what the vectors depend on; null where that is not known.</summary>
    public EmbeddingOrigin? Origin { get; }

    /// <summary>Gets what made them; null where that is not known.</summary>
    public EmbeddingEngine? Engine => Origin?.Engine;

    /// <summary>Returns a row's key.</summary>
    /// <param name="row">Its place, from 0.</param>
    /// <returns>The key.</returns>
    public int Key(int row) => _keys[row];

    /// <summary>Returns a row's text.</summary>
    /// <param name="row">Its place, from 0.</param>
    /// <returns>The text, or null.</returns>
    public string? Text(int row) => _texts[row];

    /// <summary>Reads files. The memory is that of the matrix and of the texts, and one block.</summary>
    /// <param name="paths">The files, of any format.</param>
    /// <param name="format">Their format; null for what their endings say.</param>
    /// <param name="takeOrigin">
    /// Receives what the vectors depend on before any of them is read, or null where that is not known; not called without rows. It may
    /// itself be null.
    /// </param>
    /// <param name="leftOut">
    /// Receives what is wrong with each row that is left out, as one with NaN or a line that is no JSON; null where one ends the reading.
    /// </param>
    /// <param name="progress">Receives how far the work is; may be null.</param>
    /// <param name="token">The token to monitor for cancellation.</param>
    /// <returns>The rows. Keys may be missing among them.</returns>
    /// <exception cref="EngineException">
    /// Files do not go together, keys come twice, a file is damaged, or the rows are more than the memory holds.
    /// </exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public static EmbeddingFileRows Load(
        IReadOnlyList<string> paths,
        EmbeddingFileFormat? format = null,
        Action<EmbeddingOrigin?>? takeOrigin = null,
        ICollection<EngineException>? leftOut = null,
        IProgress<StageProgress>? progress = null,
        CancellationToken token = default)
    {
        ArgumentNullException.ThrowIfNull(paths);
        try
        {
            return LoadAll(paths, format, takeOrigin, leftOut, progress, token);
        }
        catch (OutOfMemoryException e)
        {
            throw EmbeddingFileErrors.NoMemory(Named(paths), e);
        }
    }

    private static EmbeddingFileRows LoadAll(
        IReadOnlyList<string> paths,
        EmbeddingFileFormat? format,
        Action<EmbeddingOrigin?>? takeOrigin,
        ICollection<EngineException>? leftOut,
        IProgress<StageProgress>? progress,
        CancellationToken token)
    {
        using KeyedRows source = new(paths, format, allowsGap: true, count: null, leftOut, token);
        if (source.First is not null)
        {
            takeOrigin?.Invoke(source.First.Origin);
        }

        int width = source.First?.Width ?? 0;

        // Where only reading tells how many rows there are, the arrays grow.
        const int FirstRows = 4096;
        long expected = source.RowCount ?? FirstRows;
        Numbers numbers = new(expected, width, paths);
        PackedTexts texts = new();
        texts.Reserve((int)expected);
        int count = 0;
        while (source.Next(out EmbeddingBlock block, out int start, out int rows, token))
        {
            numbers.Reserve(count + rows);
            block.Vectors.Slice(start * width, rows * width).CopyTo(numbers.Vectors.AsSpan(count * width));
            texts.Add(block.Texts.Slice(start, rows));
            block.RequireIndices(source.Path);
            foreach (long key in block.Keys.Slice(start, rows))
            {
                numbers.Keys[count++] = (int)key;
            }

            progress?.Report(new StageProgress(
                $"{count:N0} rows", source.RowCount is long all ? (double)count / Math.Max(1, all) : -1));
        }

        numbers.Trim(count);
        FreedMemory.Return(sizeof(float) * (long)numbers.Vectors.Length);
        return new EmbeddingFileRows(
            new RowMatrix(numbers.Vectors, count, width), numbers.Keys, texts, source.First?.Origin);
    }

    private static string Named(IReadOnlyList<string> paths) => EmbeddingFileChecks.Listed([.. paths.Select(path => $"'{path}'")]);

    /// <summary>The arrays that are filled.</summary>
    private sealed class Numbers
    {
        private readonly int _width;
        private readonly IReadOnlyList<string> _paths;
        private int[] _keys = [];
        private float[] _vectors = [];

        public Numbers(long rows, int width, IReadOnlyList<string> paths)
        {
            (_width, _paths) = (width, paths);
            Resize(rows);
        }

        public int[] Keys => _keys;

        public float[] Vectors => _vectors;

        public void Reserve(int rows)
        {
            if (rows > _keys.Length)
            {
                long most = Array.MaxLength / Math.Max(1, _width);
                Resize(rows > most ? rows : Math.Min(most, 2L * rows));
            }
        }

        public void Trim(int rows)
        {
            if (rows < _keys.Length)
            {
                Resize(rows);
            }
        }

        private void Resize(long rows)
        {
            if (rows * _width > Array.MaxLength || rows > Array.MaxLength)
            {
                throw EmbeddingFileErrors.TooLarge(Named(_paths), rows, _width);
            }

            try
            {
                Array.Resize(ref _keys, (int)rows);
                float[] vectors = NewNumbers((int)rows * _width);
                _vectors.AsSpan(0, Math.Min(vectors.Length, _vectors.Length)).CopyTo(vectors);
                _vectors = vectors;
            }
            catch (OutOfMemoryException e)
            {
                throw EmbeddingFileErrors.TooLarge(Named(_paths), rows, _width, e);
            }
        }

        // Touched first as it is filled, in large pages: a matrix of gigabytes costs more time in small ones than its reading.
        private static float[] NewNumbers(int count)
        {
            float[] numbers = GC.AllocateUninitializedArray<float>(count, pinned: true);
            LargePages.Advise(numbers);
            return numbers;
        }
    }
}
