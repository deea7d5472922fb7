using PSLlmCluster.Core.Hdbscan.Hierarchy;
using PSLlmCluster.Core.Hdbscan.Refinement;
using PSLlmCluster.Core.Numerics;
using PSLlmCluster.Core.Storage;

namespace PSLlmCluster.Core.Hdbscan.Prediction;

/// <summary>
/// The sections of a model file of kind "hdbscan", version 1, or 2 where the rows are in double precision, or 3 where their mean was taken
/// off too, or 4 where the engine is known that made their vectors, or 5 where it has layers. "settings" (text); "rows" (n x columns) or,
/// for precomputed distances, "columns" (n whole numbers); of each point "near_cores", "labels", "nearest", "strengths", where rows had
/// weights "weights", "point_clusters", "point_lambdas"; of each cluster of the tree "parents", "births", "largest_lambdas"; of each
/// selected cluster, by number, "selected" (empty for a flat cut), "cluster_lambdas" and "persistences".
/// Version 3 has "center", the mean of the fitted rows, a number in double precision for each column, and the setting "center". Version 4
/// has the settings "center" and "double", which say whether there is a mean and whether the rows are in double precision, and
/// "embedding_engine". Version 5 has them too, the engine "none" where it is not known, and the sections of <see cref="LayerSections"/>.
/// Version 6 has "refinement_count", "layered", which says whether those sections are there, and "means", those of refined clusters.
/// </summary>
internal static class HdbscanModelFile
{
    private const string Kind = "hdbscan";
    private const int SingleVersion = 1;
    private const int DoubleVersion = 2;
    private const int CenterVersion = 3;
    private const int EngineVersion = 4;
    private const int LayerVersion = 5;
    private const int RefinementVersion = 6;

    /// <summary>The newest version that is understood.</summary>
    public const int NewestVersion = RefinementVersion;

    private const string SettingsName = "settings";
    private const string RowsName = "rows";
    private const string ColumnsName = "columns";
    private const string CenterName = "center";
    private const string DoubleName = "double";
    private const string RefinementName = "refinement_count";
    private const string LayeredName = "layered";
    private const string MeansName = "means";
    private const string NoCut = "none";

    private static readonly ModelSettingTable<HdbscanOptions> _options = new ModelSettingTable<HdbscanOptions>()
        .Int32("min_cluster_size", options => options.MinClusterSize, (options, value) => options with { MinClusterSize = value })
        .Int32(
            "min_samples",
            options => options.MinSampleCount ?? options.MinClusterSize,
            (options, value) => options with { MinSampleCount = value })
        .Double(
            "cluster_selection_epsilon",
            options => options.ClusterSelectionEpsilon,
            (options, value) => options with { ClusterSelectionEpsilon = value })
        .Double(
            "cluster_selection_epsilon_max",
            options => options.ClusterSelectionEpsilonMax,
            (options, value) => options with { ClusterSelectionEpsilonMax = value },
            mayBeInfinite: true)
        .Double(
            "cluster_selection_persistence",
            options => options.ClusterSelectionPersistence,
            (options, value) => options with { ClusterSelectionPersistence = value })
        .Choice(
            "cluster_selection_method",
            options => options.ClusterSelectionMethod,
            (options, value) => options with { ClusterSelectionMethod = value })
        .Int32("max_cluster_size", options => options.MaxClusterSize, (options, value) => options with { MaxClusterSize = value })
        .Boolean(
            "allow_single_cluster",
            options => options.AllowSingleCluster,
            (options, value) => options with { AllowSingleCluster = value })
        .OptionalDouble("cut_distance", NoCut, options => options.CutDistance, (options, value) => options with { CutDistance = value })
        .Double("alpha", options => options.Alpha, (options, value) => options with { Alpha = value })
        .Choice("metric", options => options.Metric, (options, value) => options with { Metric = value })
        .Double("p", options => options.MinkowskiPower, (options, value) => options with { MinkowskiPower = value }, mayBeInfinite: true);

    /// <summary>Writes a model.</summary>
    public static void Write(HdbscanModel model, ModelFileTarget target, CancellationToken token)
    {
        ModelFileWriter file = new(Kind, VersionOf(model));
        Add(model, file);
        file.Save(target, token);
    }

    /// <summary>Adds the sections of a model to a file.</summary>
    public static void Add(HdbscanModel model, ModelFileWriter file)
    {
        PredictionData clusters = model.Clusters;
        bool isDouble = IsDouble(model);
        file.Add(SettingsName, SettingsOf(model));
        if (model.Space is null)
        {
            file.Add(ColumnsName, model.Columns!);
        }
        else if (isDouble)
        {
            file.Add(RowsName, model.Space.Rows.DoubleValues);
        }
        else
        {
            file.Add(RowsName, model.Space.Rows.Values);
        }

        if (model.Center is { } center)
        {
            file.Add(CenterName, center);
        }

        file.Add("near_cores", model.Points.CoreDistancesMinusOne);
        file.Add("labels", model.Points.Labels);
        file.Add("nearest", model.Points.NearestClusters);
        file.Add("strengths", model.Points.NearestStrengths);
        if (model.Points.Weights is { } weights)
        {
            file.Add("weights", weights);
        }

        file.Add("point_clusters", clusters.PointClusters);
        file.Add("point_lambdas", clusters.PointLambdas);
        file.Add("parents", clusters.Parents);
        file.Add("births", clusters.Births);
        file.Add("largest_lambdas", clusters.Lambdas.Own);
        file.Add("selected", clusters.ClusterOfNumber);
        file.Add("cluster_lambdas", model.LargestLambdas);
        file.Add("persistences", model.Persistences);
        if (model.Layers is { } layers)
        {
            LayerSections.Write(file, layers);
        }

        if (model.Means is { } means)
        {
            file.Add(MeansName, means.Values);
        }
    }

    /// <summary>Reads a model.</summary>
    public static HdbscanModel Read(string path, CancellationToken token)
        => Read(ModelFileReader.Read(path, Kind, NewestVersion, token));

    /// <summary>Reads a model out of the sections of a file.</summary>
    public static HdbscanModel Read(ModelFileReader file)
    {
        ModelSettings settings = file.Settings(SettingsName);
        int n = settings.Int32("rows", 1);
        int width = settings.Int32("columns", 0);
        int count = settings.Int32("clusters", 0, n);
        int treeCount = settings.Int32("tree_clusters", 1);
        bool isWeighted = settings.Boolean("weighted");
        int sampleCount = settings.Int32("min_samples_used", 1, isWeighted ? int.MaxValue : Math.Max(1, n - 1));
        HdbscanOptions options = _options.Read(settings, new HdbscanOptions());
        options = options with { Center = file.KindVersion >= CenterVersion && settings.Boolean(CenterName) };
        bool isDouble = file.KindVersion >= EngineVersion ? settings.Boolean(DoubleName) : file.KindVersion >= DoubleVersion;
        EmbeddingEngine? engine = file.KindVersion switch
        {
            >= LayerVersion => EngineSetting.ReadOptional(file, settings),
            EngineVersion => EngineSetting.Read(file, settings),
            _ => null,
        };
        bool isRefined = file.KindVersion >= RefinementVersion;
        options = options with { RefinementCount = isRefined ? settings.Int32(RefinementName, 1) : 0 };
        bool isLayered = isRefined ? settings.Boolean(LayeredName) : file.KindVersion >= LayerVersion;
        settings.RequireAllRead();
        if (options.Center && !isDouble)
        {
            throw file.Damaged("its rows are not in double precision, though their mean was taken off");
        }

        file.RequireValid(options.Validate);

        bool isGiven = options.Metric == Metric.Precomputed;
        int[]? columns = isGiven ? Different(file, ColumnsName, n, n, "names a column twice") : null;
        if (isGiven && width != n)
        {
            throw file.Damaged($"it holds {n} rows and {width} columns of distances");
        }

        double[]? center = options.Center ? file.DoublesWithin(CenterName, width, Centering.LargestNumber) : null;
        RowMatrix? rows = isGiven
            ? null
            : Rows(file, n, width, isDouble, center is null ? RowMatrix.LargestNumber : Centering.LargestNumber);
        if (rows is not null && !CanonicalOrder.IsInOrder(rows))
        {
            throw file.Damaged("its rows are out of order");
        }

        // Distances are infinite where rows are not connected, or where the largest numbers lie too far apart.
        HdbscanModelPoints points = new(
            NotNegative(file, "near_cores", n, mayBeInfinite: true),
            file.Int32s("labels", n, -1, count - 1),
            file.Int32s("nearest", n, -1, count - 1),
            NotNegative(file, "strengths", n, largest: 1),
            isWeighted ? NotNegative(file, "weights", n) : null);
        if (Enumerable.Range(0, n).Any(point => points.Labels[point] >= 0 && points.Labels[point] != points.NearestClusters[point]))
        {
            throw file.Damaged("a point of a cluster is nearest to another one");
        }

        int[] parents = Parents(file, treeCount);
        PredictionData clusters = new(
            parents,
            NotNegative(file, "births", treeCount),
            ClusterLambdas.Create(parents, NotNegative(file, "largest_lambdas", treeCount)),
            Different(file, "selected", options.CutDistance is null ? count : 0, treeCount, "names a cluster twice"),
            file.Int32s("point_clusters", n, 0, treeCount - 1),
            NotNegative(file, "point_lambdas", n));
        RequireTree(file, clusters);
        double[] largestLambdas = NotNegative(file, "cluster_lambdas", count);
        double[] persistences = NotNegative(file, "persistences", count);
        HdbscanModelLayer[]? layers = isLayered ? LayerSections.Read(file, clusters) : null;
        ClusterMeans? means = isRefined && count > 0
            ? new ClusterMeans(file.Doubles(MeansName, (long)count * width), width, [.. Enumerable.Repeat(true, count)])
            : null;
        file.RequireAllRead();
        MetricSpace? space = rows is null ? null : MetricSpace.Create(rows, options.Metric, options.MinkowskiPower);
        return new HdbscanModel(options, sampleCount, space, columns, clusters, points, largestLambdas, persistences)
        {
            Center = center,
            Engine = engine,
            Layers = layers,
            Means = means,
        };
    }

    /// <summary>Returns the lowest version that can say what the model is, so that earlier builds read what they can.</summary>
    public static int VersionOf(HdbscanModel model) => model switch
    {
        { Options.RefinementCount: > 0 } => RefinementVersion,
        { Layers: not null } => LayerVersion,
        { Engine: not null } => EngineVersion,
        { Center: not null } => CenterVersion,
        _ => IsDouble(model) ? DoubleVersion : SingleVersion,
    };

    private static bool IsDouble(HdbscanModel model) => model.Space?.Rows.IsDouble == true;

    private static RowMatrix Rows(ModelFileReader file, int n, int width, bool isDouble, double largest)
        => isDouble
            ? RowMatrix.OfDoubles(file.DoublesWithin(RowsName, (long)n * width, largest), n, width)
            : new RowMatrix(file.Singles(RowsName, (long)n * width), n, width);

    private static ModelSettings SettingsOf(HdbscanModel model)
    {
        ModelSettings settings = new();
        settings.Set("rows", model.RowCount);
        settings.Set("columns", model.ColumnCount);
        settings.Set("clusters", model.ClusterCount);
        settings.Set("tree_clusters", model.Clusters.Parents.Length);
        settings.Set("weighted", model.Points.Weights is not null);
        settings.Set("min_samples_used", model.SampleCount);
        _options.Write(settings, model.Options);
        if (VersionOf(model) >= CenterVersion)
        {
            settings.Set(CenterName, model.Center is not null);
        }

        if (VersionOf(model) >= EngineVersion)
        {
            settings.Set(DoubleName, IsDouble(model));
            EngineSetting.Write(settings, model.Engine);
        }

        if (VersionOf(model) >= RefinementVersion)
        {
            settings.Set(RefinementName, model.Options.RefinementCount);
            settings.Set(LayeredName, model.Layers is not null);
        }

        return settings;
    }

    private static double[] NotNegative(
        ModelFileReader file, string name, int count, bool mayBeInfinite = false, double largest = double.PositiveInfinity)
    {
        double[] values = file.Doubles(name, count, !mayBeInfinite);
        return Array.TrueForAll(values, value => value >= 0 && value <= largest)
            ? values
            : throw file.Damaged($"its section '{name}' holds a number out of its range");
    }

    /// <summary>Reads the tree, in which a parent always stands before its children: so every climb ends.</summary>
    private static int[] Parents(ModelFileReader file, int count)
    {
        int[] parents = file.Int32s("parents", count, -1, count - 1);
        for (int cluster = 0; cluster < count; cluster++)
        {
            if (cluster == 0 ? parents[0] != -1 : parents[cluster] < 0 || parents[cluster] >= cluster)
            {
                throw file.Damaged("its section 'parents' is no tree");
            }
        }

        return parents;
    }

    /// <summary>Reads whole numbers below a limit that all differ.</summary>
    private static int[] Different(ModelFileReader file, string name, int count, int limit, string fault)
    {
        int[] values = file.Int32s(name, count, 0, limit - 1);
        return values.Distinct().Count() == count ? values : throw file.Damaged($"its section '{name}' {fault}");
    }

    /// <summary>Refuses a tree in which something leaves before it is there, or a selected cluster lies below another.</summary>
    private static void RequireTree(ModelFileReader file, PredictionData clusters)
    {
        for (int point = 0; point < clusters.PointClusters.Length; point++)
        {
            if (clusters.PointLambdas[point] > clusters.Lambdas.Own[clusters.PointClusters[point]])
            {
                throw file.Damaged("a point leaves its cluster after all others have");
            }
        }

        for (int cluster = 1; cluster < clusters.Parents.Length; cluster++)
        {
            int parent = clusters.Parents[cluster];
            if (clusters.Births[cluster] < clusters.Births[parent] || clusters.Births[cluster] > clusters.Lambdas.Own[parent])
            {
                throw file.Damaged("a cluster parts from one that is not there");
            }
        }

        for (int number = 0; number < clusters.ClusterOfNumber.Length; number++)
        {
            if (clusters.Owners[clusters.ClusterOfNumber[number]] != number)
            {
                throw file.Damaged("a selected cluster lies below another");
            }
        }
    }
}
