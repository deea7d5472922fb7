using PSLlmCluster.Core.Embedding;
using PSLlmCluster.Core.Engines;
using PSLlmCluster.Core.Grouping.Naming;
using PSLlmCluster.Core.Hdbscan;
using PSLlmCluster.Core.Hdbscan.Prediction;
using PSLlmCluster.Core.Numerics;
using PSLlmCluster.Core.Umap;
using PSLlmCluster.Core.Umap.Transform;

namespace PSLlmCluster.Core.Grouping;

/// <summary>
/// From texts to named groups: vectors, a layout of several dimensions by UMAP, HDBSCAN's tree in it, the layer of the tree whose groups
/// suit the number of texts, each text with the nearest middle, and names by phrases. The same as the cmdlets give one after another.
/// </summary>
public static class TextGrouping
{
    private const double VectorEnd = 0.7;
    private const double LayoutEnd = 0.9;
    private const double ClusterEnd = 0.95;

    /// <summary>
    /// Finds what would end the work before all texts are there: a model that cannot be loaded, and vectors that came along and are not
    /// what it makes, where they are compared.
    /// </summary>
    /// <param name="options">How texts are to be grouped.</param>
    /// <param name="model">The saved groups that they are to be put into; null for none.</param>
    /// <param name="given">Vectors that came along, or the origin of those that will; null for none.</param>
    /// <param name="isMixed">Whether the model embeds texts that came without a vector.</param>
    /// <param name="withModel">Whether the groups are to be saved.</param>
    /// <param name="log">Receives the engine's lines; may be null.</param>
    /// <param name="progress">Receives the progress, on any thread; may be null.</param>
    /// <param name="token">The token to monitor for cancellation.</param>
    /// <exception cref="EngineException">
    /// The model cannot be loaded, or makes other vectors than those that came along (VectorOriginMismatch).
    /// </exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public static void Check(
        TextGroupingOptions options,
        TextGroupModel? model,
        GivenVectors? given,
        bool isMixed,
        bool withModel = false,
        Action<string>? log = null,
        IProgress<StageProgress>? progress = null,
        CancellationToken token = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        options = model is null ? options : options with { Embedding = model.EmbeddingWith(options.Embedding) };
        if (isMixed)
        {
            OpenedEmbedder.Open(options.Model, options.Embedding, options.Cache, log, progress, token).Dispose();
        }

        if (model is null)
        {
            given?.Fit(options, isMixed, withModel, log, token);
        }
        else if (given is not null)
        {
            RequireSameVectors(given, options, log, token);
        }
    }

    /// <summary>Groups texts.</summary>
    /// <param name="texts">The texts; not blank, where they came without a vector.</param>
    /// <param name="options">How.</param>
    /// <param name="given">The vectors that came along with texts; null for none.</param>
    /// <param name="withModel">Whether to keep what new texts can be put into the groups by.</param>
    /// <param name="log">Receives the engine's lines; may be null.</param>
    /// <param name="progress">Receives the progress, on any thread; may be null.</param>
    /// <param name="token">The token to monitor for cancellation.</param>
    /// <returns>The groups. Texts that could not be worked on are listed, and the rest is grouped.</returns>
    /// <exception cref="EngineException">
    /// An option makes no sense, the model cannot be loaded, or it makes other vectors than those that came along (VectorOriginMismatch).
    /// </exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public static TextGroups Find(
        IReadOnlyList<string?> texts,
        TextGroupingOptions options,
        GivenVectors? given = null,
        bool withModel = false,
        Action<string>? log = null,
        IProgress<StageProgress>? progress = null,
        CancellationToken token = default)
    {
        ArgumentNullException.ThrowIfNull(texts);
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        ProgressRange whole = new(RisingProgress.Create(progress), string.Empty, 0, 1);
        float[] probe = [];
        given = given?.Count > 0 ? given : null;
        bool isMixed = given?.Count < texts.Count;
        options = given?.Fit(options, isMixed, withModel, log, token) ?? options;
        TextVectors vectors = TextVectors.Compute(
            texts, given, options, withModel ? vector => probe = vector : null, log, whole.Part(0, VectorEnd), token);
        int distinct = DistinctCount(vectors.Texts.Select(text => texts[text]), vectors.Rows, token);
        UmapOptions layoutOptions = GroupingRules.Layout(distinct, options);
        UmapFit layout = UmapReduction.Fit(
            vectors.Rows, layoutOptions, FarTexts.FitData, new PartProgress(whole.Part(VectorEnd, LayoutEnd)), token);
        (HdbscanFit clusters, EngineWarning? warning) = Divide(
            layout.Result.Layout, vectors.Texts.Length, options, new PartProgress(whole.Part(LayoutEnd, ClusterEnd)), token);

        // Texts of files are made when they are asked for, and the layout, which takes the most memory, needs none.
        string?[] placed = Array.ConvertAll(vectors.Texts, text => texts[text]);
        ModelNames names = Name(
            RowsOf(placed, vectors.Rows, clusters.Result), options, given, log, new PartProgress(whole.Part(ClusterEnd, 1)), token);
        IReadOnlyList<NamedCluster> groups = names.Clusters;
        TextGroupModel? model = withModel && placed.Length > 0
            ? TextGroupModel.Of(layout, HdbscanModel.Of(clusters, null, token), groups, vectors.Engine, options, probe)
            : null;
        double[] scores = GroupCohesion.Of(vectors.Rows, clusters.Result.Labels, clusters.Result.Persistences.Length, token);
        return Result(vectors, options, clusters.Result, groups, scores) with
        {
            RestName = options.RestName,
            LayoutOptions = layoutOptions,
            ClusterOptions = clusters.Options,
            Warnings = [.. vectors.Warnings, .. new[] { warning }.OfType<EngineWarning>(), .. names.Warnings],
            Model = model,
        };
    }

    /// <summary>Puts texts into groups that were saved, each independently of the others.</summary>
    /// <param name="texts">The texts; not blank, where they came without a vector.</param>
    /// <param name="model">The groups.</param>
    /// <param name="options">The model of the vectors; how texts become vectors is what it was when the groups were found.</param>
    /// <param name="given">The vectors that came along with texts; null for none.</param>
    /// <param name="log">Receives the engine's lines; may be null.</param>
    /// <param name="progress">Receives the progress, on any thread; may be null.</param>
    /// <param name="token">The token to monitor for cancellation.</param>
    /// <returns>
    /// The groups that any of the texts are in, with their old numbers, names and phrases. Texts that are too far from all that the groups
    /// were found of are in none (<see cref="FarTexts"/>).
    /// </returns>
    /// <exception cref="EngineException">
    /// The model of the vectors is another one (GroupModelMismatch), or makes others than those that came along (VectorOriginMismatch), or
    /// cannot be loaded.
    /// </exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public static TextGroups Place(
        IReadOnlyList<string?> texts,
        TextGroupModel model,
        TextGroupingOptions options,
        GivenVectors? given = null,
        Action<string>? log = null,
        IProgress<StageProgress>? progress = null,
        CancellationToken token = default)
    {
        ArgumentNullException.ThrowIfNull(texts);
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(options);
        options = options with { Embedding = model.EmbeddingWith(options.Embedding) };
        options.Validate();
        given = given?.Count > 0 ? given : null;
        if (given is not null)
        {
            RequireSameVectors(given, options, log, token);
        }

        ProgressRange whole = new(RisingProgress.Create(progress), string.Empty, 0, 1);
        TextVectors vectors = TextVectors.Compute(
            texts, given, options, probe => model.RequireSameVectors(probe, options), log, whole.Part(0, VectorEnd), token);
        int threads = options.Embedding.ThreadCount ?? 0;
        FittedDistances? distances = model.LargestDistance is null ? null : FarTexts.Distances(vectors.Rows.RowCount);
        UmapResult layout = model.Layout.Transform(
            vectors.Rows, distances, threads, new PartProgress(whole.Part(VectorEnd, LayoutEnd)), token);
        HdbscanResult clusters = model.Clusters
            .Predict(layout.Layout, threads, false, new PartProgress(whole.Part(LayoutEnd, ClusterEnd)), token).Result;
        FarTexts.LeaveOut(clusters, distances, model.LargestDistance);
        string?[] placed = Array.ConvertAll(vectors.Texts, text => texts[text]);
        IReadOnlyList<NamedCluster> groups = ClusterNaming.Name(
            RowsOf(placed, vectors.Rows, clusters), null, new PartProgress(whole.Part(ClusterEnd, 1)), token);
        double[] scores = model.LikenessOf(vectors.Rows, clusters.Labels, threads, token);
        return Result(vectors, options, clusters, [.. groups.Select(model.WithSavedName)], scores) with
        {
            RestName = model.RestName,
            Warnings = [.. vectors.Warnings, .. placed.Length == 0 ? [] : FarTexts.Warnings(model.LargestDistance, model.Layout.RowCount)],
        };
    }

    /// <summary>Lays the rows out in two dimensions, for a map; the groups are found in more.</summary>
    /// <param name="groups">The groups.</param>
    /// <param name="options">The seed and the threads.</param>
    /// <param name="progress">Receives the progress, on any thread; may be null.</param>
    /// <param name="token">The token to monitor for cancellation.</param>
    /// <returns>A place for each row.</returns>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public static RowMatrix LayOut(
        TextGroups groups, TextGroupingOptions options, IProgress<StageProgress>? progress = null, CancellationToken token = default)
    {
        ArgumentNullException.ThrowIfNull(groups);
        ArgumentNullException.ThrowIfNull(options);
        UmapOptions layout = new()
        {
            Metric = Metric.Cosine,
            Center = true,
            Seed = options.Seed,
            ThreadCount = options.Embedding.ThreadCount ?? 0,
        };
        return UmapReduction.Compute(groups.Vectors, layout, progress, token).Layout;
    }

    /// <summary>Refuses vectors that came along and are not what the model at hand makes for saved groups.</summary>
    private static void RequireSameVectors(
        GivenVectors given, TextGroupingOptions options, Action<string>? log, CancellationToken token)
    {
        if (given.TryFit(options, isExact: false, mayAdapt: false, out string? difference, log, token) is null)
        {
            throw given.OtherModel(options, difference);
        }
    }

    private static (HdbscanFit Fit, EngineWarning? Warning) Divide(
        RowMatrix layout, int count, TextGroupingOptions options, IProgress<StageProgress> progress, CancellationToken token)
    {
        HdbscanOptions clusters = GroupingRules.Clusters(count, options);

        // The many clusters of the smallest size are only the tree's: none of their rows need to be moved yet.
        HdbscanOptions ofTree = clusters with { ClusterCount = null, RefinementCount = 0 };
        HdbscanFit fit = HdbscanClustering.Fit(layout, ofTree, progress, token);
        int usual = GroupingRules.Size(count);
        if (LayerChoice.Take(fit, layout, clusters, usual, options.Resolution, token) is not (HdbscanFit divided, bool isMet))
        {
            HdbscanFit single = HdbscanClustering.Fit(layout, GroupingRules.OneGroup(clusters), null, token);
            EngineWarning? unmet = options.GroupCount is int wanted && count > 0 && single.Result.Persistences.Length != wanted
                ? CountWarning(wanted, single.Result.Persistences.Length, clusters.MinClusterSize)
                : null;
            return (single, SizeWarning(count, options) ?? unmet);
        }

        if (options.GroupCount is int asked)
        {
            // The groups of Auto, merged; where they are too few, those of the smallest size.
            bool areEnough = divided.Result.Persistences.Length >= asked;
            int size = areEnough ? divided.Options.MinClusterSize : clusters.MinClusterSize;
            HdbscanFit merged = HdbscanClustering.TakeLeaves(fit, size, clusters, token);
            int found = merged.Result.Persistences.Length;
            return (merged, found == asked ? null : CountWarning(asked, found, size));
        }

        string message = $"The texts have no resolution that is {(options.Resolution == GroupResolution.Fine ? "finer" : "coarser")} than "
            + "that of Auto, so these are its groups. GroupCount asks for a number of groups.";
        return (divided, isMet ? null : new EngineWarning("ResolutionNotThere", message));
    }

    private static EngineWarning CountWarning(int asked, int found, int size)
    {
        string why = found > asked ? string.Empty
            : size > GroupingRules.SmallestGroup
                ? FormattableString.Invariant($" MinGroupSize is {size}, and each group begins with so many: a smaller one may make more.")
                : " There is no finer layer: two texts that are alike are a group already.";
        return new EngineWarning(
            "GroupCountNotMet",
            FormattableString.Invariant($"The texts do not part into {asked} groups; the nearest is {found}.") + why);
    }

    private static EngineWarning? SizeWarning(int count, TextGroupingOptions options)
        => count > 0 && options.MinGroupSize is int size && size > count
            ? new EngineWarning(
                "GroupSizeNotMet",
                FormattableString.Invariant($"MinGroupSize is {size}, and there are {count} texts, so that all are in no group."))
            : null;

    private static ModelNames Name(
        ClusterRows rows,
        TextGroupingOptions options,
        GivenVectors? given,
        Action<string>? log,
        PartProgress progress,
        CancellationToken token)
    {
        IReadOnlyList<NamedCluster> groups = ClusterNaming.Name(rows, options.GivenNames, options.Naming is null ? progress : null, token);
        if (options.Naming is null)
        {
            return new ModelNames(groups, []);
        }

        // Vectors that came along may be another model's; naming then looks at some texts, and says so.
        TextGroupingOptions? like = given is null ? options : given.TryFit(options, isExact: false, mayAdapt: true, out _, log, token);
        ModelNamingOptions naming = options.Naming with
        {
            Model = options.Model,
            Embedding = (like ?? options).Embedding,
            HasVectorsOfModel = like is not null,
        };
        return ModelNaming.Name(groups, rows, naming, log, progress, token);
    }

    /// <summary>Counts the texts that differ, or where some have none, the vectors that do.</summary>
    private static int DistinctCount(IEnumerable<string?> texts, RowMatrix rows, CancellationToken token)
    {
        if (texts.All(text => text is not null))
        {
            return texts.Distinct(StringComparer.Ordinal).Count();
        }

        int[] order = CanonicalOrder.Of(rows, token);
        int count = 0;
        for (int i = 0; i < order.Length; i++)
        {
            count += i == 0 || !rows.Row(order[i]).SequenceEqual(rows.Row(order[i - 1])) ? 1 : 0;
        }

        return count;
    }

    private static ClusterRows RowsOf(string?[] texts, RowMatrix vectors, HdbscanResult clusters) => new(texts, clusters.Labels)
    {
        Vectors = new MatrixVectors(vectors),
        Strengths = clusters.Probabilities,
    };

    private static TextGroups Result(
        TextVectors vectors,
        TextGroupingOptions options,
        HdbscanResult clusters,
        IReadOnlyList<NamedCluster> groups,
        double[] scores) => new()
    {
        Texts = vectors.Texts,
        Vectors = vectors.Rows,
        Labels = clusters.Labels,
        Strengths = clusters.Probabilities,
        Groups = groups,
        Scores = [.. groups.Select(group => scores[group.Cluster])],
        LongTexts = vectors.LongTexts,
        WindowLength = vectors.WindowLength,
        Embedding = options.Embedding,
        Failures = vectors.Failures,
        Warnings = vectors.Warnings,
    };
}
