using System.Runtime.InteropServices;
using System.Security.Cryptography;
using PSLlmCluster.Core.Numerics;
using PSLlmCluster.Core.Umap;
using PSLlmCluster.Core.Umap.Graph;
using PSLlmCluster.Core.Umap.Transform;

namespace PSLlmCluster.Core.Tests.Umap;

/// <summary>
/// Layouts whose bytes are pinned: they are the same on every machine, with any number of threads and any width of vectors.
/// </summary>
internal static class UmapPinned
{
    /// <summary>
    /// Gets the hashes as they have to be. A change here means that layouts of the same seed have changed for every user: say so in the
    /// changelog.
    /// </summary>
    public static IReadOnlyDictionary<string, string> Expected { get; } = new Dictionary<string, string>
    {
        ["copies220"] = "DEB7A287271353AE91460F1BBD5A66B621CB4019F22D92E2C6248EAA0F33894C",
        ["chebyshev150"] = "DEEEFB7445E68A6455A8EC181D737ADBFBE338CDEA2AB6A0BF192B6B5D2020E0",
        ["correlation100"] = "6C3C46CFC0A14A354BF10D4488421DE5E62EFE873E8682417F066D534BF03260",
        ["centered120"] = "2587779D6B8B9605307F7C6C65D1D23A2CE1CB829F452B6684415631DAE77C92",
        ["cosine300"] = "BA7B07A9F3E5AB0B29CEBCD1CECED0DDB7D2D5C9B1D12B561ADBB97CECE5634E",
        ["densmap150"] = "92BCEA7BC79A4738E4A2E79FB184C328DCD939BEE36539E7E9A9FD3B30268EEC",
        ["few3"] = "C3E486D398933C922BD98BB4A2E5794536F7861A5DC612D08B7298C53FAFA2AF",
        ["manhattan150"] = "06D7A9E637B2B051462D817AAE2B4136EAADBEC7A4148DA0BB37C5E4697DF304",
        ["minkowski100"] = "78A4729734C63DD9B07CF506EBD60A390A454797041CE111ECE9D95B7E2391B0",
        ["normal200"] = "4A845B7D91DCDA284030CC977175B77CE7FA36681BFC0A3C88334DFA20878276",
        ["components140"] = "2A679F7A1516185E2289C7BBF03E084CFF8FCB0ACE12CB68BA70B5BCF45FC9C7",
        ["piles"] = "7305198E71E7DC101229C0EDC886492EFFA8BDBE8DBE42BAF703F224F8228B18",
        ["rows6000"] = "FBF7C688D693FAF9FB4A6328AD557F604865B59E945514BE4A810DED39DD64A0",
        ["transform60"] = "9EDF41A9886BF17447A7183F6B5063D8B34191F42742F147768E583B27038A2C",
    };

    /// <summary>Gets the layouts by name.</summary>
    public static IReadOnlyDictionary<string, Func<int, bool, byte[]>> Layouts { get; } = new Dictionary<string, Func<int, bool, byte[]>>
    {
        ["normal200"] = (threads, shuffled) => Layout(TestRows.Random(200, 50, seed: 1), new UmapOptions(), threads, shuffled),
        ["cosine300"] = (threads, shuffled)
            => Layout(
                TestRows.Random(300, 37, seed: 2),
                new UmapOptions { Metric = Metric.Cosine, ComponentCount = 3, EpochCount = 100 },
                threads,
                shuffled),
        ["centered120"] = (threads, shuffled)
            => Layout(
                new RowMatrix(Array.ConvertAll(TestRows.Random(120, 16, seed: 15).Values, value => value + 3), 120, 16),
                new UmapOptions { Metric = Metric.Cosine, Center = true, EpochCount = 60 },
                threads,
                shuffled),
        ["correlation100"] = (threads, shuffled)
            => Layout(
                TestRows.Random(100, 20, seed: 3),
                new UmapOptions { Metric = Metric.Correlation, MinDistance = 0, NeighborCount = 5, EpochCount = 100 },
                threads,
                shuffled),
        ["manhattan150"] = (threads, shuffled)
            => Layout(
                TestRows.Random(150, 9, seed: 4),
                new UmapOptions { Metric = Metric.Manhattan, Initialization = UmapInitialization.Pca, Spread = 2, EpochCount = 100 },
                threads,
                shuffled),
        ["chebyshev150"] = (threads, shuffled)
            => Layout(
                TestRows.Random(150, 9, seed: 5),
                new UmapOptions { Metric = Metric.Chebyshev, Initialization = UmapInitialization.Random, Seed = 7, EpochCount = 100 },
                threads,
                shuffled),
        ["components140"] = (threads, shuffled)
            => Layout(
                Components(),
                new UmapOptions { NeighborCount = 5, EpochCount = 100, LocalConnectivity = 1.5, SetOperationMixRatio = 0.7 },
                threads,
                shuffled),
        ["densmap150"] = (threads, shuffled)
            => Layout(TestRows.Random(150, 7, seed: 9), new UmapOptions { Densmap = true, EpochCount = 120 }, threads, shuffled),
        ["minkowski100"] = (threads, shuffled)
            => Layout(
                TestRows.Random(100, 5, seed: 10),
                new UmapOptions { Metric = Metric.Minkowski, MinkowskiPower = 2.5, EpochCount = 60 },
                threads,
                shuffled),
        ["rows6000"] = (threads, shuffled)
            => Layout(TestRows.Random(6000, 5, seed: 14), new UmapOptions { NeighborCount = 10, EpochCount = 15 }, threads, shuffled),
        ["copies220"] = (threads, shuffled) => Places(EqualRowsTests.FewCopies(), new UmapOptions { EpochCount = 60 }, threads, shuffled),
        ["piles"] = (threads, shuffled) => Layout(EqualRowsTests.Piles(), new UmapOptions { EpochCount = 60 }, threads, shuffled),
        ["transform60"] = (threads, shuffled) => Transformed(threads, shuffled),
        ["few3"] = (threads, shuffled) => Layout(TestRows.Random(3, 4, seed: 6), new UmapOptions(), threads, shuffled),
    };

    /// <summary>
    /// Returns the SHA-256 of each layout's bytes, little-endian, in hexadecimal digits; where it is asked for, from shuffled rows whose
    /// layout was put back in order.
    /// </summary>
    public static IReadOnlyDictionary<string, string> Hashes(int threadCount = 0, bool shuffled = false)
        => Layouts.ToDictionary(layout => layout.Key, layout => Convert.ToHexString(SHA256.HashData(layout.Value(threadCount, shuffled))));

    /// <summary>Seven components of 20 rows each, so that their centres are laid out by their distances.</summary>
    private static RowMatrix Components()
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

    /// <summary>
    /// The places of a layout in their canonical order, as equal rows have different ones, and nothing says which is whose.
    /// </summary>
    private static byte[] Places(RowMatrix rows, UmapOptions options, int threads, bool shuffled)
    {
        float[] values = MemoryMarshal.Cast<byte, float>(Layout(rows, options, threads, shuffled)).ToArray();
        RowMatrix layout = new(values, rows.RowCount, options.ComponentCount);
        return Bytes(CanonicalOrder.Apply(layout, CanonicalOrder.Of(layout)));
    }

    /// <summary>New rows in a map whose own rows may come in any order.</summary>
    private static byte[] Transformed(int threads, bool shuffled)
    {
        RowMatrix rows = TestRows.Random(160, 8, seed: 12);
        UmapOptions options = new() { EpochCount = 90, ThreadCount = threads };
        UmapModel model = UmapReduction.Fit(shuffled ? CanonicalOrder.Apply(rows, TestRows.Shuffle(160, seed: 11)) : rows, options).Model;
        return Bytes(model.Transform(TestRows.Random(60, 8, seed: 13), threads).Layout);
    }

    private static byte[] Bytes(RowMatrix layout) => MemoryMarshal.AsBytes(layout.Values.AsSpan()).ToArray();
}
