using System.Runtime.InteropServices;
using System.Security.Cryptography;
using PSLlmCluster.Core.Neighbors;
using PSLlmCluster.Core.Numerics;
using PSLlmCluster.Core.Tests.Support;

namespace PSLlmCluster.Core.Tests.Neighbors;

/// <summary>Neighbour lists whose bytes are the same on every machine, for any number of threads and any width of vectors.</summary>
internal static class NeighborPinned
{
    /// <summary>Gets the hashes as they have to be. A change that means to change results changes them, and says so.</summary>
    public static IReadOnlyDictionary<string, string> Expected { get; } = new Dictionary<string, string>
    {
        ["all pairs, Euclidean"] = "656B5558801AEC0EC40A596DA871E7519E633AD155EF33C508C253A2F8EBDECC",
        ["cells, Euclidean"] = "1149977DFF77C50EFC17983F64A499EC05C7CDE0E35A85C55D328574AE6BEEE4",
        ["all pairs, Cosine"] = "FD4DF995D2DD3E5D070A5D1F37AB1375863DBCB98F1FA2383718C577A76CEFA4",
        ["cells, Cosine"] = "5386F99EB5A53E47B9C55BE663E64FD54CC500522CF17A7EB3D9E041203D9D3F",
        ["all pairs, Correlation"] = "E03BEE0EEEC3B696D71CB4297DE6BB48F8A70CF74A87F3D3A2D34CC84FF887A6",
        ["cells, Correlation"] = "7C8F7EE69CAE0F72BAC682AAA03179962ED1C1F8D830D6E83E81604ACCB9EECF",
        ["all pairs, Manhattan"] = "522D371F0E2581F7091202AD5AEB85BB605B9A7C6044BFAEC6BF6E762B052899",
        ["cells, Manhattan"] = "9E3477A82B671BFE85A998AB9FD03D795BBA9BBD52FC20496B794301F4C5808E",
    };

    /// <summary>Returns the hash of each pinned result: SHA-256 of indices and distances, little-endian.</summary>
    public static IReadOnlyDictionary<string, string> Hashes(int threadCount = 0)
    {
        Dictionary<string, string> hashes = [];
        foreach (Metric metric in new[] { Metric.Euclidean, Metric.Cosine, Metric.Correlation, Metric.Manhattan })
        {
            MetricSpace few = MetricSpace.Create(TestRows.Random(700, 37, seed: 41), metric);
            hashes[$"all pairs, {metric}"] = Hash(ExactNeighbors.Find(few, 12, Work.On(threadCount)));
            MetricSpace many = MetricSpace.Create(NeighborSets.Mixture(2500, 9, 15, seed: 42), metric);
            hashes[$"cells, {metric}"] = Hash(InvertedFileSearch.Find(many, 9, seed: 43, Work.On(threadCount))!);
        }

        return hashes;
    }

    private static string Hash(NeighborLists lists)
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(MemoryMarshal.AsBytes(lists.Indices.AsSpan()));
        hash.AppendData(MemoryMarshal.AsBytes(lists.Distances.AsSpan()));
        return Convert.ToHexString(hash.GetHashAndReset());
    }
}
