using System.Collections;
using PSLlmCluster.Core.Shards;

namespace PSLlmCluster.Module.Input;

/// <summary>What goes with the rows of files: made for each when it is asked for, so that a million rows are no million objects.</summary>
/// <param name="rows">The rows.</param>
internal sealed class FileRows(EmbeddingFileRows rows) : IReadOnlyList<InputRow>
{
    /// <summary>
    /// Gets or sets for each row the place in the matrix that it was moved to; null where all are where they were.
    /// </summary>
    public IReadOnlyList<int>? Places { get; set; }

    /// <inheritdoc/>
    public int Count => rows.Rows.RowCount;

    /// <inheritdoc/>
    public InputRow this[int index]
    {
        get
        {
            int width = rows.Rows.ColumnCount;
            int key = rows.Key(index);
            string? text = rows.Text(index);
            ReadOnlyMemory<float> vector = rows.Rows.Values.AsMemory((Places?[index] ?? index) * width, width);
            return new InputRow(key, text, new EmbeddingRecord(key, text), vector, null, rows.Engine);
        }
    }

    /// <inheritdoc/>
    public IEnumerator<InputRow> GetEnumerator()
    {
        for (int row = 0; row < Count; row++)
        {
            yield return this[row];
        }
    }

    /// <inheritdoc/>
    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
