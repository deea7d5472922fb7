namespace PSLlmCluster.Core.Tests.Support;

/// <summary>Finds the checkout, and the reference results that may lie beside it.</summary>
internal static class Repository
{
    /// <summary>Gets the folder that holds the solution.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>Returns a path below ../shared, or null where that folder or the file is not there.</summary>
    public static string? Shared(params string[] parts)
    {
        string path = Path.Combine([Path.GetDirectoryName(Root)!, "shared", .. parts]);
        return Path.Exists(path) ? path : null;
    }

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
