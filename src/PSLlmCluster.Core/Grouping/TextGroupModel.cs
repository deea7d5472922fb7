using PSLlmCluster.Core.Embedding;
using PSLlmCluster.Core.Hdbscan.Prediction;
using PSLlmCluster.Core.Numerics;
using PSLlmCluster.Core.Storage;
using PSLlmCluster.Core.Umap;
using PSLlmCluster.Core.Umap.Transform;

namespace PSLlmCluster.Core.Grouping;

/// <summary>
/// Groups that new texts can be put into: how texts become vectors, the layout, its clusters and their names, in one file.
/// </summary>
public sealed class TextGroupModel
{
    internal TextGroupModel(
        UmapModel layout,
        HdbscanModel clusters,
        IReadOnlyList<SavedGroup> groups,
        EmbeddingOptions embedding,
        string modelName,
        float[] probe,
        double? largestDistance = null,
        string? restName = null)
    {
        Layout = layout;
        Clusters = clusters;
        Groups = groups;
        Embedding = embedding;
        ModelName = modelName;
        Probe = probe;
        LargestDistance = largestDistance;
        RestName = restName;
    }

    /// <summary>Gets the file name of the model of the vectors, by which a user knows it.</summary>
    public string ModelName { get; }

    /// <summary>Gets the layout that groups were found in.</summary>
    internal UmapModel Layout { get; }

    /// <summary>Gets the groups as clusters of the layout.</summary>
    internal HdbscanModel Clusters { get; }

    /// <summary>Gets the names, by number.</summary>
    internal IReadOnlyList<SavedGroup> Groups { get; }

    /// <summary>Gets how texts become vectors.</summary>
    internal EmbeddingOptions Embedding { get; }

    /// <summary>
    /// Gets the vector of the probe text, which is computed again before new texts are: a vector of another model, another pooling or other
    /// words around the text means another thing.
    /// </summary>
    internal float[] Probe { get; }

    /// <summary>
    /// Gets how far a new text may be from those that were grouped, as <see cref="FarTexts"/> measures it; null where every text has a
    /// group.
    /// </summary>
    internal double? LargestDistance { get; }

    /// <summary>Gets the name that a person gave to what is in no group; null for none.</summary>
    internal string? RestName { get; }

    /// <summary>Reads groups.</summary>
    /// <param name="path">The file.</param>
    /// <param name="token">The token to monitor for cancellation.</param>
    /// <returns>The groups.</returns>
    /// <exception cref="EngineException">The file is not there, cannot be read, holds no groups, is newer, or damaged.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public static TextGroupModel Load(string path, CancellationToken token = default) => TextGroupModelFile.Read(path, token);

    /// <summary>Writes the groups, whole or not at all.</summary>
    /// <param name="target">Where to.</param>
    /// <param name="token">The token to monitor for cancellation.</param>
    /// <exception cref="EngineException">The file cannot be written.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public void Save(ModelFileTarget target, CancellationToken token = default) => Save(target, 0, null, token);

    /// <summary>Writes the groups, whole or not at all.</summary>
    /// <param name="target">Where to.</param>
    /// <param name="threadCount">The most threads to use for what finds the fitted rows nearest to new ones, which takes a while to make
    /// where there are many; 0 for as many as there are cores.</param>
    /// <param name="progress">Receives how far that is; may be null.</param>
    /// <param name="token">The token to monitor for cancellation.</param>
    /// <exception cref="EngineException">The file cannot be written.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public void Save(ModelFileTarget target, int threadCount, IProgress<StageProgress>? progress, CancellationToken token = default)
    {
        ArgumentNullException.ThrowIfNull(target);
        TextGroupModelFile.Write(this, target, WorkContext.Create(threadCount, progress, token));
    }

    /// <summary>Makes a model of groups that were found.</summary>
    internal static TextGroupModel Of(
        UmapFit layout,
        HdbscanModel clusters,
        IReadOnlyList<NamedCluster> groups,
        EmbeddingEngine engine,
        TextGroupingOptions options,
        float[] probe)
    {
        layout.Model.Engine = engine;
        clusters.Engine = engine;
        return new TextGroupModel(
            layout.Model,
            clusters,
            [.. groups.Select(group => new SavedGroup(group.Name, group.Source, group.Score, group.Keyphrases))],
            options.Embedding,
            options.Model.Name,
            probe,
            FarTexts.LargestDistance(layout),
            options.RestName);
    }

    /// <summary>Returns how new texts become vectors: as those that were grouped did, with the threads and batches of now.</summary>
    /// <param name="now">What is asked for now.</param>
    public EmbeddingOptions EmbeddingWith(EmbeddingOptions now) => Embedding with
    {
        ThreadCount = now.ThreadCount,
        BatchSize = now.BatchSize,
    };

    /// <summary>Refuses a model whose vectors mean something else.</summary>
    /// <param name="probe">The vector that it has for the probe text.</param>
    /// <param name="options">Which model it is.</param>
    /// <exception cref="EngineException">The vectors differ (GroupModelMismatch).</exception>
    internal void RequireSameVectors(float[] probe, TextGroupingOptions options)
    {
        if (!VectorDifference.IsSmall(probe, Probe))
        {
            throw new EngineException(
                EngineErrorIds.GroupModelMismatch,
                FailureKind.InvalidArgument,
                $"The groups were found with the model {ModelName}, and {options.Model.Name} gives other vectors.",
                "Give the model that the groups were found with, or find them again with this one.");
        }
    }

    /// <summary>Gives a group of new texts its old name and phrases.</summary>
    internal NamedCluster WithSavedName(NamedCluster group)
    {
        SavedGroup saved = Groups[group.Cluster];
        return group with { Name = saved.Name, Source = saved.Source, Score = saved.Score, Keyphrases = saved.Keyphrases };
    }

    /// <summary>Returns how much alike new rows are to the groups that they were put into, as those were found.</summary>
    /// <param name="rows">The vectors, in single precision.</param>
    /// <param name="labels">The group of each, or below 0 for none.</param>
    /// <param name="threadCount">The most threads, or 0.</param>
    /// <param name="token">The token to monitor for cancellation.</param>
    /// <returns>For each group a number from 0 to 1; 0 where no row is in it.</returns>
    internal double[] LikenessOf(RowMatrix rows, int[] labels, int threadCount, CancellationToken token)
    {
        double[] scores = new double[Groups.Count];
        ILookup<int, int> members = CanonicalOrder.Of(rows, token).Where(row => labels[row] >= 0).ToLookup(row => labels[row]);
        if (members.Count == 0)
        {
            return scores;
        }

        // The fitted rows are in canonical order, and the mean was taken off them; each has the group of its place.
        RowMatrix fitted = Layout.Rows!;
        int[] groups = Clusters.Predict(Layout.Layout, threadCount, false, null, token).Result.Labels;
        int[] order = [.. Enumerable.Range(0, fitted.RowCount)];
        GroupDirections directions = GroupDirections.Of(fitted, order, groups, Groups.Count, new double[fitted.ColumnCount]);
        RowMatrix centered = Centering.Subtract(rows, Layout.Center!, WorkContext.Create(threadCount, null, token)).ToSingle();
        foreach (IGrouping<int, int> group in members)
        {
            scores[group.Key] = directions.Likeness(centered, [.. group], group.Key);
        }

        return scores;
    }
}

/// <summary>A group's name as it is kept.</summary>
/// <param name="Name">The name.</param>
/// <param name="Source">Where it comes from.</param>
/// <param name="Score">How well it fits, or null.</param>
/// <param name="Keyphrases">The phrases that are particular to the group.</param>
internal sealed record SavedGroup(string Name, NameSource Source, double? Score, IReadOnlyList<KeyPhrase> Keyphrases);
