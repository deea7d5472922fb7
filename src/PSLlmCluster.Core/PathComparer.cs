namespace PSLlmCluster.Core;

/// <summary>Tells full paths of different files apart.</summary>
public static class PathComparer
{
    /// <summary>Gets the comparer of the system: the case of letters tells files apart on Linux alone.</summary>
    public static StringComparer OfSystem { get; } = OperatingSystem.IsLinux() ? StringComparer.Ordinal : StringComparer.OrdinalIgnoreCase;
}
