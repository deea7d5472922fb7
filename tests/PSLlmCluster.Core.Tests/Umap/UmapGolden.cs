using System.Text.Json;
using PSLlmCluster.Core.Neighbors;
using PSLlmCluster.Core.Numerics;
using PSLlmCluster.Core.Tests.Support;
using PSLlmCluster.Core.Umap;
using PSLlmCluster.Core.Umap.Graph;

namespace PSLlmCluster.Core.Tests.Umap;

/// <summary>One of umap-learn's fits: its parameters as options, its rows, and its graph.</summary>
internal sealed class UmapGolden
{
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

    /// <summary>Gets the number of rows that are laid out: of the different ones, where equal rows are one.</summary>
    public int RowCount => Json.TryGetProperty("n_unique", out JsonElement unique) ? unique.GetInt32() : Json.GetProperty("n").GetInt32();

    public int NeighborCount => Json.GetProperty("n_neighbors_used").GetInt32();

    public float Disconnection => Options.Disconnection();

    public int EpochCount => Json.GetProperty("n_epochs_used").GetInt32();

    /// <summary>Returns the ids of the fits that hold all of these arrays.</summary>
    public static IReadOnlyList<string> Ids(params string[] arrays)
        => [.. GoldenSet.Umap.CaseIds().Where(IsFit).Where(id => Array.TrueForAll(arrays, GoldenSet.Umap.Case(id).Has))];

    public static UmapGolden Load(string id) => new(id);

    public GoldenFile Data() => GoldenSet.Umap.Data(Json.GetProperty("dataset").GetString()!);

    /// <summary>The rows as they were given.</summary>
    public RowMatrix InputRows()
    {
        GoldenFile data = Data();
        int[] shape = data.Shape("X");
        return new RowMatrix(data.Floats("X"), shape[0], shape[1]);
    }

    /// <summary>
    /// The rows that are laid out, which all the stages are about: of equal ones the first, in numpy's order, where they are one.
    /// </summary>
    public RowMatrix Rows() => File.Has("unique_index") ? CanonicalOrder.Apply(InputRows(), File.Ints("unique_index")) : InputRows();

    public MetricSpace Space() => MetricSpace.Create(Rows(), Options.Metric, Options.MinkowskiPower);

    /// <summary>The target and the initial coordinates, where there are any.</summary>
    public UmapFitData FitData()
    {
        bool isNumeric = Json.GetProperty("params").TryGetProperty("target_metric", out _);
        return new UmapFitData
        {
            Target = !File.Has("y") ? null : isNumeric ? UmapTarget.OfNumbers(File.Numbers("y")) : UmapTarget.OfLabels(File.Ints("y")),
            InitialCoordinates = File.Has("init") ? new RowMatrix(File.Floats("init"), RowCount, Options.ComponentCount) : null,
        };
    }

    /// <summary>The reference's neighbours, those that it dropped at infinity.</summary>
    public NeighborLists Neighbors() => new(RowCount, File.Shape("knn_indices")[1], File.Ints("knn_indices"), File.Doubles("knn_dists"));

    public SmoothedDistances Smoothed() => new(File.Floats("sigmas"), File.Floats("rhos"));

    /// <summary>The reference's graph before pruning, after the target.</summary>
    public WeightedGraph Graph() => Graph("graph");

    /// <summary>The reference's graph before pruning and before the target, if there is one.</summary>
    public WeightedGraph RowGraph() => Graph(File.Has("unsupervised_graph_vals") ? "unsupervised_graph" : "graph");

    /// <summary>One of the reference's graphs.</summary>
    public WeightedGraph Graph(string name)
    {
        int[] rows = File.Ints(name + "_rows");
        int[] offsets = new int[RowCount + 1];
        foreach (int row in rows)
        {
            offsets[row + 1]++;
        }

        for (int row = 0; row < RowCount; row++)
        {
            offsets[row + 1] += offsets[row];
        }

        return new WeightedGraph(RowCount, offsets, File.Ints(name + "_cols"), File.Floats(name + "_vals"));
    }

    /// <summary>The graph as our own stages make it, from our own neighbours.</summary>
    public WeightedGraph OwnGraph()
    {
        UmapFitData data = FitData();
        return Core.Umap.Graph.RowGraph.Build(
            ExactNeighbors.Find(Space(), NeighborCount),
            data.Target?.Labels,
            data.Target?.Numbers,
            Options,
            Options.Disconnection(),
            [],
            Work.On(0));
    }

    /// <summary>The graph after pruning: the reference's where it is stored, otherwise our own.</summary>
    public WeightedGraph PrunedGraph()
        => GraphPruning.Prune(File.Has("graph_vals") ? Graph() : OwnGraph(), Options.PruningEpochsFor(RowCount));

    private static bool IsFit(string id) => GoldenSet.Umap.Case(id).Json.GetProperty("kind").GetString() == "fit";

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
                "metric_kwds" => options with { MinkowskiPower = parameter.Value.GetProperty("p").GetDouble() },
                "init" => options with
                {
                    Initialization = parameter.Value.GetString() == "array"
                        ? UmapInitialization.Given
                        : Enum.Parse<UmapInitialization>(parameter.Value.GetString()!, ignoreCase: true),
                },
                "disconnection_distance" => options with { DisconnectionDistance = parameter.Value.GetDouble() },
                "unique" => options with { UniqueRows = parameter.Value.GetBoolean() },
                "target_metric" => parameter.Value.GetString() is "euclidean" or "l1"
                    ? options
                    : throw new InvalidDataException($"{parameter.Value} is no metric of a target of ours."),
                "target_weight" => options with { TargetWeight = parameter.Value.GetDouble() },
                "target_n_neighbors" => options with { TargetNeighborCount = parameter.Value.GetInt32() },
                "densmap" => options with { Densmap = parameter.Value.GetBoolean() },
                "dens_lambda" => options with { DensityLambda = parameter.Value.GetDouble() },
                "dens_frac" => options with { DensityFraction = parameter.Value.GetDouble() },
                "dens_var_shift" => options with { DensityVarianceShift = parameter.Value.GetDouble() },
                "output_dens" => options with { OutputDensity = parameter.Value.GetBoolean() },
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
