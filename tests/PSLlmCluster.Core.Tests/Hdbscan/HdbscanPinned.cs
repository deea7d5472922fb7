using System.Runtime.InteropServices;
using System.Security.Cryptography;
using PSLlmCluster.Core.Hdbscan;
using PSLlmCluster.Core.Hdbscan.Prediction;
using PSLlmCluster.Core.Hdbscan.Selection;
using PSLlmCluster.Core.Numerics;
using PSLlmCluster.Core.Tests.Support;

namespace PSLlmCluster.Core.Tests.Hdbscan;

/// <summary>Results whose bytes are the same on every machine, for any number of threads and any width of vectors.</summary>
internal static class HdbscanPinned
{
    /// <summary>Gets the hashes as they have to be. A change that means to change results changes them, and says so.</summary>
    public static IReadOnlyDictionary<string, string> Expected { get; } = new Dictionary<string, string>
    {
        ["the notebook's points"] = "F17347DB909CB3C60E5CF8E01CCD0987DBFBB32164857293A1E3D0248FD30933",
        ["whole numbers, leaves"] = "202EEAF294DA299D8DD4553A4A7C075B5461F512101ADF71E2855D4611A59182",
        ["sentences, 384 columns"] = "73579C4299F6675E0374D061B61F16DA54E99E92B4E17E6723AF2420F83BB9C3",
        ["normal, 1500 rows"] = "45DA52A322B7EE6D1662621CF6AB7822DEEE6D9AAD8D31FF1AF673DE8FDB62C5",
        ["far out, 2 columns"] = "8BF324820B7EE92A8789392B55CA28441C5D8DDFFB590C6D7F58919CBA9AB48A",
        ["far out, 20 columns"] = "AEB4681AC7879D92D5DE711FD02BC97DF897607C8A46577943E0B3914906A1DC",
        ["far out, Correlation"] = "1C47240BEB7036676D61A455CE456FD9E980E653CB3BB674F7A18ED9137B5FA0",
        ["far out, Cosine"] = "E3AF416452BECFEA21576DBBBE1AFF56B65812A7585A04861B45D2835EBFEA68",
        ["centred, Cosine"] = "DEDAF5B7FC851B0715AD8647CCD24CC0597FE725E11720703C1F7491C9AEE8F1",
        ["blobs of 50 columns, Euclidean"] = "F66CF8EC1CB85B27A95895826B086E69C707E66279C17529B6F2973C5F7DC33C",
        ["normal, Euclidean"] = "F907067833DFCD5B9C8F971F261077E18A9C5CB92C08EA79486A36BE355E012A",
        ["blobs of 50 columns, Cosine"] = "51F5B847777480606169E1B899FDC82B9FDA72242185733BD15A49408CBAA95E",
        ["normal, Cosine"] = "8C8E4DBB1472963CF5AD19BCB29B6822B411BD14C426F0DD4B939D40162640BD",
        ["blobs of 50 columns, Manhattan"] = "D7FD05768946F4A3BA7ADB9F241D6ED525CDC32734AEA3F2D79BC7DB79B11F3B",
        ["normal, Manhattan"] = "89FB7A6863F8F4F04E45550AF406CC522F1A634B9C5365CB0D27FB4B57BB4CA6",
        ["blobs of 50 columns, Correlation"] = "C9250046632B6A49BDAF662EC0F0996CF7408E89AB89962B5CAEE1DE6769A1B0",
        ["normal, Correlation"] = "0D64FC7902AF0BF184A34753C49AAC13B36AD59F1967974C3D14F904D6C17511",
        ["blobs of 50 columns, Chebyshev"] = "6FE50367B9ACE8C70F7F6F44DB62B25A05AD36A4327373BBCD07129AC963F4A0",
        ["normal, Chebyshev"] = "F6E7B105E32CAD056F594CE2D970A8D5CDFB8EDDF587F21A88842CCAA3008278",
        ["blobs of 50 columns, Minkowski"] = "F66CF8EC1CB85B27A95895826B086E69C707E66279C17529B6F2973C5F7DC33C",
        ["normal, Minkowski"] = "F907067833DFCD5B9C8F971F261077E18A9C5CB92C08EA79486A36BE355E012A",
        ["blobs of 50 columns, Hamming"] = "67280500E85C68C87D89ED1FF13E61F1D16C27B6BF2699724A24BE429F6C0E31",
        ["normal, Hamming"] = "67280500E85C68C87D89ED1FF13E61F1D16C27B6BF2699724A24BE429F6C0E31",
        ["blobs of 50 columns, Jaccard"] = "67280500E85C68C87D89ED1FF13E61F1D16C27B6BF2699724A24BE429F6C0E31",
        ["normal, Jaccard"] = "67280500E85C68C87D89ED1FF13E61F1D16C27B6BF2699724A24BE429F6C0E31",
        ["blobs of 50 columns, Dice"] = "67280500E85C68C87D89ED1FF13E61F1D16C27B6BF2699724A24BE429F6C0E31",
        ["normal, Dice"] = "67280500E85C68C87D89ED1FF13E61F1D16C27B6BF2699724A24BE429F6C0E31",
        ["blobs of 50 columns, Canberra"] = "D71FED0069A47DD79F66498894DE864A18D10277C40D5A1DBC87F8108C426F88",
        ["normal, Canberra"] = "98A7B820614E56BDD0DFB94BB679CF5B64431E45FDABE6B84EA213872E104B9E",
        ["blobs of 50 columns, BrayCurtis"] = "5B6C850A1758494C0B17525D9CBA6D9B0436FB55B11F6625067757FEEB7FA034",
        ["normal, BrayCurtis"] = "0DD7AC6F0A7C5E897661A36A96FF6340C080BF53CE5D11B32A770C911448CE4F",
        ["weights and persistence"] = "BE9AC91EB03BFF7BF104AD81C011B3A08383AADCCE0CF3BCB7B3D5ED1F9DB8CE",
        ["nine clusters"] = "964A80E7829E9F47A301533DBFDAA5B1926F0060A8CF31D7B6E20B081EEEA42C",
        ["memberships"] = "5CB283602D627A8D2708A212B50A6380392C0758FF32F84E8FB5C1F5DA56AF89",
        ["new rows"] = "4F3B0DEB2D08AF7E19F61CC94D4135F89BB97ED4022A2BE79F6E03D2533A8429",
        ["memberships of new rows"] = "26663BF63CE9DA93A326C02F86B7199397789208C9EF663B317632B1BEF87D96",
        ["merges"] = "4389FF7956DAAC42A59EB3E8B826375234D644F06FEF73AAD9249F9EBC632096",
        ["refined"] = "D52F8932D862FE73824140C0B71DBFE9CA5A4436942040689DB8A628899191BC",
        ["refined new rows"] = "6B3592DF6D50212365C4CA7A7A97D035E5D7B7B654ECDAB52A2A359CB0C80DBC",
        ["layers"] = "F10923E2F7F5555954AE7D1FFB936C8096EF61088CBB5C07699680E5C8B4A90C",
        ["layers of new rows"] = "50762A373CC73D07C50D44D6173066ACD505E212FBE9C04025C127DBD26EDE89",
        ["a comparison"] = "69C9385C29E4EE920009DE0DA81BD3A0A538C190BBFFF0B24214A6AC5BC1E728",
    };

    /// <summary>
    /// Returns the hash of each pinned result: SHA-256 of labels, probabilities, outlier scores and persistences, little-endian.
    /// </summary>
    public static IReadOnlyDictionary<string, string> Hashes(int threadCount = 0)
        => Sets().Select(set => (set.Name, Hash: Hash(HdbscanClustering.Compute(set.Rows, set.Options with { ThreadCount = threadCount }))))
            .Concat(Others(threadCount))
            .ToDictionary(pin => pin.Name, pin => pin.Hash);

    /// <summary>
    /// Returns the rows and options behind each hash: every metric, both selections, ties and none, few columns and many.
    /// </summary>
    public static IReadOnlyList<(string Name, RowMatrix Rows, HdbscanOptions Options)> Sets()
    {
        List<(string Name, RowMatrix Rows, HdbscanOptions Options)> sets =
        [
            (
                "the notebook's points",
                HdbscanGoldens.Data("titles30_2d"),
                new HdbscanOptions { MinClusterSize = 2, ClusterSelectionEpsilon = 0.1 }),
            (
                "whole numbers, leaves",
                TestRows.Random(400, 2, seed: 31, levels: 15),
                new HdbscanOptions { MinClusterSize = 3, ClusterSelectionMethod = ClusterSelectionMethod.Leaf }),
            ("sentences, 384 columns", HdbscanGoldens.Data("glosses500"), new HdbscanOptions { MinClusterSize = 3, MinSampleCount = 2 }),
            (
                "normal, 1500 rows",
                TestRows.Random(1500, 20, seed: 33),
                new HdbscanOptions { MinClusterSize = 4, Alpha = 1.3, AllowSingleCluster = true }),
            ("far out, 2 columns", TestRows.Doubles(900, 2, seed: 36), new HdbscanOptions { MinClusterSize = 4 }),
            ("far out, 20 columns", TestRows.Doubles(300, 20, seed: 37), new HdbscanOptions { MinClusterSize = 3, MinSampleCount = 1 }),
            (
                "far out, Correlation",
                TestRows.Doubles(300, 7, seed: 38),
                new HdbscanOptions { MinClusterSize = 3, MinSampleCount = 1, Metric = Metric.Correlation }),
            (
                "far out, Cosine",
                TestRows.Doubles(300, 7, seed: 39, unit: 100),
                new HdbscanOptions { MinClusterSize = 3, MinSampleCount = 1, Metric = Metric.Cosine }),
            (
                "centred, Cosine",
                new RowMatrix(Array.ConvertAll(TestRows.Random(300, 7, seed: 40).Values, value => value + 3), 300, 7),
                new HdbscanOptions { MinClusterSize = 3, MinSampleCount = 1, Metric = Metric.Cosine, Center = true }),
        ];
        foreach (Metric metric in TestRows.Metrics)
        {
            sets.Add(($"blobs of 50 columns, {metric}", HdbscanGoldens.Data("blobs50"), new HdbscanOptions { Metric = metric }));
            sets.Add(
                (
                    $"normal, {metric}",
                    TestRows.Random(300, 7, seed: 32),
                    new HdbscanOptions { MinClusterSize = 3, MinSampleCount = 1, Metric = metric }));
        }

        return sets;
    }

    /// <summary>Weights, memberships of fitted and of new rows, merges, and a comparison.</summary>
    private static IEnumerable<(string Name, string Hash)> Others(int threadCount)
    {
        RowMatrix rows = TestRows.Random(900, 3, seed: 34);
        RowMatrix fresh = TestRows.Random(100, 3, seed: 35);
        double[] weights = [.. Enumerable.Range(0, 900).Select(row => 0.5 + (row % 7 * 0.4))];
        HdbscanOptions options = new() { MinClusterSize = 6, MinSampleCount = 2, ThreadCount = threadCount };
        HdbscanFit weighted = HdbscanClustering.Fit(rows, weights, options with { ClusterSelectionPersistence = 0.05 });
        yield return ("weights and persistence", Hash(weighted.Result));
        HdbscanFit counted = HdbscanClustering.Fit(rows, options with { ClusterCount = 9 });
        yield return ("nine clusters", Hash(counted.Result));
        yield return ("memberships", Hash(counted.Memberships().Values));
        HdbscanPrediction prediction = HdbscanModel.Of(weighted).Predict(fresh, threadCount, withMemberships: true);
        yield return ("new rows", Hash(prediction.Result));
        yield return ("memberships of new rows", Hash(prediction.Memberships!.Values));
        yield return (
            "merges",
            Hash([.. weighted.SingleLinkage().SelectMany(merge => new[] { merge.Left, merge.Right, merge.Distance, merge.Size })]));
        HdbscanFit refined = HdbscanClustering.Fit(rows, weights, options with { RefinementCount = 10 });
        yield return ("refined", Hash(refined.Result));
        yield return ("refined new rows", Hash(HdbscanModel.Of(refined).Predict(fresh, threadCount).Result));
        HdbscanFit layered = HdbscanClustering.Fit(rows, weights, options);
        IReadOnlyList<HdbscanLayer> layers = layered.Layers();
        yield return (
            "layers",
            Hash(layers.SelectMany(layer => layer.Labels.Concat(layer.NearestClusters()).Append((int)layer.Persistence))));
        HdbscanPrediction places = HdbscanModel.Of(layered, layers).Predict(fresh, threadCount);
        yield return ("layers of new rows", Hash(places.LayerLabels!.Concat(places.NearestLayerLabels!).SelectMany(labels => labels)));
        ParameterGrid grid = new([3, 6, 12], [2, 5], [0, 0.2], [ClusterSelectionMethod.Eom, ClusterSelectionMethod.Leaf]);
        yield return (
            "a comparison",
            Hash(
                [
                    .. ParameterSweep.Compute(rows, weights, options, grid).Measurements.SelectMany(
                        one => new[]
                        {
                            one.ClusterCount,
                            one.NoiseShare,
                            one.LargestShare,
                            one.RelativeValidity ?? -2,
                            one.Persistence ?? -2,
                        })]));
    }

    private static string Hash(HdbscanResult result)
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(MemoryMarshal.AsBytes(result.Labels.AsSpan()));
        hash.AppendData(MemoryMarshal.AsBytes(result.Probabilities.AsSpan()));
        hash.AppendData(MemoryMarshal.AsBytes(result.OutlierScores.AsSpan()));
        hash.AppendData(MemoryMarshal.AsBytes(result.Persistences.AsSpan()));
        return Convert.ToHexString(hash.GetHashAndReset());
    }

    private static string Hash(IEnumerable<int> numbers)
        => Convert.ToHexString(SHA256.HashData(MemoryMarshal.AsBytes<int>(numbers.ToArray())));

    private static string Hash(double[] numbers) => Convert.ToHexString(SHA256.HashData(MemoryMarshal.AsBytes(numbers.AsSpan())));
}
