using System.Reflection;
using System.Runtime.InteropServices;

namespace PSLlmCluster.Worker.Llama.Native;

/// <summary>
/// Loads llama.cpp's libraries once in a process (<see cref="BoundLibraries"/>), takes its log before it writes any, and lets ggml pick the
/// library for this CPU. Nothing is loaded before a model or the list of devices needs it.
/// </summary>
internal static unsafe class NativeLibraryLoader
{
    private static readonly object _gate = new();
    private static readonly Dictionary<string, nint> _handles = new(StringComparer.Ordinal);
    private static NativeLibraryFiles? _files;
    private static bool _resolverIsSet;

    /// <summary>Loads the libraries unless they are loaded.</summary>
    /// <param name="log">Receives one line when they are loaded, and ggml's log.</param>
    /// <returns>The files that are in use.</returns>
    /// <exception cref="EngineException">They are missing, cannot be loaded, or are of another version.</exception>
    public static NativeLibraryFiles EnsureLoaded(Action<string>? log)
    {
        lock (_gate)
        {
            return _files ??= Load(log);
        }
    }

    private static NativeLibraryFiles Load(Action<string>? log)
    {
        NativeLibraryFiles files = NativeLibraryFiles.Find(NativePlatform.Folder);
        nint[] handles;
        try
        {
            handles = BoundLibraries.Load(files.GgmlBase, files.Ggml, files.Llama);
        }
        catch (Exception failure) when (failure is DllNotFoundException or BadImageFormatException)
        {
            throw NativeLibraryFiles.Missing(files.Folder, failure.Message, failure);
        }

        _handles[GgmlNative.BaseLibrary] = handles[0];
        _handles[GgmlNative.Library] = handles[1];
        _handles[LlamaNative.Library] = handles[2];
        if (!_resolverIsSet)
        {
            NativeLibrary.SetDllImportResolver(typeof(NativeLibraryLoader).Assembly, Resolve);
            _resolverIsSet = true;
        }

        using NativeLogBuffer buffer = NativeLog.Collect(log);
        string version = CheckVersion(files);
        LlamaNative.llama_log_set(NativeLog.Callback, null);
        GgmlNative.ggml_backend_load_all_from_path(files.Folder);
        if (!NativeDevice.All().Any(device => device.Type == ggml_backend_dev_type.GGML_BACKEND_DEVICE_TYPE_CPU))
        {
            throw NativeLibraryFiles.Missing(
                files.Folder, "no library among them suits this CPU. " + buffer.LastErrors(), new DllNotFoundException());
        }

        LlamaNative.llama_backend_init();
        log?.Invoke($"llama.cpp {version} from {files.Folder}");
        return files;
    }

    // A library of another version may lay its structs out otherwise, and would then read or write what is not there.
    private static string CheckVersion(NativeLibraryFiles files)
    {
        string version = Marshal.PtrToStringUTF8((nint)LlamaNative.llama_version()) ?? string.Empty;
        llama_context_params context = LlamaNative.llama_context_default_params();
        llama_model_params model = LlamaNative.llama_model_default_params();
        bool known = version.StartsWith("0.5.", StringComparison.Ordinal) || version.StartsWith("0.4.", StringComparison.Ordinal);
        bool asExpected = context is { n_ctx: 512, n_batch: 2048, n_ubatch: 512, n_seq_max: 1, n_samplers: 0 }
            && context is { type_k: ggml_type.GGML_TYPE_F16, type_v: ggml_type.GGML_TYPE_F16 }
            && context.pooling_type == llama_pooling_type.LLAMA_POOLING_TYPE_UNSPECIFIED
            && context.flash_attn_type == llama_flash_attn_type.LLAMA_FLASH_ATTN_TYPE_AUTO
            && model is { n_gpu_layers: -1, split_mode: 1, main_gpu: 0, vocab_only: 0, use_extra_bufts: 1 };
        return known && asExpected
            ? version
            : throw new EngineException(
                EngineErrorIds.NativeLibraryMismatch,
                FailureKind.NotSupported,
                $"{files.Llama} is llama.cpp {version}, and this module works with 0.5 and 0.4 only.",
                "Take the libraries that this module's build fetches; "
                    + $"unset {NativePlatform.FolderVariable} if it names another folder.");
    }

    private static nint Resolve(string name, Assembly assembly, DllImportSearchPath? path) => _handles.GetValueOrDefault(name);
}
