using System.Collections.Concurrent;
using System.Reflection;
using System.Runtime.Loader;

namespace PSLlmCluster;

/// <summary>
/// The context that the cmdlets, the engine and everything they stand on load in, so that no other module's versions of a library clash
/// with theirs. This assembly alone stays outside, where PowerShell and the user see its types.
/// </summary>
public sealed class LoadContext : AssemblyLoadContext
{
    private const string LibraryFolder = "lib";
    private const string ModuleFile = "PSLlmCluster.Module.dll";
    private static readonly Lazy<Assembly> _module = new(Load);
    private readonly Assembly _bridge = typeof(LoadContext).Assembly;
    private readonly AssemblyDependencyResolver _resolver;

    /// <summary>Libraries that were found, by the name that was asked for: one plot asks some eighty times for the same.</summary>
    private readonly ConcurrentDictionary<string, nint> _nativeLibraries = new(StringComparer.Ordinal);

    private LoadContext(string modulePath)
        : base(nameof(PSLlmCluster), isCollectible: false)
    {
        _resolver = new AssemblyDependencyResolver(modulePath);
    }

    /// <summary>Loads the assembly of the cmdlets, once for each process.</summary>
    /// <returns>The assembly, for Import-Module to import.</returns>
    public static Assembly Initialize() => _module.Value;

    /// <inheritdoc/>
    protected override Assembly? Load(AssemblyName assemblyName)
    {
        if (AssemblyName.ReferenceMatchesDefinition(_bridge.GetName(), assemblyName))
        {
            // What users see has to be the same type on both sides.
            return _bridge;
        }

        // What is not ours, PowerShell itself above all, is found where PowerShell has it.
        return _resolver.ResolveAssemblyToPath(assemblyName) is { } path ? LoadFromAssemblyPath(path) : null;
    }

    /// <inheritdoc/>
    /// <remarks>PowerShell looks for native libraries in other folders than those that .NET packages use, so they are found here.</remarks>
    protected override nint LoadUnmanagedDll(string unmanagedDllName)
        => _nativeLibraries.GetOrAdd(
            unmanagedDllName, name => _resolver.ResolveUnmanagedDllToPath(name) is { } path ? LoadUnmanagedDllFromPath(path) : 0);

    private static Assembly Load()
    {
        string folder = Path.GetDirectoryName(typeof(LoadContext).Assembly.Location)!;
        string path = Path.Combine(folder, LibraryFolder, ModuleFile);
        return new LoadContext(path).LoadFromAssemblyPath(path);
    }
}
