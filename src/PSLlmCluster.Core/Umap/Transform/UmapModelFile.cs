using PSLlmCluster.Core.Neighbors;
using PSLlmCluster.Core.Numerics;
using PSLlmCluster.Core.Storage;
using PSLlmCluster.Core.Umap.Graph;

namespace PSLlmCluster.Core.Umap.Transform;

/// <summary>
/// The sections of a model file of kind "umap", version 1: "settings" (text), "rows" (n x columns, single precision) or, for precomputed
/// distances, "columns" (n whole numbers), and "layout" (n x components, single precision). Version 2 has "offset" (a number in double
/// precision for each column), which is taken off a row before it is rounded to single precision. Version 3 has "center" (as many), the
/// mean of the fitted rows, which is taken off a row before that; its settings "center" and "offset" say which of both there is. Version 4
/// has those two settings, and "embedding_engine": which engine made the vectors of the fitted rows. Version 5 has all of these settings,
/// the engine "none" where it is not known, and what <see cref="CellSections"/> says; where its setting "reaches" is true, as in the map of
/// a sample, it has "reaches" (n, single precision): how far from each fitted point new rows may lie.
/// </summary>
internal static class UmapModelFile
{
    private const string Kind = "umap";
    private const int PlainVersion = 1;
    private const int OffsetVersion = 2;
    private const int CenterVersion = 3;
    private const int EngineVersion = 4;
    private const int CellVersion = 5;

    /// <summary>The newest version that is understood.</summary>
    public const int NewestVersion = CellVersion;

    private const string SettingsName = "settings";
    private const string RowsName = "rows";
    private const string ColumnsName = "columns";
    private const string OffsetName = "offset";
    private const string CenterName = "center";
    private const string LayoutName = "layout";
    private const string ReachesName = "reaches";
    private const string PreparingStage = "Preparing the search";
    private const int NoEpochs = -1;

    private static readonly ModelSettingTable<Fitted> _fitted = new ModelSettingTable<Fitted>()
        .Choice<Metric>("metric", fitted => fitted.Options.Metric, (fitted, value) => fitted.With(fitted.Options with { Metric = value }))
        .Double(
            "p",
            fitted => fitted.Options.MinkowskiPower,
            (fitted, value) => fitted.With(fitted.Options with { MinkowskiPower = value }),
            mayBeInfinite: true)
        .Double(
            "disconnection_distance",
            fitted => fitted.Options.Disconnection(),
            (fitted, value) => fitted.With(fitted.Options with { DisconnectionDistance = value }),
            mayBeInfinite: true)
        .Double(
            "local_connectivity",
            fitted => fitted.Options.LocalConnectivity,
            (fitted, value) => fitted.With(fitted.Options with { LocalConnectivity = value }))
        .Double("a", fitted => fitted.Curve.A, (fitted, value) => fitted with { Curve = fitted.Curve with { A = value } })
        .Double("b", fitted => fitted.Curve.B, (fitted, value) => fitted with { Curve = fitted.Curve with { B = value } })
        .Int32(
            "n_epochs",
            fitted => fitted.Options.EpochCount ?? NoEpochs,
            (fitted, value) => fitted.With(fitted.Options with { EpochCount = value == NoEpochs ? null : value }))
        .Double(
            "learning_rate",
            fitted => fitted.Options.LearningRate,
            (fitted, value) => fitted.With(fitted.Options with { LearningRate = value }))
        .Double(
            "repulsion_strength",
            fitted => fitted.Options.RepulsionStrength,
            (fitted, value) => fitted.With(fitted.Options with { RepulsionStrength = value }))
        .Int32(
            "negative_sample_rate",
            fitted => fitted.Options.NegativeSampleRate,
            (fitted, value) => fitted.With(fitted.Options with { NegativeSampleRate = value }))
        .Int32("random_state", fitted => fitted.Options.Seed, (fitted, value) => fitted.With(fitted.Options with { Seed = value }));

    /// <summary>Writes a model.</summary>
    public static void Write(UmapModel model, ModelFileTarget target, WorkContext work)
    {
        ModelFileWriter file = new(Kind, VersionOf(model));
        Add(model, file, work);
        file.Save(target, work.Token);
    }

    /// <summary>Adds the sections of a model to a file.</summary>
    /// <param name="model">The model.</param>
    /// <param name="file">Receives them.</param>
    /// <param name="work">The threads to use, the progress and the token: what finds the fitted rows may have to be made.</param>
    public static void Add(UmapModel model, ModelFileWriter file, WorkContext work)
    {
        int version = VersionOf(model);
        CellParts? cells = version >= CellVersion ? model.Cells(work.Stage(PreparingStage, 0, 1)) : null;
        ModelSettings settings = new();
        settings.Set("rows", model.RowCount);
        settings.Set("columns", model.ColumnCount);
        settings.Set("components", model.ComponentCount);
        settings.Set("n_neighbors", model.NeighborCount);
        _fitted.Write(settings, new Fitted(model.Options, model.Curve));

        if (version >= CenterVersion)
        {
            settings.Set(CenterName, model.Center is not null);
            settings.Set(OffsetName, model.Offset is not null);
        }

        if (version >= EngineVersion)
        {
            EngineSetting.Write(settings, model.Engine);
        }

        if (version >= CellVersion)
        {
            CellSections.Write(settings, cells);
            settings.Set(ReachesName, model.Reaches is not null);
        }

        file.Add(SettingsName, settings);
        if (model.Rows is null)
        {
            file.Add(ColumnsName, model.Columns!);
        }
        else
        {
            file.Add(RowsName, model.Rows.AllRows);
        }

        if (model.Center is { } center)
        {
            file.Add(CenterName, center);
        }

        if (model.Offset is { } offset)
        {
            file.Add(OffsetName, offset);
        }

        file.Add(LayoutName, model.Layout.Values);
        CellSections.Write(file, cells);
        if (model.Reaches is { } reaches)
        {
            file.Add(ReachesName, reaches);
        }
    }

    /// <summary>Reads a model.</summary>
    public static UmapModel Read(string path, CancellationToken token)
        => Read(ModelFileReader.Read(path, Kind, NewestVersion, token));

    /// <summary>Reads a model out of the sections of a file.</summary>
    public static UmapModel Read(ModelFileReader file)
    {
        ModelSettings settings = file.Settings(SettingsName);
        int n = settings.Int32("rows", 1);
        int width = settings.Int32("columns", 1);
        int dim = settings.Int32("components", 1, UmapOptions.LargestComponentCount);
        int neighborCount = settings.Int32("n_neighbors", 1, n);
        UmapOptions shape = new() { NeighborCount = Math.Max(2, neighborCount), ComponentCount = dim };
        (UmapOptions options, CurveParameters curve) = _fitted.Read(settings, new Fitted(shape, default));
        bool hasCenter = file.KindVersion >= CenterVersion && settings.Boolean(CenterName);
        bool hasOffset = file.KindVersion >= CenterVersion ? settings.Boolean(OffsetName) : file.KindVersion == OffsetVersion;
        EmbeddingEngine? engine = file.KindVersion switch
        {
            >= CellVersion => EngineSetting.ReadOptional(file, settings),
            EngineVersion => EngineSetting.Read(file, settings),
            _ => null,
        };
        (int cellCount, int probeCount) = file.KindVersion >= CellVersion ? CellSections.ReadSettings(settings, n) : default;
        bool hasReaches = file.KindVersion >= CellVersion && settings.Boolean(ReachesName);
        options = options with { Center = hasCenter };
        settings.RequireAllRead();
        if (!curve.IsValid)
        {
            throw file.Damaged($"its curve has the parameters {curve.A} and {curve.B}");
        }

        file.RequireValid(options.Validate);

        bool precomputed = options.Metric == Metric.Precomputed;
        int[]? columns = precomputed ? file.Int32s(ColumnsName, n, 0, width - 1) : null;
        RowMatrix? rows = precomputed ? null : new RowMatrix(file.Singles(RowsName, (long)n * width), n, width);
        double[]? center = hasCenter ? file.DoublesWithin(CenterName, width, Centering.LargestNumber) : null;
        double[]? offset = hasOffset ? file.Doubles(OffsetName, width) : null;
        RowMatrix layout = new(file.Singles(LayoutName, (long)n * dim), n, dim);
        if (precomputed && width < n)
        {
            throw file.Damaged($"it holds {n} rows and {width} columns of distances");
        }

        UmapModel model = new(options, curve, neighborCount, width, rows, layout, columns)
        {
            Center = center,
            Offset = offset,
            Engine = engine,
            Reaches = hasReaches ? file.Singles(ReachesName, n) : null,
        };
        if (model.Reaches is { } reaches && Array.Exists(reaches, reach => reach < 0))
        {
            throw file.Damaged($"its section '{ReachesName}' holds a number out of its range");
        }

        if (file.KindVersion >= CellVersion)
        {
            model.TakeCells(precomputed || cellCount == 0 ? null : CellSections.Read(file, model.Space, cellCount, probeCount));
        }

        file.RequireAllRead();
        return model;
    }

    /// <summary>Returns the lowest version that can say what the model is, so that earlier builds read what they can.</summary>
    public static int VersionOf(UmapModel model) => model switch
    {
        _ when model.Reaches is not null || model.KeepsCells() => CellVersion,
        { Engine: not null } => EngineVersion,
        { Center: not null } => CenterVersion,
        { Offset: not null } => OffsetVersion,
        _ => PlainVersion,
    };

    /// <summary>What the settings describe: the options of the fit and the curve that they led to.</summary>
    private sealed record Fitted(UmapOptions Options, CurveParameters Curve)
    {
        public Fitted With(UmapOptions options) => this with { Options = options };
    }
}
