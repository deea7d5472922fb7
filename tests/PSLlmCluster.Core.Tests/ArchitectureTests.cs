using System.Reflection;
using System.Xml.Linq;
using PSLlmCluster.Core.Tests.Support;

namespace PSLlmCluster.Core.Tests;

/// <summary>The arrows of the design: who may know whom.</summary>
public sealed class ArchitectureTests
{
    private const string Root = "PSLlmCluster.Core";
    private const string WorkerRoot = "PSLlmCluster.Worker";
    private static readonly Assembly _core = typeof(EngineException).Assembly;
    private static readonly Assembly _worker = typeof(Worker.Program).Assembly;

    /// <summary>What each part may use beside itself, the root of the engine and the bridge.</summary>
    private static readonly Dictionary<string, string[]> _arrows = new()
    {
        ["Storage"] = [],
        ["Numerics"] = [],
        ["Neighbors"] = ["Numerics"],
        ["Umap"] = ["Neighbors", "Numerics", "Storage"],
        ["Hdbscan"] = ["Neighbors", "Numerics", "Storage"],
        ["Gguf"] = [],
        ["Embedding"] = ["Gguf"],
        ["Endpoints"] = ["Embedding", "Generation"],
        ["Backends"] = [],
        ["Generation"] = [],
        ["Llama"] = ["Embedding", "Generation", "Gguf"],
        ["Encoding"] = ["Embedding", "Gguf", "Numerics"],
        ["Caching"] = ["Embedding", "Gguf"],
        ["Shards"] = ["Caching", "Numerics"],
        ["Engines"] = ["Caching", "Embedding", "Encoding", "Endpoints", "Generation", "Gguf", "Llama"],
        ["Phrases"] = ["Numerics"],
        ["Grouping"] = ["Caching", "Embedding", "Engines", "Generation", "Gguf", "Hdbscan", "Numerics", "Phrases", "Storage", "Umap"],
        ["Plotting"] = ["Numerics", "Phrases"],
    };

    /// <summary>What each part of the worker may use beside itself: parts of the worker, and of the engine.</summary>
    private static readonly Dictionary<string, (string[] OfWorker, string[] OfCore)> _workerArrows = new()
    {
        ["Llama"] = ([], ["Backends", "Embedding", "Generation", "Gguf"]),
        ["Serving"] = (["Llama"], ["Embedding", "Generation", "Gguf", "Llama"]),
    };

    /// <summary>The rooms of a part: what each may use beside itself, and which types of the part's own root.</summary>
    private static readonly Dictionary<string, Dictionary<string, Room>> _rooms = new()
    {
        ["Hdbscan"] = new()
        {
            ["Spanning"] = new([], ["RowWeights"]),
            ["Hierarchy"] = new(["Spanning"], ["HdbscanPoints", "RowWeights"]),
            ["Selection"] = new(["Hierarchy", "Spanning"], ["HdbscanOptions", "RowWeights"]),
            ["Layers"] = new(["Selection", "Hierarchy", "Spanning"], ["HdbscanPoints", "RowWeights"]),
            ["Refinement"] = new([], ["HdbscanPoints", "RowWeights"]),
            ["Prediction"] = new(
                ["Layers", "Refinement", "Selection", "Hierarchy"],
                ["FitStages", "HdbscanFit", "HdbscanLayer", "HdbscanOptions", "HdbscanPoints", "HdbscanResult", "RowWeights"]),
        },
        ["Umap"] = new()
        {
            ["Graph"] = new([], ["UmapOptions"]),
            ["Start"] = new(["Graph"], ["UmapOptions"]),
            ["Layout"] = new(["Graph"], ["CurveParameters"]),
            ["Transform"] = new(["Layout", "Graph"], ["CurveParameters", "SingleRows", "UmapOptions", "UmapResult"]),
        },
        ["Encoding"] = new()
        {
            ["Tokenizing"] = new([], []),
            ["Kernels"] = new([], []),
            ["Bert"] = new(["Kernels"], []),
        },
        ["Grouping"] = new()
        {
            ["Naming"] = new([], ["ClusterRows", "NamedCluster", "RowCenters"]),
        },
        ["Plotting"] = new()
        {
            ["Map"] = new([], ["PlotColor", "PlotPoint", "PlotText"]),
            ["Page"] = new(["Map"], ["ClusterPlotOptions", "PlotPoint", "PlotProperty", "PlotPropertyKind", "PlotRange", "PlotText"]),
            ["Picture"] = new(
                ["Map"],
                ["ClusterPlotOptions", "ClusterPlotScene", "FontRun", "PdfPage", "PlotFonts", "PlotPoint", "PlotText", "PngPicture",
                "SvgPicture", "TextDirection"]),
            ["Terminal"] = new(["Map", "Picture"], ["PlotPoint", "PlotText", "TerminalColors", "TerminalPlotOptions", "TextDirection"]),
        },
    };

    /// <summary>The types that may use one another, each group with the reason.</summary>
    private static readonly (string Reason, string[] Types)[] _cycles =
    [
        ("A class that chooses among its sub-classes.",
            ["AngularSpace", "BrayCurtisSpace", "CanberraSpace", "ChebyshevSpace", "EuclideanSpace", "HammingSpace",
            "ManhattanSpace", "MetricSpace", "MinkowskiSpace", "PrecomputedSpace", "SetSpace", "SumSpace"]),
        ("A class that chooses among its sub-classes.", ["EncoderTokenizer", "UnigramTokenizer", "WordPieceTokenizer"]),
        (
            "A class that chooses among its sub-classes, of which one falls back on another.",
            ["AllPairsSearch", "BlockSearch", "KdTreeSearch", "ReachabilitySearch"]),
        ("A facade and its workers.", ["ApproximatePrediction", "FittedNeighbors", "HdbscanModel", "HdbscanModelFile", "NewRowDistances"]),
        ("A search by cells is set up by an exact one, and the facade of both chooses.", ["CellIndex", "NeighborQueries"]),
        ("A facade and its workers.", ["TextGroupModel", "TextGroupModelFile"]),
        ("A facade and its workers.",
            ["TransformLanes", "TransformLayout", "TransformScratch", "UmapModel", "UmapModelFile", "UmapTransform"]),
        (
            "A model opens what runs it.",
            ["ChatTemplate", "ContextPlan", "ContextTeam", "EmbeddingContext", "GenerationContext", "GenerationLimits", "LetterTokenizer",
            "LlamaEmbedder", "LlamaGenerator", "LlamaModel", "PromptFrame", "PromptTokenizer", "TextTokenizer", "WaitingWindows"]),
        ("A model opens the embedder that runs it.", ["EncoderEmbedder", "EncoderModel"]),
        ("A model opens the embedder that runs it.", ["EndpointCrew", "EndpointEmbedder", "EndpointModel"]),
        ("A model opens the embedder that runs it.", ["WorkerEmbedder", "WorkerGenerator", "WorkerModel"]),
        ("A connection hands its frames to its channels, and they write to it.", ["WorkerChannel", "WorkerConnection"]),
        ("A link is started, and where it cannot be, the start knows what to say.", ["InProcessLink", "ProcessLink", "WorkerStart"]),
        ("A class that chooses among its sub-classes.", ["EncoderKernels", "RegisterKernels"]),
        ("A curve is made from the options, which know what curves are valid.", ["CurveParameters", "UmapOptions"]),
        (
            "Native functions take handles, and handles are freed by native functions.",
            ["ContextHandle", "LlamaNative", "ModelHandle", "SamplerHandle"]),
        ("The log that native code writes to keeps one buffer for each piece of work that listens.", ["NativeLog", "NativeLogBuffer"]),
        (
            "Rows of a matrix of distances are distinguished by colours, which are refined along the matrix.",
            ["ColorRefinement", "PrecomputedDistances"]),
    ];

    public static TheoryData<string> PartsWithRooms => [.. _rooms.Keys];

    [Theory]
    [MemberData(nameof(PartsWithRooms))]
    public void Rooms_use_only_the_rooms_below_them(string part)
    {
        List<string> forbidden = [];
        foreach (Type type in OwnTypes().Where(type => PartOf(type) == part && RoomOf(type).Length > 0))
        {
            string name = RoomOf(type);
            Assert.True(_rooms[part].TryGetValue(name, out Room? room), $"{type.FullName} lies in a room that the design does not know.");
            forbidden.AddRange(TypeUses.Of(type)
                .Where(used => used.Assembly == _core && PartOf(used) == part && RoomOf(used) != name && !room.Allows(used))
                .Select(used => $"{type.FullName} uses {used.FullName}"));
        }

        Assert.Empty(forbidden.Distinct());
    }

    [Fact]
    public void Types_use_one_another_only_where_there_is_a_reason()
    {
        string[] names = [.. OwnTypes().Concat(WorkerTypes()).Select(TypeUses.NameOf)];
        Assert.All(_cycles.SelectMany(cycle => cycle.Types), type => Assert.Contains(type, names));

        string[] others = [.. TypeUses.Cycles(OwnTypes()).Concat(TypeUses.Cycles(WorkerTypes()))
            .Where(found => !_cycles.Any(cycle => found.All(cycle.Types.Contains)))
            .Select(found => string.Join(", ", found))];
        Assert.True(others.Length == 0, string.Join(Environment.NewLine, others));
    }

    [Fact]
    public void Every_type_lies_in_a_part_that_the_design_knows()
        => Assert.All(OwnTypes(), type => Assert.True(PartOf(type).Length == 0 || _arrows.ContainsKey(PartOf(type)), type.FullName));

    [Fact]
    public void Parts_use_only_the_parts_that_the_arrows_allow()
    {
        List<string> forbidden = [];
        foreach (Type type in OwnTypes().Where(type => PartOf(type).Length > 0))
        {
            string part = PartOf(type);
            forbidden.AddRange(TypeUses.Of(type)
                .Where(
                    used => used.Assembly == _core
                        && PartOf(used) is { Length: > 0 } other
                        && other != part
                        && !_arrows[part].Contains(other))
                .Select(used => $"{type.FullName} uses {used.FullName}"));
        }

        Assert.Empty(forbidden.Distinct());
    }

    [Fact]
    public void Parts_of_the_worker_use_only_what_their_arrows_allow()
    {
        List<string> forbidden = [];
        foreach (Type type in WorkerTypes().Where(type => PartOf(type).Length > 0))
        {
            Assert.True(_workerArrows.TryGetValue(PartOf(type), out (string[] OfWorker, string[] OfCore) allowed), type.FullName);
            forbidden.AddRange(TypeUses.Of(type)
                .Where(used => PartOf(used) is { Length: > 0 } part
                    && ((used.Assembly == _worker && part != PartOf(type) && !allowed.OfWorker.Contains(part))
                        || (used.Assembly == _core && !allowed.OfCore.Contains(part))))
                .Select(used => $"{type.FullName} uses {used.FullName}"));
        }

        Assert.Empty(forbidden.Distinct());
    }

    [Fact]
    public void The_root_of_the_engine_uses_none_of_its_parts()
        => Assert.Empty(
            OwnTypes().Where(type => PartOf(type).Length == 0).SelectMany(TypeUses.Of).Where(
                used => used.Assembly == _core && PartOf(used).Length > 0).Select(used => used.FullName));

    [Fact]
    public void The_engine_knows_no_PowerShell_and_the_bridge_knows_nothing()
    {
        Assembly bridge = typeof(TextEmbedding).Assembly;

        Assert.DoesNotContain(
            _core.GetReferencedAssemblies(),
            name => name.Name!.Contains("Automation", StringComparison.Ordinal) || name.Name == "PSLlmCluster.Module");
        Assert.Contains(_core.GetReferencedAssemblies(), name => name.Name == bridge.GetName().Name);
        Assert.All(bridge.GetReferencedAssemblies(), name => Assert.StartsWith("System.", name.Name, StringComparison.Ordinal));
    }

    [Fact]
    public void Only_plotting_uses_the_drawing_library()
    {
        IEnumerable<Type> users = OwnTypes().Where(
            type => TypeUses.Of(type).Any(
                used => used.Assembly.GetName().Name is "ScottPlot" or "SkiaSharp" or "SkiaSharp.HarfBuzz" or "HarfBuzzSharp"));

        Assert.All(users, type => Assert.Equal("Plotting", PartOf(type)));
    }

    [Fact]
    public void Only_caching_uses_the_database()
    {
        IEnumerable<Type> users = OwnTypes().Where(
            type => TypeUses.Of(type).Any(
                used => used.Assembly.GetName().Name is "Microsoft.Data.Sqlite" or "SQLitePCLRaw.core"));

        Assert.NotEmpty(users);
        Assert.All(users, type => Assert.Equal("Caching", PartOf(type)));
    }

    [Fact]
    public void Only_endpoints_use_the_resilience_library()
    {
        IEnumerable<Type> users = OwnTypes().Where(
            type => TypeUses.Of(type).Any(
                used => used.Assembly.GetName().Name is "Polly.Core"));

        Assert.NotEmpty(users);
        Assert.All(users, type => Assert.Equal("Endpoints", PartOf(type)));
    }

    [Fact]
    public void Projects_refer_to_one_another_as_the_arrows_say()
    {
        Assert.Empty(References("PSLlmCluster"));
        Assert.Equal(["PSLlmCluster"], References("PSLlmCluster.Core"));
        Assert.Equal(["PSLlmCluster", "PSLlmCluster.Core"], References("PSLlmCluster.Module"));
        Assert.Equal(["PSLlmCluster", "PSLlmCluster.Core"], References("PSLlmCluster.Worker"));
    }

    private static string[] References(string project)
        => [.. XDocument.Load(Path.Combine(Repository.Root, "src", project, project + ".csproj")).Descendants("ProjectReference")
            .Select(reference => Path.GetFileNameWithoutExtension(reference.Attribute("Include")!.Value)).Order(StringComparer.Ordinal)];

    /// <summary>The types of the engine's own source: what compilers and source generators add lies in other namespaces.</summary>
    private static IEnumerable<Type> OwnTypes() => TypesUnder(_core, Root);

    private static IEnumerable<Type> WorkerTypes() => TypesUnder(_worker, WorkerRoot);

    private static IEnumerable<Type> TypesUnder(Assembly assembly, string root)
        => assembly.GetTypes().Where(
            type => type.Namespace == root || (type.Namespace?.StartsWith(root + ".", StringComparison.Ordinal) ?? false));

    private static string PartOf(Type type)
    {
        string root = type.Assembly == _worker ? WorkerRoot : Root;
        return type.Namespace is { Length: > 0 } name && name.StartsWith(root + ".", StringComparison.Ordinal)
            ? name[(root.Length + 1)..].Split('.')[0]
            : string.Empty;
    }

    private static string RoomOf(Type type)
        => type.Namespace?[Root.Length..].Split('.', StringSplitOptions.RemoveEmptyEntries) is [_, string room, ..] ? room : string.Empty;

    /// <summary>A room of a part.</summary>
    /// <param name="Rooms">The rooms of the part that it may use.</param>
    /// <param name="RootTypes">The types of the part's root that it may use.</param>
    private sealed record Room(string[] Rooms, string[] RootTypes)
    {
        public bool Allows(Type used)
            => RoomOf(used) is { Length: > 0 } other ? Rooms.Contains(other) : RootTypes.Contains((used.DeclaringType ?? used).Name);
    }
}
