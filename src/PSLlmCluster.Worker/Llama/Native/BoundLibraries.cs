using System.Diagnostics;
using System.Runtime.InteropServices;

namespace PSLlmCluster.Worker.Llama.Native;

/// <summary>
/// Loads libraries that need each other, and makes sure that they were bound to each other. Another module may have brought a llama.cpp of
/// its own into the process; the system then binds our libraries, which ask for each other by name, to the other's. What is missing there
/// would end the process at the first call (Linux binds calls late, and a symbol that it does not find then cannot be caught), and what
/// differs would give wrong results. So on Linux and macOS all symbols are bound at load time, and the address of one of them shows whose
/// library was bound. A library that was loaded stays, whatever becomes of the rest: ggml sets the handler of C++ exceptions that nobody
/// catches as it is loaded, which would lead nowhere once it is unloaded, and asserts that it is not set already when it is loaded again.
/// </summary>
internal static unsafe partial class BoundLibraries
{
    // dlfcn.h.
    private const int BindNow = 2;
    private const int LocalOnMacOS = 4;

    // ggml.h; ggml-base alone exports it.
    private const string ProbedSymbol = "ggml_version";

    /// <summary>Loads libraries by absolute path.</summary>
    /// <param name="ggmlBase">The library that the others need.</param>
    /// <param name="others">The others, in the order of their needs.</param>
    /// <returns>The handles, in the same order.</returns>
    /// <exception cref="DllNotFoundException">One cannot be loaded.</exception>
    /// <exception cref="EngineException">They would work with another llama.cpp.</exception>
    public static nint[] Load(string ggmlBase, params ReadOnlySpan<string> others)
    {
        if (OperatingSystem.IsWindows() && OtherThan(ggmlBase) is { } other)
        {
            // Windows knows one library of a name, so nothing of ours may be loaded.
            throw Conflict(other);
        }

        nint[] handles = new nint[others.Length + 1];
        try
        {
            handles[0] = Open(ggmlBase);
            for (int i = 0; i < others.Length; i++)
            {
                handles[i + 1] = Open(others[i]);
                if (!OperatingSystem.IsWindows() && !IsBound(handles[i + 1], handles[0]))
                {
                    throw Conflict(OtherThan(ggmlBase) ?? "a library named " + Path.GetFileName(ggmlBase));
                }
            }
        }
        catch (DllNotFoundException failure) when (OtherThan(ggmlBase) is { } conflicting)
        {
            throw Conflict(conflicting, failure);
        }

        return handles;
    }

    /// <summary>Returns a library of the same name from another folder that the process has loaded.</summary>
    /// <param name="ggmlBase">The path of ours.</param>
    /// <returns>The other's path, or null.</returns>
    private static string? OtherThan(string ggmlBase)
    {
        using Process process = Process.GetCurrentProcess();
        return process.Modules.Cast<ProcessModule>().Select(module => module.FileName).FirstOrDefault(file =>
            Path.GetFileName(file).Equals(Path.GetFileName(ggmlBase), StringComparison.OrdinalIgnoreCase)
            && !Path.GetFullPath(file).Equals(Path.GetFullPath(ggmlBase), StringComparison.OrdinalIgnoreCase));
    }

    // dlsym of a handle looks in the library and then in those that it got for its needs.
    private static bool IsBound(nint library, nint ggmlBase)
        => NativeLibrary.TryGetExport(library, ProbedSymbol, out nint bound)
            && NativeLibrary.TryGetExport(ggmlBase, ProbedSymbol, out nint own)
            && bound == own;

    private static nint Open(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            return NativeLibrary.Load(path);
        }

        try
        {
            // The first call empties the message, and is there so that binding the second one does not.
            _ = DlError();
            nint handle = DlOpen(path, BindNow | (OperatingSystem.IsMacOS() ? LocalOnMacOS : 0));
            return handle != 0 ? handle : throw new DllNotFoundException(Marshal.PtrToStringUTF8((nint)DlError()) ?? path);
        }
        catch (EntryPointNotFoundException)
        {
            // A C library from before glibc 2.34, for which llama.cpp's libraries are too new: the error of loading them says so.
            return NativeLibrary.Load(path);
        }
    }

    private static EngineException Conflict(string other, Exception? inner = null) => new(
        EngineErrorIds.NativeLibraryConflict,
        FailureKind.ResourceUnavailable,
        $"Another module has loaded a llama.cpp of its own into this session ({other}), and two of them cannot work in one process.",
        "Remove $env:PSLLMCLUSTER_ISOLATION, so that llama.cpp runs in a process of its own, or start a new PowerShell session.",
        inner);

    [LibraryImport("libc", EntryPoint = "dlopen", StringMarshalling = StringMarshalling.Utf8)]
    private static partial nint DlOpen(string path, int flags);

    [LibraryImport("libc", EntryPoint = "dlerror")]
    private static partial byte* DlError();
}
