using System.Runtime.InteropServices;
using System.Security.Cryptography;
using PSLlmCluster.Core.Numerics;
using PSLlmCluster.Core.Umap;

namespace PSLlmCluster.Core.Tests.Umap;

/// <summary>Layouts whose bytes are pinned: they are the same on every machine, with any number of threads and any width of vectors.</summary>
internal static class UmapPinned
{
    /// <summary>Gets the layouts by name.</summary>
    public static IReadOnlyDictionary<string, Func<int, bool, byte[]>> Layouts { get; } = new Dictionary<string, Func<int, bool, byte[]>>
    {
        ["normal200"] = (threads, shuffled) => Layout(TestRows.Random(200, 50, seed: 1), new UmapOptions(), threads, shuffled),
        ["cosine300"] = (threads, shuffled) => Layout(TestRows.Random(300, 37, seed: 2), new UmapOptions { Metric = Metric.Cosine, ComponentCount = 3, EpochCount = 100 }, threads, shuffled),
        ["correlation100"] = (threads, shuffled) => Layout(TestRows.Random(100, 20, seed: 3), new UmapOptions { Metric = Metric.Correlation, MinDistance = 0, NeighborCount = 5, EpochCount = 100 }, threads, shuffled),
        ["manhattan150"] = (threads, shuffled) => Layout(TestRows.Random(150, 9, seed: 4), new UmapOptions { Metric = Metric.Manhattan, Initialization = UmapInitialization.Pca, Spread = 2, EpochCount = 100 }, threads, shuffled),
        ["chebyshev150"] = (threads, shuffled) => Layout(TestRows.Random(150, 9, seed: 5), new UmapOptions { Metric = Metric.Chebyshev, Initialization = UmapInitialization.Random, Seed = 7, EpochCount = 100 }, threads, shuffled),
        ["pieces140"] = (threads, shuffled) => Layout(Pieces(), new UmapOptions { NeighborCount = 5, EpochCount = 100, LocalConnectivity = 1.5, SetOperationMixRatio = 0.7 }, threads, shuffled),
        ["few3"] = (threads, shuffled) => Layout(TestRows.Random(3, 4, seed: 6), new UmapOptions(), threads, shuffled),
    };

    /// <summary>Returns the SHA-256 of each layout's bytes, little-endian, in hexadecimal digits.</summary>
    public static IReadOnlyDictionary<string, string> Hashes() => Hashes(threads: 0, shuffled: false);

    /// <summary>Returns the same from shuffled rows, put back in order, and with a number of threads.</summary>
    public static IReadOnlyDictionary<string, string> Hashes(int threads, bool shuffled)
        => Layouts.ToDictionary(layout => layout.Key, layout => Convert.ToHexString(SHA256.HashData(layout.Value(threads, shuffled))));

    /// <summary>Seven pieces of 20 rows each, so that their centres are laid out by their distances.</summary>
    private static RowMatrix Pieces()
    {
        RowMatrix rows = TestRows.Random(140, 6, seed: 8);
        for (int row = 0; row < 140; row++)
        {
            rows.Row(row)[row / 20 % 6] += 6 * (1 + (row / 120));
        }

        return rows;
    }

    private static byte[] Layout(RowMatrix rows, UmapOptions options, int threads, bool shuffled)
    {
        options = options with { ThreadCount = threads };
        if (!shuffled)
        {
            return Bytes(UmapReduction.Compute(rows, options).Layout);
        }

        int[] shuffle = TestRows.Shuffle(rows.RowCount, seed: 11);
        RowMatrix layout = UmapReduction.Compute(CanonicalOrder.Apply(rows, shuffle), options).Layout;
        int[] back = new int[shuffle.Length];
        for (int place = 0; place < shuffle.Length; place++)
        {
            back[shuffle[place]] = place;
        }

        return Bytes(CanonicalOrder.Apply(layout, back));
    }

    private static byte[] Bytes(RowMatrix layout) => MemoryMarshal.AsBytes(layout.Values.AsSpan()).ToArray();
}
