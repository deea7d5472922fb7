namespace PSLlmCluster.Benchmarks;

/// <summary>Finds the staged module, whose model, libraries and bundle the engine takes.</summary>
internal static class StagedModule
{
    public static string Find()
    {
        DirectoryInfo? folder = new(AppContext.BaseDirectory);
        while (folder is not null && folder.Name != "artifacts")
        {
            folder = folder.Parent;
        }

        return Path.Combine(
            folder?.FullName ?? throw new InvalidOperationException("The program has to be below the artifacts folder of a checkout."),
            "module",
            "PSLlmCluster");
    }
}
