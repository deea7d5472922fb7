namespace ScriptHost;

/// <summary>Finds the staged module: artifacts/module/PSLlmCluster of the checkout that this program was built in.</summary>
internal static class ModuleFolder
{
    public static string Manifest()
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            string manifest = Path.Combine(folder.FullName, "module", "PSLlmCluster", "PSLlmCluster.psd1");
            if (folder.Name == "artifacts" || File.Exists(manifest))
            {
                return manifest;
            }
        }

        return Path.Combine(AppContext.BaseDirectory, "module", "PSLlmCluster", "PSLlmCluster.psd1");
    }
}
