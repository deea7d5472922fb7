using PSLlmCluster.Core.Numerics;
using PSLlmCluster.Core.Storage;

namespace PSLlmCluster.Core.Umap;

/// <summary>
/// The sections of a model file of kind "umap", version 1: "settings" (text), "rows" (n x columns, single precision) or, for precomputed distances, "columns" (n whole numbers),
/// and "layout" (n x components, single precision).
/// </summary>
internal static class UmapModelFile
{
    private const string Kind = "umap";
    private const int KindVersion = 1;
    private const string SettingsName = "settings";
    private const string RowsName = "rows";
    private const string ColumnsName = "columns";
    private const string LayoutName = "layout";
    private const int NoEpochs = -1;

    /// <summary>Writes a model.</summary>
    public static void Write(UmapModel model, ModelFileTarget target, CancellationToken token)
    {
        UmapOptions options = model.Options;
        ModelSettings settings = new();
        settings.Set("rows", model.RowCount);
        settings.Set("columns", model.ColumnCount);
        settings.Set("components", model.ComponentCount);
        settings.Set("n_neighbors", model.NeighborCount);
        settings.Set("metric", options.Metric);
        settings.Set("p", options.MinkowskiPower);
        settings.Set("disconnection_distance", options.Disconnection());
        settings.Set("local_connectivity", options.LocalConnectivity);
        settings.Set("a", model.Curve.A);
        settings.Set("b", model.Curve.B);
        settings.Set("n_epochs", options.EpochCount ?? NoEpochs);
        settings.Set("learning_rate", options.LearningRate);
        settings.Set("repulsion_strength", options.RepulsionStrength);
        settings.Set("negative_sample_rate", options.NegativeSampleRate);
        settings.Set("random_state", options.Seed);

        ModelFileWriter file = new(Kind, KindVersion);
        file.Add(SettingsName, settings);
        if (model.Rows is null)
        {
            file.Add(ColumnsName, model.Columns!);
        }
        else
        {
            file.Add(RowsName, model.Rows.Values);
        }

        file.Add(LayoutName, model.Layout.Values);
        file.Save(target, token);
    }

    /// <summary>Reads a model.</summary>
    public static UmapModel Read(string path, CancellationToken token)
    {
        ModelFileReader file = ModelFileReader.Read(path, Kind, KindVersion, token);
        ModelSettings settings = file.Settings(SettingsName);
        int n = settings.Int32("rows", 1);
        int width = settings.Int32("columns", 1);
        int dim = settings.Int32("components", 1, UmapOptions.LargestComponentCount);
        int neighborCount = settings.Int32("n_neighbors", 1, n);
        Metric metric = settings.Choice<Metric>("metric");
        double disconnection = settings.Double("disconnection_distance", mayBeInfinite: true);
        int epochs = settings.Int32("n_epochs", NoEpochs);
        CurveParameters curve = new(settings.Double("a"), settings.Double("b"));
        UmapOptions options = new()
        {
            NeighborCount = Math.Max(2, neighborCount),
            ComponentCount = dim,
            Metric = metric,
            MinkowskiPower = settings.Double("p", mayBeInfinite: true),
            DisconnectionDistance = disconnection,
            LocalConnectivity = settings.Double("local_connectivity"),
            EpochCount = epochs == NoEpochs ? null : epochs,
            LearningRate = settings.Double("learning_rate"),
            RepulsionStrength = settings.Double("repulsion_strength"),
            NegativeSampleRate = settings.Int32("negative_sample_rate"),
            Seed = settings.Int32("random_state"),
        };
        settings.RequireAllRead();
        file.RequireValid((options with { A = curve.A, B = curve.B }).Validate);

        bool precomputed = metric == Metric.Precomputed;
        int[]? columns = precomputed ? file.Int32s(ColumnsName, n, 0, width - 1) : null;
        RowMatrix? rows = precomputed ? null : new RowMatrix(file.Singles(RowsName, (long)n * width), n, width);
        RowMatrix layout = new(file.Singles(LayoutName, (long)n * dim), n, dim);
        file.RequireAllRead();
        return precomputed && width != n
            ? throw file.Damaged($"it holds {n} rows and {width} columns of distances")
            : new UmapModel(options, curve, neighborCount, rows, layout, columns);
    }
}
