using System.Reflection;
using System.Runtime.Loader;

namespace PSLlmCluster.Worker;

/// <summary>
/// Finds the module's own assemblies in a host that does not know them: the engine beside this one, the bridge one folder up. It uses
/// nothing of either, as it runs before they can be found.
/// </summary>
internal static class AssemblyLookup
{
    /// <summary>Has the process look there.</summary>
    public static void Use() => AssemblyLoadContext.Default.Resolving += Find;

    private static Assembly? Find(AssemblyLoadContext context, AssemblyName name)
    {
        string own = Path.GetDirectoryName(typeof(AssemblyLookup).Assembly.Location)!;
        string[] folders = [own, Path.GetDirectoryName(own)!];
        string? path = folders.Select(folder => Path.Combine(folder, name.Name + ".dll")).FirstOrDefault(File.Exists);
        return path is null ? null : context.LoadFromAssemblyPath(path);
    }
}
