using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using PSLlmCluster.Core.Tests.Encoding;
using PSLlmCluster.Core.Tests.Hdbscan;
using PSLlmCluster.Core.Tests.Neighbors;
using PSLlmCluster.Core.Tests.Umap;

namespace PSLlmCluster.Core.Tests.Determinism;

/// <summary>
/// The hashes of results that have to be the same on every machine. Run by itself, the test assembly prints them, so that a child process
/// with other vectors, or an emulator, can be asked: <c>dotnet exec PSLlmCluster.Core.Tests.dll</c>.
/// </summary>
internal static class PinnedResults
{
    /// <summary>The first line that a child process prints: the instructions that it runs on.</summary>
    public const string ArchitectureLabel = "architecture";

    /// <summary>The second line: the widest vectors that it has.</summary>
    public const string WidthLabel = "vector bits";

    public static IEnumerable<KeyValuePair<string, string>> Hashes()
        => UmapPinned.Hashes().Select(entry => KeyValuePair.Create("UMAP, " + entry.Key, entry.Value))
            .Concat(HdbscanPinned.Hashes().Select(entry => KeyValuePair.Create("HDBSCAN, " + entry.Key, entry.Value)))
            .Concat(NeighborPinned.Hashes().Select(entry => KeyValuePair.Create("neighbours, " + entry.Key, entry.Value)))
            .Concat(EncoderPinned.Hashes().Select(entry => KeyValuePair.Create("encoders, " + entry.Key, entry.Value)))
            .Concat(HasWholeWork ? EncoderPinned.HashesOfWholeWork() : []);

    /// <summary>Returns what is expected.</summary>
    /// <param name="hasWholeWork">Whether the whole work is computed, which takes minutes without any vectors.</param>
    public static IEnumerable<KeyValuePair<string, string>> Expected(bool hasWholeWork)
        => UmapPinned.Expected.Select(entry => KeyValuePair.Create("UMAP, " + entry.Key, entry.Value))
            .Concat(HdbscanPinned.Expected.Select(entry => KeyValuePair.Create("HDBSCAN, " + entry.Key, entry.Value)))
            .Concat(NeighborPinned.Expected.Select(entry => KeyValuePair.Create("neighbours, " + entry.Key, entry.Value)))
            .Concat(EncoderPinned.Expected.Select(entry => KeyValuePair.Create("encoders, " + entry.Key, entry.Value)))
            .Concat(hasWholeWork ? EncoderPinned.ExpectedOfWholeWork : []);

    private static bool HasWholeWork => WidestVector() > 0;

    public static int WidestVector()
        => Vector512.IsHardwareAccelerated ? 512 : Vector256.IsHardwareAccelerated ? 256 : Vector128.IsHardwareAccelerated ? 128 : 0;

    private static void Main()
    {
        Console.WriteLine($"{ArchitectureLabel}={RuntimeInformation.ProcessArchitecture}");
        Console.WriteLine($"{WidthLabel}={WidestVector()}");
        foreach ((string name, string hash) in Hashes())
        {
            Console.WriteLine($"{name}={hash}");
        }
    }
}
