using System.Runtime.InteropServices;

namespace PSLlmCluster.Core;

/// <summary>This machine's platform as the module's folders are named, and the folder that native libraries are taken from.</summary>
public static class NativePlatform
{
    /// <summary>The environment variable that names another folder to take the libraries from.</summary>
    public const string FolderVariable = "PSLLMCLUSTER_NATIVE";

    /// <summary>Gets the platform's name: linux-x64, osx-arm64 and so on.</summary>
    public static string Name { get; } =
        (OperatingSystem.IsWindows() ? "win" : OperatingSystem.IsMacOS() ? "osx" : "linux")
        + "-" + RuntimeInformation.ProcessArchitecture.ToString().ToLowerInvariant();

    /// <summary>Gets the folder that llama.cpp's libraries are taken from, with a folder for each GPU backend in it.</summary>
    public static string Folder => Environment.GetEnvironmentVariable(FolderVariable) is { Length: > 0 } folder
        ? Path.GetFullPath(folder)
        : Path.Combine(EngineFiles.NativeFolder, Name);
}
