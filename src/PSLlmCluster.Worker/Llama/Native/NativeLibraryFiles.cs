namespace PSLlmCluster.Worker.Llama.Native;

/// <summary>
/// Finds llama.cpp's libraries. Their names carry the version, and on some platforms the kind of build:
/// libllama.v0.5.0.so, libllama.metal.v0.4.0.dylib, llama.v0.4.0.dll; so they are found by pattern.
/// </summary>
internal sealed record NativeLibraryFiles(string Folder, string GgmlBase, string Ggml, string Llama)
{
    /// <summary>Finds the libraries in a folder.</summary>
    /// <param name="folder">The folder.</param>
    /// <returns>Their paths.</returns>
    /// <exception cref="EngineException">One is not there.</exception>
    public static NativeLibraryFiles Find(string folder)
    {
        string prefix = OperatingSystem.IsWindows() ? string.Empty : "lib";
        string ending = OperatingSystem.IsWindows() ? ".dll" : OperatingSystem.IsMacOS() ? ".dylib" : ".so";
        string[] files = Directory.Exists(folder)
            ? [.. Directory.EnumerateFiles(folder, prefix + "*" + ending).OrderDescending(StringComparer.Ordinal)]
            : [];
        if (files.Length == 0 && folder.StartsWith(EngineFiles.NativeFolder, StringComparison.Ordinal))
        {
            throw LeftOut(folder);
        }

        return new NativeLibraryFiles(
            folder, Named("ggml-base", versioned: false), Named("ggml", versioned: true), Named("llama", versioned: true));

        string Named(string library, bool versioned)
        {
            string start = prefix + library + (versioned ? "." : ending);
            return files.FirstOrDefault(file => Path.GetFileName(file).StartsWith(start, StringComparison.Ordinal))
                ?? throw Missing(folder, start + (versioned ? "*" + ending : string.Empty));
        }
    }

    /// <summary>Reports that some of the libraries are missing or cannot be loaded.</summary>
    /// <param name="folder">Where they should be.</param>
    /// <param name="what">The file that is missing, or what the operating system said.</param>
    /// <param name="cause">What was thrown, if anything.</param>
    /// <returns>The failure.</returns>
    public static EngineException Missing(string folder, string what, Exception? cause = null) => new(
        EngineErrorIds.NativeLibraryMissing,
        FailureKind.NotInstalled,
        cause is null
            ? $"llama.cpp's library {what} is not in {folder}."
            : $"llama.cpp's libraries in {folder} cannot be loaded: {what}",
        $"1. Check that the module was built or installed for this platform, {NativePlatform.Name}: the folder holds one library per "
        + "CPU level beside libllama. "
        + "2. If you built it, build again; the build fetches the libraries with npm and says what fails. "
        + (OperatingSystem.IsLinux()
            ? "3. On Linux they need glibc 2.35 or later and libstdc++ (Ubuntu 22.04, Debian 12 and later); Alpine's musl will not do. "
            : OperatingSystem.IsWindows()
                ? "3. On Windows they need the Microsoft Visual C++ runtime (vc_redist). "
                : "3. On macOS, clear the quarantine mark: xattr -dr com.apple.quarantine FOLDER. ")
        + $"4. Or set the environment variable {NativePlatform.FolderVariable} to a folder that holds a complete set.",
        cause);

    // A module that was built where there was no npm to fetch them.
    private static EngineException LeftOut(string folder) => new(
        EngineErrorIds.NativeLibraryMissing,
        FailureKind.NotInstalled,
        $"This needs llama.cpp, and the module was built without it: {folder} has none of its libraries.",
        "1. Install Node.js 20 or later (https://nodejs.org) and build the module again; the build then adds llama.cpp. "
        + $"2. Or set the environment variable {NativePlatform.FolderVariable} to a folder that holds a complete set. "
        + "3. Or take a sentence encoder, such as the module's own (leave out -Model), which runs without llama.cpp: with -Engine Auto "
        + "and on the CPU.");
}
