using System.Runtime.CompilerServices;
using PSLlmCluster.Core.Numerics;

namespace PSLlmCluster.Core.Neighbors;

/// <summary>
/// How near vectors are to means c of cells: the score of a vector y is |c|² / 2 - y·c, in single precision with the same bits
/// everywhere. The lowest score is the nearest cell.
/// </summary>
internal sealed class CellMeans
{
    private readonly int _columns;
    private readonly float[] _panels;
    private readonly float[] _halves;

    /// <summary>Initializes a new instance of the <see cref="CellMeans"/> class.</summary>
    /// <param name="means">The means, one after the other.</param>
    /// <param name="columns">Length of a mean.</param>
    public CellMeans(ReadOnlySpan<float> means, int columns)
    {
        _columns = columns;
        CellCount = means.Length / columns;
        _halves = new float[CellCount];
        _panels = new float[(CellCount + DotTiles.PanelSize - 1) / DotTiles.PanelSize * DotTiles.PanelSize * columns];
        for (int first = 0; first < CellCount; first += DotTiles.PanelSize)
        {
            int count = Math.Min(DotTiles.PanelSize, CellCount - first);
            DotTiles.Pack(
                means.Slice(first * columns, count * columns),
                columns,
                count,
                DotTiles.PanelSize,
                _panels.AsSpan(first * columns, DotTiles.PanelSize * columns));
        }

        for (int cell = 0; cell < CellCount; cell++)
        {
            ReadOnlySpan<float> mean = means.Slice(cell * columns, columns);
            _halves[cell] = (float)(LaneKernels.Reduce<LaneKernels.Product>(mean, mean) / 2);
        }
    }

    /// <summary>Gets the number of cells.</summary>
    public int CellCount { get; }

    /// <summary>Scores vectors against all cells. Called from several threads.</summary>
    /// <param name="groups">Groups of <see cref="DotTiles"/>, one after the other. Many at a time save reading the means again.</param>
    /// <param name="count">How many vectors to score.</param>
    /// <param name="scores">Receives <see cref="CellCount"/> scores for each.</param>
    /// <typeparam name="TArithmetic">One that has the same bits everywhere.</typeparam>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Score<TArithmetic>(ReadOnlySpan<float> groups, int count, Span<float> scores)
        where TArithmetic : DotTiles.IArithmetic
    {
        Span<float> tile = stackalloc float[DotTiles.TileSize];
        for (int panel = 0; panel < CellCount; panel += DotTiles.PanelSize)
        {
            int cells = Math.Min(DotTiles.PanelSize, CellCount - panel);
            ReadOnlySpan<float> means = _panels.AsSpan(panel * _columns, DotTiles.PanelSize * _columns);
            ReadOnlySpan<float> halves = _halves.AsSpan(panel, cells);
            for (int first = 0; first < count; first += DotTiles.GroupSize)
            {
                DotTiles.Multiply<TArithmetic>(groups[(first * _columns)..], means, _columns, tile);
                for (int i = 0; i < Math.Min(DotTiles.GroupSize, count - first); i++)
                {
                    Span<float> target = scores.Slice(((first + i) * CellCount) + panel, cells);
                    ReadOnlySpan<float> products = tile.Slice(i * DotTiles.PanelSize, cells);
                    for (int cell = 0; cell < products.Length; cell++)
                    {
                        target[cell] = halves[cell] - products[cell];
                    }
                }
            }
        }
    }
}
