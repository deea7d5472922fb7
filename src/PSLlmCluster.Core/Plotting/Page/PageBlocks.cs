using System.Buffers.Binary;

namespace PSLlmCluster.Core.Plotting.Page;

/// <summary>Writes what the packed blocks of a page hold: columns of numbers, lowest byte first, and texts as UTF-8.</summary>
internal static class PageBlocks
{
    private const int ChunkRows = 1 << 13;
    private const int MostShortClusters = ushort.MaxValue;

    private delegate void WriteRow<in T>(T row, Span<byte> bytes);

    /// <summary>Returns how many bytes the number of a cluster takes.</summary>
    /// <param name="content">What to show.</param>
    /// <returns>2, or 4 where there are more clusters than 2 can tell apart.</returns>
    public static int ClusterBytes(PageContent content) => BytesOf(content.Clusters.Count);

    /// <summary>Returns how many bytes the number of a set of clusters takes.</summary>
    /// <param name="layers">The layers.</param>
    /// <returns>2, or 4 where there are more sets than 2 can tell apart.</returns>
    public static int SetBytes(PageLayers layers) => BytesOf(layers.Layers[0].ClusterOfSet.Length);

    /// <summary>
    /// Writes the points: a column of places from left to right, one from bottom to top, one of clusters, and where there are layers one of
    /// sets.
    /// </summary>
    /// <param name="content">What to show.</param>
    /// <param name="places">Where the points lie.</param>
    /// <param name="block">Takes the bytes.</param>
    /// <param name="token">The token to monitor for cancellation.</param>
    public static void WritePoints(PageContent content, PagePlaces places, Stream block, CancellationToken token)
    {
        Dictionary<int, int> ranks = [];
        for (int i = 0; i < content.Clusters.Count; i++)
        {
            ranks.Add(content.Clusters[i].Number, i + 1);
        }

        WriteColumn(
            content.Points,
            sizeof(ushort),
            block,
            (point, bytes) => BinaryPrimitives.WriteUInt16LittleEndian(bytes, places.X(point.X)),
            token);
        WriteColumn(
            content.Points,
            sizeof(ushort),
            block,
            (point, bytes) => BinaryPrimitives.WriteUInt16LittleEndian(bytes, places.Y(point.Y)),
            token);
        if (places.IsSpatial)
        {
            WriteColumn(
                content.Points,
                sizeof(ushort),
                block,
                (point, bytes) => BinaryPrimitives.WriteUInt16LittleEndian(bytes, places.Z(point.Z ?? 0)),
                token);
        }

        WriteCounted(content.Points, ClusterBytes(content), block, point => ranks.GetValueOrDefault(point.Cluster), token);
        if (content.Layers is { } layers)
        {
            WriteCounted(layers.Sets, SetBytes(layers), block, set => set, token);
        }
    }

    /// <summary>Writes texts, a NUL after each; a NUL in one is the replacement character, and so is half a character.</summary>
    /// <param name="texts">The texts; null is empty.</param>
    /// <param name="block">Takes the bytes.</param>
    /// <param name="token">The token to monitor for cancellation.</param>
    public static void WriteTexts(IEnumerable<string?> texts, Stream block, CancellationToken token)
    {
        byte[] bytes = new byte[1024];
        int row = 0;
        foreach (string? text in texts)
        {
            if (row++ % ChunkRows == 0)
            {
                token.ThrowIfCancellationRequested();
            }

            if (!string.IsNullOrEmpty(text))
            {
                string whole = text.Replace('\0', '\uFFFD');
                int most = System.Text.Encoding.UTF8.GetMaxByteCount(whole.Length);
                if (most > bytes.Length)
                {
                    bytes = new byte[most];
                }

                block.Write(bytes, 0, System.Text.Encoding.UTF8.GetBytes(whole, bytes));
            }

            block.WriteByte(0);
        }
    }

    /// <summary>Writes a property: numbers in 64 bits, without the texts that it may need beside them; or texts.</summary>
    /// <param name="property">The property.</param>
    /// <param name="block">Takes the bytes.</param>
    /// <param name="token">The token to monitor for cancellation.</param>
    public static void WriteProperty(PlotProperty property, Stream block, CancellationToken token)
    {
        if (property.Kind == PlotPropertyKind.Text)
        {
            WriteTexts(property.Texts(), block, token);
            return;
        }

        WriteColumn(
            property.Numbers(), sizeof(double), block, (number, bytes) => BinaryPrimitives.WriteDoubleLittleEndian(bytes, number), token);
    }

    private static int BytesOf(int count) => count < MostShortClusters ? sizeof(ushort) : sizeof(uint);

    private static void WriteCounted<T>(IReadOnlyList<T> rows, int size, Stream block, Func<T, int> number, CancellationToken token)
    {
        WriteRow<T> write = size == sizeof(ushort)
            ? (row, bytes) => BinaryPrimitives.WriteUInt16LittleEndian(bytes, (ushort)number(row))
            : (row, bytes) => BinaryPrimitives.WriteInt32LittleEndian(bytes, number(row));
        WriteColumn(rows, size, block, write, token);
    }

    private static void WriteColumn<T>(IReadOnlyList<T> rows, int size, Stream block, WriteRow<T> write, CancellationToken token)
    {
        byte[] bytes = new byte[ChunkRows * size];
        for (int first = 0; first < rows.Count; first += ChunkRows)
        {
            token.ThrowIfCancellationRequested();
            int count = Math.Min(ChunkRows, rows.Count - first);
            for (int i = 0; i < count; i++)
            {
                write(rows[first + i], bytes.AsSpan(i * size, size));
            }

            block.Write(bytes, 0, count * size);
        }
    }
}
