namespace PSLlmCluster.Module.Tests.Support;

/// <summary>The module as it was put together, and the models that the tests use.</summary>
internal static class StagedModule
{
    public static string RepositoryRoot { get; } = FindRoot();

    public static string Root { get; } = Path.Combine(RepositoryRoot, "artifacts", "module", "PSLlmCluster");

    public static string Manifest { get; } = Path.Combine(Root, "PSLlmCluster.psd1");

    public static string DefaultModel { get; } = Path.Combine(Root, "models", "all-MiniLM-L6-v2.Q8_0.gguf");

    public static string TinyBert { get; } = Path.Combine(AppContext.BaseDirectory, "Models", "tiny-bert-random.F32.gguf");

    public static string TinyQwen { get; } = Path.Combine(AppContext.BaseDirectory, "Models", "tiny-qwen2-random.F32.gguf");

    private static string FindRoot()
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "PSLlmCluster.sln")))
            {
                return folder.FullName;
            }
        }

        throw new InvalidOperationException("PSLlmCluster.sln is in no folder above the tests.");
    }
}
