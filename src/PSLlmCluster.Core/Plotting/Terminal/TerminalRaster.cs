using PSLlmCluster.Core.Plotting.Map;
using PSLlmCluster.Core.Plotting.Picture;

namespace PSLlmCluster.Core.Plotting.Terminal;

/// <summary>
/// The points of a map in the cells of a terminal, two by four dots each. A cell is its largest cluster's; points of no cluster show only
/// where no other is, and points beyond the frame nowhere.
/// </summary>
internal sealed class TerminalRaster
{
    /// <summary>How many dots a cell has from left to right.</summary>
    public const int DotsAcross = 2;

    /// <summary>How many dots a cell has from top to bottom. A cell is twice as high as it is wide, so the dots are square.</summary>
    public const int DotsDown = 4;

    // The bits of the patterns of braille (Unicode, block 2800), by column and row.
    private static readonly byte[] _bits = [0x01, 0x02, 0x04, 0x40, 0x08, 0x10, 0x20, 0x80];

    private readonly byte[] _dots;
    private readonly int[] _owners;

    private TerminalRaster(int columns, int rows)
    {
        (Columns, Rows) = (columns, rows);
        _dots = new byte[columns * rows];
        _owners = new int[columns * rows];
        Array.Fill(_owners, -1);
    }

    /// <summary>Gets how many cells there are from left to right.</summary>
    public int Columns { get; }

    /// <summary>Gets how many cells there are from top to bottom.</summary>
    public int Rows { get; }

    /// <summary>Gets how many points lie beyond the frame.</summary>
    public int Strays { get; private set; }

    /// <summary>Puts points into cells.</summary>
    /// <param name="points">The points; those that cannot be drawn are passed over.</param>
    /// <param name="clusters">The clusters, of which an earlier one has a cell where two have as many points in it.</param>
    /// <param name="columns">How many cells there are from left to right.</param>
    /// <param name="rows">How many cells there are from top to bottom.</param>
    /// <returns>The cells.</returns>
    public static TerminalRaster Of(IReadOnlyList<PlotPoint> points, IReadOnlyList<MapCluster> clusters, int columns, int rows)
    {
        TerminalRaster raster = new(columns, rows);
        (int width, int height) = (columns * DotsAcross, rows * DotsDown);
        MapFrame frame = new(points, clusters, new Box(0.5, 0.5, width - 0.5, height - 0.5));
        Dictionary<int, int> places = new(clusters.Count);
        for (int i = 0; i < clusters.Count; i++)
        {
            places.Add(clusters[i].Number, i);
        }

        byte[] quiet = new byte[columns * rows];
        long[] owned = new long[points.Count];
        int count = 0;
        for (int i = 0; i < points.Count; i++)
        {
            PlotPoint point = points[i];
            if (!frame.Holds(point))
            {
                raster.Strays += point.CanBeDrawn ? 1 : 0;
                continue;
            }

            int x = Math.Clamp((int)frame.X(point.X), 0, width - 1);
            int y = Math.Clamp((int)frame.Y(point.Y), 0, height - 1);
            int cell = (y / DotsDown * columns) + (x / DotsAcross);
            byte bit = _bits[(x % DotsAcross * DotsDown) + (y % DotsDown)];
            if (places.TryGetValue(point.Cluster, out int place))
            {
                raster._dots[cell] |= bit;
                owned[count++] = ((long)cell << 32) | (uint)place;
            }
            else
            {
                quiet[cell] |= bit;
            }
        }

        Array.Sort(owned, 0, count);
        raster.TakeLargest(owned.AsSpan(0, count));
        for (int cell = 0; cell < quiet.Length; cell++)
        {
            raster._dots[cell] = raster._owners[cell] < 0 ? quiet[cell] : raster._dots[cell];
        }

        return raster;
    }

    /// <summary>Returns the dots of a cell.</summary>
    /// <param name="column">Its place from the left.</param>
    /// <param name="row">Its place from the top.</param>
    /// <returns>The dots, a bit each, as braille has them.</returns>
    public byte Dots(int column, int row) => _dots[(row * Columns) + column];

    /// <summary>Returns whose a cell is.</summary>
    /// <param name="column">Its place from the left.</param>
    /// <param name="row">Its place from the top.</param>
    /// <returns>The cluster's place in the list of clusters, or -1 for none.</returns>
    public int Owner(int column, int row) => _owners[(row * Columns) + column];

    // Runs of equal numbers, a cell and a cluster each; of runs of a cell that are as long, the first.
    private void TakeLargest(ReadOnlySpan<long> owned)
    {
        int longest = 0;
        for (int start = 0; start < owned.Length;)
        {
            int end = start + 1;
            while (end < owned.Length && owned[end] == owned[start])
            {
                end++;
            }

            int cell = (int)(owned[start] >> 32);
            if (_owners[cell] < 0 || end - start > longest)
            {
                (_owners[cell], longest) = ((int)owned[start], end - start);
            }

            start = end;
        }
    }
}
