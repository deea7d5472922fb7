using PSLlmCluster.Core.Numerics;

namespace PSLlmCluster.Core.Hdbscan.Prediction;

/// <summary>
/// Distances from new rows to the points of a fit: measured, or, where they are given, taken from the columns in which they stand; 0 where
/// rounding made them negative.
/// </summary>
internal sealed class NewRowDistances
{
    private readonly MetricSpace? _fitted;
    private readonly MetricSpace? _foreign;
    private readonly int[] _columns;

    /// <summary>Initializes a new instance of the <see cref="NewRowDistances"/> class.</summary>
    /// <param name="model">The fit.</param>
    /// <param name="newRows">The rows, valid.</param>
    /// <param name="work">The threads to use and the token; nothing is reported.</param>
    public NewRowDistances(HdbscanModel model, RowMatrix newRows, WorkContext work)
    {
        if (model.Center is { } center)
        {
            newRows = Centering.Subtract(newRows, center, work);
        }

        FittedCount = model.RowCount;
        _columns = model.Columns ?? [];

        // Rows of single and of double precision are measured in double precision, in which both are what they were.
        bool isDouble = newRows.IsDouble || model.Space?.Rows.IsDouble == true;
        _fitted = isDouble ? model.Space?.ToDouble() : model.Space;
        Rows = isDouble ? newRows.ToDouble() : newRows;
        _foreign = _fitted?.CreateForeign(Rows);
    }

    /// <summary>Gets the number of points of the fit.</summary>
    public int FittedCount { get; }

    /// <summary>Gets the fitted points and their metric; null where distances are given.</summary>
    public MetricSpace? Fitted => _fitted;

    /// <summary>Gets the new rows, to be measured to the fitted points; null where distances are given.</summary>
    public MetricSpace? Foreign => _foreign;

    /// <summary>Gets the new rows, without the fitted rows' mean where the fit took it off.</summary>
    public RowMatrix Rows { get; }

    /// <summary>Returns the distance from a new row to a point.</summary>
    public double Between(int row, int point) => _fitted?.DistanceFrom(_foreign!, row, point) ?? Math.Max(0.0, Rows[row, _columns[point]]);

    /// <summary>Measures from a new row to consecutive points.</summary>
    /// <param name="row">The new row.</param>
    /// <param name="start">The first point.</param>
    /// <param name="target">Receives the distances; its length says how many.</param>
    public void Measure(int row, int start, Span<double> target)
    {
        if (_fitted is not null)
        {
            _fitted.DistancesFrom(_foreign!, row, start, target);
            return;
        }

        for (int i = 0; i < target.Length; i++)
        {
            target[i] = Math.Max(0.0, Rows[row, _columns[start + i]]);
        }
    }
}
