namespace PSLlmCluster.Core.Tests;

/// <summary>What a module lacks that was built without Node.js, and why the tests of it are then skipped.</summary>
internal static class NodePackages
{
    /// <summary>Gets why tests of llama.cpp are skipped, or null where it is there.</summary>
    public static string? WithoutLlama { get; } = HasFile(NativePlatform.Folder, "*ggml*") ? null : Reason("llama.cpp");

    /// <summary>Gets why tests of the notebook's page are skipped, or null where plotly is there.</summary>
    public static string? WithoutPlotly { get; } = HasFile(EngineFiles.WebFolder, "plotly*.js") ? null : Reason("plotly");

    private static bool HasFile(string folder, string pattern)
        => Directory.Exists(folder) && Directory.EnumerateFiles(folder, pattern).Any();

    private static string Reason(string what)
        => $"The module was built without {what}, since Node.js was not there. (Install Node.js 20 or later, and build again.)";
}

/// <summary>A test that needs llama.cpp; without it it is skipped, and says so.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class LlamaFactAttribute : FactAttribute
{
    public LlamaFactAttribute() => Skip = NodePackages.WithoutLlama;
}

/// <summary>A theory that needs llama.cpp; without it it is skipped, and says so.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class LlamaTheoryAttribute : TheoryAttribute
{
    public LlamaTheoryAttribute() => Skip = NodePackages.WithoutLlama;
}

/// <summary>A test that needs plotly; without it it is skipped, and says so.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class PlotlyFactAttribute : FactAttribute
{
    public PlotlyFactAttribute() => Skip = NodePackages.WithoutPlotly;
}
