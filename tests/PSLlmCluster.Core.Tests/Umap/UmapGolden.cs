using System.Text.Json;
using PSLlmCluster.Core.Neighbors;
using PSLlmCluster.Core.Numerics;
using PSLlmCluster.Core.Tests.Support;
using PSLlmCluster.Core.Umap;

namespace PSLlmCluster.Core.Tests.Umap;

/// <summary>One of umap-learn's fits: its parameters as options, its rows, and its graph.</summary>
internal sealed class UmapGolden
{
    /// <summary>Parameters of issues to come: supervised fits, densMAP, unique rows, a disconnection distance of one's own.</summary>
    private static readonly string[] _laterParameters =
        ["disconnection_distance", "unique", "densmap", "output_dens", "target_metric", "target_weight", "target_n_neighbors", "metric_kwds"];

    private UmapGolden(string id)
    {
        Id = id;
        File = GoldenSet.Umap.Case(id);
        Options = OptionsOf(File.Json.GetProperty("params"));
    }

    public string Id { get; }

    public GoldenFile File { get; }

    public JsonElement Json => File.Json;

    public UmapOptions Options { get; }

    public int RowCount => Json.GetProperty("n").GetInt32();

    public int NeighborCount => Json.GetProperty("n_neighbors_used").GetInt32();

    public float Disconnection => FuzzyGraph.DisconnectionDistance(Options.Metric);

    public int EpochCount => Json.GetProperty("n_epochs_used").GetInt32();

    /// <summary>Returns the ids of the fits whose parameters are ours and that hold all of these arrays.</summary>
    public static IReadOnlyList<string> Ids(params string[] arrays) => [.. GoldenSet.Umap.CaseIds().Where(IsOurs).Where(id => Array.TrueForAll(arrays, GoldenSet.Umap.Case(id).Has))];

    public static UmapGolden Load(string id) => new(id);

    public GoldenFile Data() => GoldenSet.Umap.Data(Json.GetProperty("dataset").GetString()!);

    public RowMatrix Rows()
    {
        GoldenFile data = Data();
        int[] shape = data.Shape("X");
        return new RowMatrix(data.Floats("X"), shape[0], shape[1]);
    }

    /// <summary>The reference's neighbours, those that it dropped at infinity.</summary>
    public NeighborLists Neighbors() => new(RowCount, File.Shape("knn_indices")[1], File.Ints("knn_indices"), File.Doubles("knn_dists"));

    public SmoothedDistances Smoothed() => new(File.Floats("sigmas"), File.Floats("rhos"));

    /// <summary>The reference's graph before pruning.</summary>
    public WeightedGraph Graph()
    {
        int[] rows = File.Ints("graph_rows");
        int[] offsets = new int[RowCount + 1];
        foreach (int row in rows)
        {
            offsets[row + 1]++;
        }

        for (int row = 0; row < RowCount; row++)
        {
            offsets[row + 1] += offsets[row];
        }

        return new WeightedGraph(RowCount, offsets, File.Ints("graph_cols"), File.Floats("graph_vals"));
    }

    /// <summary>The graph as our own stages make it, from our own neighbours.</summary>
    public WeightedGraph OwnGraph()
    {
        NeighborLists neighbors = ExactNeighbors.Find(MetricSpace.Create(Rows(), Options.Metric), NeighborCount);
        SmoothedDistances smoothed = SmoothedDistances.Compute(neighbors, Options.LocalConnectivity, Disconnection);
        return FuzzyGraph.Join(neighbors, FuzzyGraph.Memberships(neighbors, smoothed, Disconnection), Options.SetOperationMixRatio);
    }

    /// <summary>The graph after pruning: the reference's where it is stored, otherwise our own.</summary>
    public WeightedGraph PrunedGraph() => GraphPruning.Prune(File.Has("graph_vals") ? Graph() : OwnGraph(), EpochCount);

    private static bool IsOurs(string id)
    {
        JsonElement json = GoldenSet.Umap.Case(id).Json;
        if (json.GetProperty("kind").GetString() != "fit")
        {
            return false;
        }

        JsonElement parameters = json.GetProperty("params");
        return !Array.Exists(_laterParameters, name => parameters.TryGetProperty(name, out _))
            && !(parameters.TryGetProperty("init", out JsonElement init) && init.GetString() == "array")
            && (!parameters.TryGetProperty("metric", out JsonElement metric) || Enum.TryParse<Metric>(metric.GetString(), ignoreCase: true, out _))
            && !json.GetProperty("arrays").EnumerateArray().Any(array => array.GetProperty("name").GetString() == "y");
    }

    private static UmapOptions OptionsOf(JsonElement parameters)
    {
        UmapOptions options = new();
        foreach (JsonProperty parameter in parameters.EnumerateObject())
        {
            options = parameter.Name switch
            {
                "n_neighbors" => options with { NeighborCount = parameter.Value.GetInt32() },
                "n_components" => options with { ComponentCount = parameter.Value.GetInt32() },
                "min_dist" => options with { MinDistance = parameter.Value.GetDouble() },
                "spread" => options with { Spread = parameter.Value.GetDouble() },
                "a" => options with { A = parameter.Value.GetDouble() },
                "b" => options with { B = parameter.Value.GetDouble() },
                "metric" => options with { Metric = Enum.Parse<Metric>(parameter.Value.GetString()!, ignoreCase: true) },
                "n_epochs" => options with { EpochCount = parameter.Value.GetInt32() },
                "learning_rate" => options with { LearningRate = parameter.Value.GetDouble() },
                "init" => options with { Initialization = Enum.Parse<UmapInitialization>(parameter.Value.GetString()!, ignoreCase: true) },
                "local_connectivity" => options with { LocalConnectivity = parameter.Value.GetDouble() },
                "set_op_mix_ratio" => options with { SetOperationMixRatio = parameter.Value.GetDouble() },
                "repulsion_strength" => options with { RepulsionStrength = parameter.Value.GetDouble() },
                "negative_sample_rate" => options with { NegativeSampleRate = parameter.Value.GetInt32() },
                _ => throw new InvalidDataException($"{parameter.Name} is no parameter of ours."),
            };
        }

        return options;
    }
}
