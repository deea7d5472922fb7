using System.Text.Json;
using System.Text.Json.Serialization;
using PSLlmCluster.Core.Embedding;
using PSLlmCluster.Core.Hdbscan.Prediction;
using PSLlmCluster.Core.Storage;
using PSLlmCluster.Core.Umap.Transform;

namespace PSLlmCluster.Core.Grouping;

/// <summary>
/// The sections of a model file of kind "groups", version 1: "settings" (text); "texts" (JSON: the model's file name, prefix, prompt, and
/// of each group name, source, score and keyphrases); "probe", the vector of a text that tells models apart; and the sections of the layout
/// and of its clusters, their names after "umap." and "hdbscan.". Version 2 has the setting "largest_distance", how far a new text may be
/// from those that were grouped, or "none", and where one was given, in "texts" the name of what is in no group.
/// </summary>
internal static class TextGroupModelFile
{
    private const string Kind = "groups";
    private const int PlainVersion = 1;
    private const int DistanceVersion = 2;
    private const string DistanceName = "largest_distance";
    private const string NoDistance = "none";
    private const string SettingsName = "settings";
    private const string TextsName = "texts";
    private const string ProbeName = "probe";
    private const string LayoutPrefix = "umap.";
    private const string ClusterPrefix = "hdbscan.";
    private const int NoWindow = 0;

    private static readonly JsonSerializerOptions _json = new()
    {
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
        Converters = { new JsonStringEnumConverter<NameSource>() },
    };

    /// <summary>Writes groups.</summary>
    public static void Write(TextGroupModel model, ModelFileTarget target, WorkContext work)
    {
        EmbeddingOptions embedding = model.Embedding;
        ModelSettings settings = new();
        settings.Set("umap_version", UmapModelFile.VersionOf(model.Layout));
        settings.Set("hdbscan_version", HdbscanModelFile.VersionOf(model.Clusters));
        settings.Set("pooling", embedding.Pooling);
        settings.Set("normalize", embedding.Normalize);
        settings.Set("window", embedding.ContextLength ?? NoWindow);
        settings.Set("long_text", embedding.LongText);
        // The lowest version that can say what the model is, so that earlier builds read what they can.
        bool isPlain = model.LargestDistance is null && model.RestName is null;
        if (!isPlain)
        {
            settings.Set(DistanceName, model.LargestDistance, NoDistance);
        }

        ModelFileWriter file = new(Kind, isPlain ? PlainVersion : DistanceVersion);
        file.Add(SettingsName, settings);
        Texts texts = new(model.ModelName, embedding.Prefix, embedding.Prompt, [.. model.Groups], model.RestName);
        file.Add(TextsName, JsonSerializer.Serialize(texts, _json));
        file.Add(ProbeName, model.Probe);
        UmapModelFile.Add(model.Layout, file.Part(LayoutPrefix), work);
        HdbscanModelFile.Add(model.Clusters, file.Part(ClusterPrefix));
        file.Save(target, work.Token);
    }

    /// <summary>Reads groups.</summary>
    public static TextGroupModel Read(string path, CancellationToken token)
    {
        ModelFileReader file = ModelFileReader.Read(path, Kind, DistanceVersion, token);
        ModelSettings settings = file.Settings(SettingsName);
        int layoutVersion = settings.Int32("umap_version", 1, UmapModelFile.NewestVersion);
        int clusterVersion = settings.Int32("hdbscan_version", 1, HdbscanModelFile.NewestVersion);
        EmbeddingOptions embedding = new()
        {
            Pooling = settings.Choice<PoolingType>("pooling"),
            Normalize = settings.Boolean("normalize"),
            ContextLength = settings.Int32("window", NoWindow) is > NoWindow and int window ? window : null,
            LongText = settings.Choice<LongTextHandling>("long_text"),
        };
        double? largestDistance = file.KindVersion < DistanceVersion || settings.Text(DistanceName) == NoDistance
            ? null
            : settings.Double(DistanceName);
        settings.RequireAllRead();
        Texts texts = ReadTexts(file);
        embedding = embedding with { Prefix = texts.Prefix, Prompt = texts.Prompt };
        file.RequireValid(embedding.Validate);
        float[] probe = file.Singles(ProbeName);
        UmapModel layout = UmapModelFile.Read(file.Part(LayoutPrefix, layoutVersion));
        HdbscanModel clusters = HdbscanModelFile.Read(file.Part(ClusterPrefix, clusterVersion));
        file.RequireAllRead();
        if (layout.ColumnCount != probe.Length || clusters.ColumnCount != layout.ComponentCount)
        {
            throw file.Damaged("its vectors, layout and clusters do not fit together");
        }

        return texts.Groups.Length == clusters.ClusterCount
            ? new TextGroupModel(layout, clusters, texts.Groups, embedding, texts.Model, probe, largestDistance, texts.Rest)
            : throw file.Damaged($"it holds {texts.Groups.Length} names for {clusters.ClusterCount} groups");
    }

    private static Texts ReadTexts(ModelFileReader file)
    {
        try
        {
            Texts texts = JsonSerializer.Deserialize<Texts>(file.Text(TextsName), _json) ?? throw new JsonException();
            return Array.TrueForAll(texts.Groups, group => !string.IsNullOrWhiteSpace(group?.Name)) ? texts : throw new JsonException();
        }
        catch (JsonException)
        {
            throw file.Damaged("its names cannot be read");
        }
    }

    private sealed record Texts(
        string Model,
        string Prefix,
        string Prompt,
        SavedGroup[] Groups,
        [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Rest = null);
}
