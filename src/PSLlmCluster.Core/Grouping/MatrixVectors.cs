using System.Collections;
using PSLlmCluster.Core.Numerics;

namespace PSLlmCluster.Core.Grouping;

/// <summary>The rows of a matrix as a list of arrays, each made when it is asked for.</summary>
/// <param name="rows">The matrix, in single precision.</param>
internal sealed class MatrixVectors(RowMatrix rows) : IReadOnlyList<float[]?>
{
    /// <inheritdoc/>
    public int Count => rows.RowCount;

    /// <inheritdoc/>
    public float[]? this[int index] => rows.Row(index).ToArray();

    /// <inheritdoc/>
    public IEnumerator<float[]?> GetEnumerator()
    {
        for (int row = 0; row < rows.RowCount; row++)
        {
            yield return this[row];
        }
    }

    /// <inheritdoc/>
    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
