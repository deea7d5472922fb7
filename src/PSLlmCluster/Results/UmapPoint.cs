namespace PSLlmCluster;

/// <summary>A row and its place in the low-dimensional layout: what <c>Invoke-Umap</c> writes.</summary>
public sealed class UmapPoint
{
    private float[]? _vector;

    /// <summary>Initializes a new instance of the <see cref="UmapPoint"/> class.</summary>
    /// <param name="index">Position of the row among all that came in, from 0.</param>
    /// <param name="text">The row's text, where it has one.</param>
    /// <param name="source">The object that the row came from.</param>
    /// <param name="vector">The row itself, before the reduction.</param>
    /// <param name="coordinates">The row's place, one number per component.</param>
    public UmapPoint(int index, string? text, object? source, float[] vector, float[] coordinates)
        : this(index, text, source, new ReadOnlyMemory<float>(vector), coordinates)
    {
    }

    /// <summary>
    /// Initializes a new instance of the <see cref="UmapPoint"/> class whose row lies in a matrix, and is copied when it is asked for.
    /// </summary>
    internal UmapPoint(int index, string? text, object? source, ReadOnlyMemory<float> row, float[] coordinates)
    {
        Index = index;
        Text = text;
        Source = source;
        Row = row;
        Coordinates = coordinates;
    }

    /// <summary>Gets the position of the row among all that came in, from 0.</summary>
    public int Index { get; }

    /// <summary>Gets the row's text, or null where it has none.</summary>
    public string? Text { get; }

    /// <summary>Gets the very object that the row came from: for a text's embedding, what was piped in at first.</summary>
    public object? Source { get; }

    /// <summary>Gets the row before the reduction.</summary>
    public float[] Vector => _vector ??= RowVectors.ToArray(Row);

    /// <summary>Gets the row before the reduction, where it lies.</summary>
    internal ReadOnlyMemory<float> Row { get; }

    /// <summary>Gets the row's place, one number per component.</summary>
    public float[] Coordinates { get; }

    /// <summary>Gets the logarithm of the radius of the row's surroundings before the reduction, or null unless it was asked for.</summary>
    public double? OriginalRadius { get; init; }

    /// <summary>Gets the logarithm of the radius of the row's surroundings in the layout, or null unless it was asked for.</summary>
    public double? LayoutRadius { get; init; }

    /// <summary>Gets the first coordinate, or null where there is none.</summary>
    public float? X => Coordinates.Length > 0 ? Coordinates[0] : null;

    /// <summary>Gets the second coordinate, or null in one dimension.</summary>
    public float? Y => Coordinates.Length > 1 ? Coordinates[1] : null;

    /// <summary>Returns the text, or the coordinates where there is none.</summary>
    /// <returns>The text or the coordinates.</returns>
    public override string ToString() => Text ?? string.Join(", ", Coordinates);
}
