using System.Runtime.InteropServices;
using System.Security.Cryptography;
using PSLlmCluster.Core.Numerics;
using PSLlmCluster.Core.Umap;

namespace PSLlmCluster.Core.Tests.Umap;

/// <summary>Layouts whose bytes are pinned: they are the same on every machine, with any number of threads and any width of vectors.</summary>
internal static class UmapPinned
{
    /// <summary>Gets the hashes as they have to be. A change here means that layouts of the same seed have changed for every user: say so in the changelog.</summary>
    public static IReadOnlyDictionary<string, string> Expected { get; } = new Dictionary<string, string>
    {
        ["chebyshev150"] = "6607A0DAEE3D281BC8F856B9F3794AA60F62E7CAB303C1D4237004ABC236E783",
        ["correlation100"] = "AC043A40A6D1C3A2F4CFE5F530E150314D510672FC868ECBF392CF231EFD879B",
        ["cosine300"] = "574D62D53665B93014271E6D4B56237188571D4C3112A7BF780831556133E99C",
        ["few3"] = "5E1B0A7F998CDC8C242A115605115ABBA9EE0B19627A60C8A52F2C9270A762FB",
        ["manhattan150"] = "9A4F1ED4653BAF21AEA4D99035B90AA267D6CA31FB402B20F38C08CB68E5D759",
        ["normal200"] = "01C13D8CD8392C39FCF2BAA3A76038A1EA5239D2A09FD87C5F8A47E25EC13C16",
        ["pieces140"] = "D2D1871728D77A37B5842931652AEF503CE6FF07ACF9E5BFA6139EA083E92021",
    };

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

    /// <summary>Returns the SHA-256 of each layout's bytes, little-endian, in hexadecimal digits; where it is asked for, from shuffled rows whose layout was put back in order.</summary>
    public static IReadOnlyDictionary<string, string> Hashes(int threadCount = 0, bool shuffled = false)
        => Layouts.ToDictionary(layout => layout.Key, layout => Convert.ToHexString(SHA256.HashData(layout.Value(threadCount, shuffled))));

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
